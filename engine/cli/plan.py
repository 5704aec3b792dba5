"""`loom plan`: what applying the application would do to its database, without doing it."""

from __future__ import annotations

from pathlib import Path

import click

from engine.migration import plan, summary

from .issues import json_option, path_argument
from .planning import database_of, db_option, language_option, loaded, move_option, moves_of, show


@click.command("plan")
@path_argument
@db_option
@move_option
@language_option
@json_option
def command(path: Path, *, db: str | None, wishes: tuple[str, ...], language: str, as_json: bool) -> None:
    """Show what `loom apply` would do to the database of the application in PATH (default: here). Exit 1 when a step is blocked."""
    wanted = loaded(path)
    moves = moves_of(wishes, wanted.metadata)
    database = database_of(path, db)
    try:
        with database.read() as connection:
            found = plan(connection, wanted.sources, wanted.metadata, wanted.plugins, moves)
    finally:
        database.dispose()
    show(found, language, as_json=as_json)
    click.echo(summary(found).render(language), err=True)
    raise click.exceptions.Exit(1 if found.blocked else 0)
