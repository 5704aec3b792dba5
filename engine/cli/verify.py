"""`loom verify`: whether the audit is what was written."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from engine.migration import stored
from engine.settings import key
from engine.storage import Break, Connection, is_prepared, served, verify

from .issues import json_option, path_argument
from .planning import database_of, db_option


@click.command("verify")
@path_argument
@db_option
@json_option
def command(path: Path, *, db: str | None, as_json: bool) -> None:
    """Check every entry of the audit in the database of PATH (default: here) against its seal. Exit 1 when one does not fit."""
    database = database_of(path, db)
    try:
        with database.read() as connection:
            found = list(verify(connection, key(path, "audit"))) if is_prepared(connection) else []
            names = _entities(connection) if found else {}
    finally:
        database.dispose()
    if as_json:
        click.echo(json.dumps({"breaks": [asdict(one) for one in found]}, indent=2))
    else:
        for one in found:
            click.echo(_line(one, names))
    click.echo(
        "The audit is what was written." if not found else f"{len(found)} entries do not fit what was sealed with this key.", err=True
    )
    raise click.exceptions.Exit(1 if found else 0)


def _entities(connection: Connection) -> dict[int, str]:
    numbers = stored(connection, served(connection)).identity.numbers
    return {number: name.removeprefix("entity:") for name, number in numbers.items() if name.startswith("entity:")}


def _line(one: Break, names: dict[int, str]) -> str:
    return f"{names.get(one.entity_id, one.entity_id)}/{one.record_id}, entry {one.seq}: {one.reason}"
