"""`loom restore`: a backup into an empty database, one record out of a backup, and letting a restored database work outside again."""

from __future__ import annotations

from pathlib import Path

import click

from engine import settings
from engine.access import SYSTEM
from engine.app import App, open_app
from engine.errors import Invisible, Message, Refusal
from engine.migration import successors
from engine.plugins import Plugins
from engine.records import fetch, ids_of, save, undelete
from engine.storage import bin_number, hold_outside, is_held, is_prepared
from engine.transfer import load_backup, load_files, read_backup
from engine.unit_of_work import Cause, UnitOfWork

from .accounts import Place
from .backup import restored, tables_of
from .called import Called
from .export import entity_named
from .issues import path_argument
from .leading import Leading
from .planning import database_of, db_option

BACKUP = Cause("restore", "backup")


@click.command("restore")
@path_argument
@db_option
@click.option("--from", "file", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="The backup.")
@click.option("--record", metavar="ENTITY/ID", help="Only bring this record back to what it was.")
@click.option("--release", is_flag=True, help="From now on mail leaves and other systems are called again.")
def command(path: Path, *, db: str | None, file: Path | None, record: str | None, release: bool) -> None:
    """Restore a backup into an empty database (of either kind), or one record of it into the present one.

    A restored database holds its mail and its calls of other systems until --release.
    """
    if release:
        _release(path, db)
    elif file is None:
        raise click.UsageError("say --from FILE or --release")
    elif record is None:
        _restore(path, db, file)
    else:
        _one(Place(path, db), file, record)


def _restore(path: Path, db: str | None, file: Path) -> None:
    made = read_backup(file)
    database, plugins = database_of(path, db), Plugins.discover(path)
    try:
        load_backup(file, made, database, lambda connection: tables_of(connection, plugins, database))
    finally:
        database.dispose()
    count = load_files(file, made, settings.files_folder(path))
    words = "{rows:row|rows} and {files:file|files} as of {at}. Work outside is held until `loom restore --release`."
    click.echo(str(Message(words, {"rows": made.rows, "files": count, "at": made.at})), err=True)


def _release(path: Path, db: str | None) -> None:
    database = database_of(path, db)
    try:
        with database.write() as connection:
            if not is_prepared(connection) or not is_held(connection):
                raise Refusal(Message("This database holds nothing back."))
            hold_outside(connection, None)
    finally:
        database.dispose()
    click.echo("Mail leaves and other systems are called again.", err=True)


def _one(place: Place, file: Path, record: str) -> None:
    """Bring back what a record was: the fields that can be written, and its rows, under the names of today."""
    name, _, text = record.partition("/")
    if not text.isdigit():
        raise click.UsageError("--record is ENTITY/ID")
    with place.open() as app:
        with restored(place.path, file, read_backup(file)) as database:
            old = open_app(place.path, database.url)
            try:
                with app.database.read() as connection:
                    called = Called(old.metadata, app.metadata, successors(connection, old.metadata))
                then = called.then(name)
                values = called.values(then, _values(old, then, int(text)))
            finally:
                old.close()
        now = called.now(then)
        number, lost, into = app.run(SYSTEM, lambda uow: _bring_back(uow, now, int(text), values))
    if lost := called.lost | lost:
        words = "Left out, because it is not there any more: {fields}."
        click.echo(str(Message(words, {"fields": ", ".join(sorted(lost))})), err=True)
    if into is not None:
        words = "It had become part of {record}: what led to it leads there still."
        click.echo(str(Message(words, {"record": f"{now}/{into}"})), err=True)
    click.echo(f"{now}/{number}")


def _values(app: App, name: str, number: int) -> dict[str, object]:
    """What a record was in the backup, as input. Raises Invisible."""
    with app.look(SYSTEM) as view:
        entity = entity_named(view, name)
        row = fetch(view, name, number)
    values: dict[str, object] = {}
    for field in entity.written:
        if field.through is not None:
            continue  # the records between are restored by themselves
        if field.table is None and not (field.name == "number" and entity.number):
            links = field.relation is not None
            values[field.name] = list(ids_of(field, row[field.name]) or ()) if links else row.get(field.name)
        elif field.table is not None:
            cells = [cell.name for cell in field.table.written]
            values[field.name] = [{"id": child["id"], **{cell: child.get(cell) for cell in cells}} for child in row[field.name]]  # type: ignore[attr-defined]
    return values


def _bring_back(uow: UnitOfWork, name: str, number: int, values: dict[str, object]) -> tuple[int, set[str], int | None]:
    """Write the values into the record, out of the bin where it lies there; a record that is gone is made anew.

    Gives its number, what was left out since it leads to nothing, and the record that it had become part of, if it had.
    """
    uow.cause = BACKUP
    leading = Leading(uow)
    into = leading.kept(name, number)
    binned = bin_number(uow.connection, uow.metadata.identity.numbers[f"entity:{name}"], number)
    if binned is not None:
        undelete(uow, binned)
    values = leading.values(uow.metadata.entities[name], values)
    try:
        now = fetch(uow, name, number)
    except Invisible:
        number = int(str(save(uow, name, None, _without_ids(values))["id"]))
    else:
        save(uow, name, number, {key: _still_there(now.get(key), value) for key, value in values.items()})
    return number, leading.lost, None if into == number else into


def _without_ids(values: dict[str, object]) -> dict[str, object]:
    return {key: [_plain(row) for row in value] if isinstance(value, list) else value for key, value in values.items() if value is not None}


def _still_there(now: object, value: object) -> object:
    """The rows of a table, without the ids of those that are gone."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return value
    there = {row["id"] for row in now} if isinstance(now, list) else set()
    return [row if row["id"] in there else _plain(row) for row in value]


def _plain(row: object) -> object:
    return {name: cell for name, cell in row.items() if name != "id"} if isinstance(row, dict) else row
