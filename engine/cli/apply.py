"""`loom apply`: make the application in a folder the definition that its database serves."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from engine.clock import SystemClock
from engine.migration import apply

from .issues import json_option, path_argument
from .planning import database_of, db_option, loaded, show, summary


@click.command("apply")
@path_argument
@db_option
@click.option("--as", "by", metavar="NAME", help="Who applies it, for the list of revisions (default: who is logged in).")
@json_option
def command(path: Path, *, db: str | None, by: str | None, as_json: bool) -> None:
    """Apply the application in PATH (default: here) to its database. Exit 1, and nothing has changed, when a step is blocked."""
    wanted = loaded(path)
    database = database_of(path, db)
    try:
        found = apply(database, wanted.sources, wanted.metadata, by or getpass.getuser(), SystemClock().now(), wanted.plugins)
    finally:
        database.dispose()
    show(found, as_json=as_json)
    click.echo(summary(found), err=True)
