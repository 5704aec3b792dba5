"""Whether what is stored is still what it should be: computed fields against their formulas, and numbers without gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine import storage
from engine.frozen import frozen
from engine.metadata import Entity, Field, NumberPattern
from engine.unit_of_work import View

from .deferred import waiting_since
from .derive import computed_anew
from .draft import Row, envelopes, rows_of
from .fetch import fetch_if_there
from .rows import fetch_many
from .values import plain_value

DIGITS = {"YYYY": 4, "YY": 2, "MM": 2, "DD": 2}
BATCH = 500


@frozen
class Drift:
    """A stored value that its formula would not give: `path` is a field, or a cell as `lines.2.amount`."""

    entity: str
    id: int
    path: str
    stored: object
    right: object


@frozen
class Gap:
    """A series of numbers in which some are missing, or stand twice, or that has counted to something else."""

    entity: str
    series: str
    missing: tuple[int, ...]
    twice: tuple[int, ...]
    counted: int


def drifts(view: View, entity: Entity, numbers: Sequence[int]) -> Iterator[Drift]:
    """The stored computed fields of these records that are not what their formulas give now; not of those that wait to be computed."""
    for number in numbers:
        row = fetch_if_there(view, entity.name, number)
        if row is not None and not waiting_since(view, entity, [number]):
            new = computed_anew(view, entity, row).new
            yield from _differences(entity, (number, ""), row, new)
            for table in entity.tables:
                assert table.table is not None
                for position, (old, now) in enumerate(zip(rows_of(row, table), rows_of(new, table), strict=True), 1):
                    yield from _differences(table.table, (number, f"{table.name}.{position}."), old, now, entity.name)


def _differences(entity: Entity, where: tuple[int, str], old: Row, new: Row, document: str = "") -> Iterator[Drift]:
    for field in _computed(entity):
        if field.name not in envelopes(old) and old.get(field.name) != new.get(field.name):
            values = (plain_value(field, row.get(field.name)) for row in (old, new))
            yield Drift(document or entity.name, where[0], where[1] + field.name, *values)


def _computed(entity: Entity) -> Iterable[Field]:
    return (field for field in entity.columns if field.computed)


def has_computed(entity: Entity) -> bool:
    """Whether a document, or its tables, has stored computed fields."""
    return any(field.computed for owner in (entity, *(t.table for t in entity.tables if t.table)) for field in owner.columns)


def gaps(view: View, entity: Entity) -> Iterator[Gap]:
    """What is wrong with the numbers of an entity that must have no gaps."""
    assert entity.number is not None
    prefix = f"number:{view.metadata.identity.number(f'entity:{entity.name}')}:"
    counted = storage.counted(view.connection, prefix)
    given = _given(view, entity, entity.number, prefix)
    for key in sorted(counted.keys() | given.keys()):
        numbers, last = given.get(key, []), counted.get(key, 0)
        missing = tuple(sorted(set(range(1, max([last, *numbers]) + 1)) - set(numbers)))
        twice = tuple(sorted({number for number in numbers if numbers.count(number) > 1}))
        if missing or twice or max(numbers, default=0) != last:
            yield Gap(entity.name, key.removeprefix(prefix), missing, twice, last)


def _given(view: View, entity: Entity, number: NumberPattern, prefix: str) -> Mapping[str, list[int]]:
    """The numbers of all records, by the key of their series."""
    form = re.compile("".join(_form(kind, value) for kind, value in number.parts), re.DOTALL)
    found: dict[str, list[int]] = {}
    after = 0
    while ids := storage.next_ids(view.connection, view.tables, entity.name, after, BATCH):
        after = ids[-1]
        for row in fetch_many(view, entity.name, ids).values():
            match = form.fullmatch(str(row.get("number") or ""))
            if match is not None:
                company = f"{row.get('company') or 0}:" if entity.company else ""
                series = f"{match.string[: match.start('n')]}#{match.string[match.end('n') :]}"
                found.setdefault(f"{prefix}{company}{series}", []).append(int(match["n"]))
    return found


def _form(kind: str, value: str) -> str:
    if kind == "counter":
        return rf"(?P<n>\d{{{len(value)},}})"
    if kind == "date":
        return rf"\d{{{DIGITS[value]}}}"
    return re.escape(value) if kind == "text" else ".*?"


def next_batch(view: View, entity: Entity, after: int, size: int) -> list[int]:
    """The ids of the next records."""
    return storage.next_ids(view.connection, view.tables, entity.name, after, size)
