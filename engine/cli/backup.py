"""`loom backup`: everything in one file, while people work; `--check` opens what was written and looks at all of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

import click

from engine import settings
from engine.clock import SystemClock
from engine.errors import Message, Refusal
from engine.loading import load_sources
from engine.migration import stored
from engine.plugins import Plugins
from engine.storage import Connection, Database, Tables, drop_scratch, is_sealed_with, open_database, scratch_database, served, verify
from engine.transfer import Backup, load_backup, read_backup, write_backup

from .issues import path_argument
from .planning import another_key, database_of, db_option


@click.command("backup")
@path_argument
@db_option
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; it must not be there.")
@click.option("--check", "checked", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="Check this file instead.")
def command(path: Path, *, db: str | None, target: Path | None, checked: Path | None) -> None:
    """Write the data and the files of the application in PATH into one file, or check such a file. The keys are not in it."""
    if (target is None) == (checked is None):
        raise click.UsageError("say --to FILE or --check FILE")
    if target is not None:
        made = _write(path, db, target)
    elif checked is not None:
        made = check(path, checked)
    else:
        return
    words = "{rows:row|rows} of revision {revision} in {tables:table|tables}, {files:file|files}, as of {at}."
    counts = {"rows": made.rows, "tables": len(made.parts), "files": len(made.files)}
    click.echo(str(Message(words, {**counts, "revision": made.revision, "at": made.at})), err=True)


def _write(path: Path, db: str | None, target: Path) -> Backup:
    database, plugins = database_of(path, db), Plugins.discover(path)
    try:
        with database.glance() as connection:
            tables = tables_of(connection, plugins, database)
        at = SystemClock().now().astimezone(UTC).isoformat(timespec="seconds")
        return write_backup(database, tables, settings.files_folder(path), target, at)
    finally:
        database.dispose()


def check(path: Path, file: Path) -> Backup:
    """Read all of a backup, restore it into a database for a moment, and verify the audit there. Raises Refusal."""
    made = read_backup(file)
    sealed = settings.key_there(path, "audit")
    with restored(path, file, made) as database, database.read() as connection:
        if not is_sealed_with(connection, sealed):
            raise Refusal(another_key(path))
        broken = next(iter(verify(connection, sealed)), None)
    if broken is not None:
        words = Message("The audit in this backup does not fit the key of this application: {reason}.", {"reason": broken.reason})
        raise Refusal(words)
    return made


@contextmanager
def restored(path: Path, file: Path, made: Backup) -> Iterator[Database]:
    """The database of a backup, as a file that is gone when the block ends."""
    plugins = Plugins.discover(path)
    with tempfile.TemporaryDirectory(prefix="loom-") as folder:
        address = scratch_database(Path(folder))
        database = open_database(address)
        try:
            load_backup(file, made, database, lambda connection: tables_of(connection, plugins, database))
            yield database
        finally:
            database.dispose()
            drop_scratch(address)


def tables_of(connection: Connection, plugins: Plugins, database: Database) -> Tables:
    """The tables of the revision that a database serves. Raises Refusal where none was applied."""
    number = served(connection)
    if not number:
        raise Refusal(Message("No definition has been applied yet."))
    kept = stored(connection, number)
    return Tables(load_sources(kept.sources, kept.identity, number, plugins), database.dialect)
