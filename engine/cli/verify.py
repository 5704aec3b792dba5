"""`loom verify`: whether the audit is what was written, computed fields what their formulas give, and numbers without gaps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from engine.access import SYSTEM
from engine.app import App
from engine.frozen import frozen
from engine.metadata import Entity
from engine.migration import stored
from engine.records import Drift, Gap, drifts, gaps, has_computed, next_batch, recompute
from engine.settings import key_there
from engine.storage import Break, Connection, is_prepared, is_sealed_with, served, verify, verify_roots

from .accounts import Place, at_place
from .issues import json_option
from .planning import another_key, database_of

BATCH = 100
"""How many records are read in one go, and so in one snapshot."""


@frozen
class Asked:
    """What is to be verified."""

    computed: bool
    numbers: bool
    fix: bool


@click.command("verify")
@at_place
@click.option("--computed", is_flag=True, help="Also compute every stored computed field anew and compare.")
@click.option("--numbers", is_flag=True, help="Also look for gaps in numbers that must have none.")
@click.option("--fix", is_flag=True, help="With --computed: write what is right.")
@json_option
def command(place: Place, *, computed: bool, numbers: bool, fix: bool, as_json: bool) -> None:
    """Check every entry of the audit in the database of PATH (default: here) against its seal. Exit 1 when something does not fit."""
    if fix and not computed:
        raise click.UsageError("--fix is for --computed.")
    fits, breaks, names = _breaks(place)
    if not fits:
        click.echo(str(another_key(Path(place.path))), err=True)
    wrong, holes = _looked(place, Asked(computed, numbers, fix)) if computed or numbers else ([], [])
    if as_json:
        found: dict[str, object] = {"key_fits": fits, "breaks": [asdict(one) for one in breaks]}
        found |= {"computed": [asdict(one) for one in wrong]} if computed else {}
        found |= {"numbers": [asdict(one) for one in holes]} if numbers else {}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        for line in (*(_line(one, names) for one in breaks), *map(_drift_line, wrong), *map(_gap_line, holes)):
            click.echo(line)
    if fits or breaks:
        click.echo(_told(breaks, fits=fits), err=True)
    if computed:
        done = " They have been computed anew." if fix and wrong else ""
        click.echo(f"{len(wrong)} stored values are not what their formulas give.{done}", err=True)
    raise click.exceptions.Exit(1 if not fits or breaks or wrong or holes else 0)


def _breaks(place: Place) -> tuple[bool, list[Break], dict[int, str]]:
    """Whether the key is the one, what does not fit, and the names of entities; with another key seals say nothing."""
    database = database_of(place.path, place.database)
    try:
        with database.read() as connection:
            if not is_prepared(connection):
                return True, [], {}
            sealed = key_there(Path(place.path), "audit")
            fits = is_sealed_with(connection, sealed)
            asked = sealed if fits else None
            found = [*verify(connection, asked), *verify_roots(connection, asked)]
            return fits, found, _entities(connection) if found else {}
    finally:
        database.dispose()


def _looked(place: Place, asked: Asked) -> tuple[list[Drift], list[Gap]]:
    with place.open() as app:
        wrong = [drift for entity in app.metadata.documents for drift in _drifts(app, entity, asked)] if asked.computed else []
        holes: list[Gap] = []
        for entity in app.metadata.documents if asked.numbers else ():
            if entity.number is not None and entity.number.gapless:
                with app.look(SYSTEM) as view:
                    holes.extend(gaps(view, entity))
    return wrong, holes


def _drifts(app: App, entity: Entity, asked: Asked) -> Iterator[Drift]:
    after: int | None = 0 if has_computed(entity) else None
    while after is not None:
        with app.look(SYSTEM) as view:
            numbers = next_batch(view, entity, after, BATCH)
            found = list(drifts(view, entity, numbers))
        yield from found
        for number in sorted({drift.id for drift in found}) if asked.fix else ():
            app.run(SYSTEM, lambda uow, number=number: recompute(uow, entity.name, number))  # type: ignore[misc]
        after = numbers[-1] if numbers else None


def _entities(connection: Connection) -> dict[int, str]:
    numbers = stored(connection, served(connection)).identity.numbers
    return {number: name.removeprefix("entity:") for name, number in numbers.items() if name.startswith("entity:")}


def _line(one: Break, names: dict[int, str]) -> str:
    if not one.entity_id:
        return f"signature {one.record_id}: {one.reason}"
    return f"{names.get(one.entity_id, one.entity_id)}/{one.record_id}, entry {one.seq}: {one.reason}"


def _drift_line(one: Drift) -> str:
    return f"{one.entity}/{one.id}.{one.path}: {_shown(one.stored)} is stored, {_shown(one.right)} is right"


def _gap_line(one: Gap) -> str:
    missing = f"missing {', '.join(map(str, one.missing[:20]))}{' …' if len(one.missing) > 20 else ''}" if one.missing else ""
    twice = f"twice {', '.join(map(str, one.twice))}" if one.twice else ""
    return f"{one.entity} {one.series}: {'; '.join(part for part in (missing, twice) if part) or 'counted'} (counted to {one.counted})"


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)


def _told(breaks: list[Break], *, fits: bool) -> str:
    if not breaks:
        return "The audit is what was written."
    return f"{len(breaks)} entries do not fit{' what was sealed with this key' if fits else ', whatever the key'}."
