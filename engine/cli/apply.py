"""`loom apply`: make the application in a folder the definition that its database serves."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from engine.clock import SystemClock
from engine.errors import Message, translate
from engine.migration import apply, ask_to_move_back, purge, summary, waste
from engine.plugins import Plugins
from engine.storage import Database, is_prepared

from .issues import json_option, path_argument
from .planning import database_of, db_option, language_option, loaded, move_option, moves_of, show


@click.command("apply")
@path_argument
@db_option
@click.option("--as", "by", metavar="NAME", help="Who applies it, for the list of revisions (default: who is logged in).")
@move_option
@click.option("--move-back", "back", metavar="WORKFLOW", help="Take the last move of what runs in this workflow back; apply nothing.")
@click.option("--purge", "purging", is_flag=True, help="First delete for ever what earlier definitions have removed. Asks before.")
@click.option("--yes", is_flag=True, help="Do not ask before purging.")
@language_option
@json_option
def command(  # noqa: PLR0913 - its options
    path: Path,
    *,
    db: str | None,
    by: str | None,
    wishes: tuple[str, ...],
    back: str | None,
    purging: bool,
    yes: bool,
    language: str,
    as_json: bool,
) -> None:
    """Apply the application in PATH (default: here) to its database. Exit 1, and nothing has changed, when a step is blocked."""
    wanted = loaded(path)
    moves = moves_of((*wishes, *([back] if back else [])), wanted.metadata)
    database, who = database_of(path, db), by or getpass.getuser()
    try:
        if back is not None:
            count = ask_to_move_back(database, back, SystemClock().now())
            words = "{count:running instance|running instances} of {workflow} {count:|goes|go} back to the earlier definition."
            click.echo(Message(words, {"count": count, "workflow": back}).render(language), err=True)
            return
        if purging:
            _purge(database, wanted.plugins, who, language, yes=yes)
        found = apply(database, wanted.sources, wanted.metadata, who, SystemClock().now(), wanted.plugins, moves=moves)
    finally:
        database.dispose()
    show(found, language, as_json=as_json)
    click.echo(summary(found).render(language), err=True)


def _purge(database: Database, plugins: Plugins, who: str, language: str, *, yes: bool) -> None:
    """Show what would go, ask, and delete it. What this very apply removes stays: others may still read it."""
    with database.read() as connection:
        found = waste(connection, plugins) if is_prepared(connection) else ()
    for one in found:
        click.echo(f"{click.style('purge', fg='red', bold=True)}  {one.message.render(language)}", err=True)
    if not found:
        click.echo(translate("Nothing to purge.", language), err=True)
    elif yes or click.confirm(translate("Delete this for ever?", language), err=True):
        purge(database, who, SystemClock().now(), found, plugins)
    else:
        raise click.Abort
