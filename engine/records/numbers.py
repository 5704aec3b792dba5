"""Numbers of records: `SUP-{YYYY}-{0000}` counts per company and per everything else in the pattern."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from engine import storage
from engine.errors import Invalid, Message, Problem
from engine.frozen import frozen
from engine.metadata import Entity, Value
from engine.unit_of_work import UnitOfWork

from .rows import fetch_many

DATES: Mapping[str, Callable[[date], str]] = {
    "YYYY": lambda day: f"{day.year:04}",
    "YY": lambda day: f"{day.year % 100:02}",
    "MM": lambda day: f"{day.month:02}",
    "DD": lambda day: f"{day.day:02}",
}


@frozen
class Series:
    """One count: its key in the database, and what stands before, at (None) and after the counter."""

    key: str
    parts: tuple[str | None, ...]
    width: int

    def draw(self, uow: UnitOfWork) -> str:
        """The next number; whoever else wants one waits until this transaction ends."""
        return self.at(storage.next_value(uow.connection, self.key))

    def at(self, count: int) -> str:
        """The number where the series has counted so far."""
        counted = str(count).zfill(self.width)
        return "".join(counted if part is None else part for part in self.parts)


def next_number(uow: UnitOfWork, entity: Entity, row: Mapping[str, Value]) -> str:
    """The next number of the entity's series; two that are saved at once get different ones. Raises Invalid as `series_of`."""
    return next_numbers(uow, entity, [row])[0]


def next_numbers(uow: UnitOfWork, entity: Entity, rows: Sequence[Mapping[str, Value]]) -> list[str]:
    """The next numbers for several records, in their order; each series is asked once. Raises Invalid as `series_of`."""
    series = [series_of(uow, entity, row) for row in rows]
    wanted = Counter(each.key for each in series)
    counts = {key: iter(storage.next_values(uow.connection, key, wanted[key])) for key in sorted(wanted)}
    return [each.at(next(counts[each.key])) for each in series]


def series_of(uow: UnitOfWork, entity: Entity, row: Mapping[str, Value]) -> Series:
    """The series that a record counts in. Raises Invalid where the date is blank whose year or month stands in the number."""
    assert entity.number is not None
    day = _day(uow, entity, row)
    parts = tuple(None if kind == "counter" else _part(uow, row, (kind, value), day) for kind, value in entity.number.parts)
    company = f"{row.get('company') or 0}:" if entity.company else ""
    number = uow.metadata.identity.number(f"entity:{entity.name}")
    series = "".join("#" if part is None else part for part in parts)
    return Series(f"number:{number}:{company}{series}", parts, entity.number.width)


def _day(uow: UnitOfWork, entity: Entity, row: Mapping[str, Value]) -> date:
    assert entity.number is not None
    if entity.number.by is None:
        return uow.today
    found = row.get(entity.number.by)
    if isinstance(found, datetime):
        return found.astimezone(uow.zone).date()
    if isinstance(found, date):
        return found
    label = entity.fields[entity.number.by].label
    raise Invalid([Problem(entity.number.by, "required", Message("{field} is needed for the number.", {"field": label}))])


def _part(uow: UnitOfWork, row: Mapping[str, Value], part: tuple[str, str], day: date) -> str:
    kind, value = part
    if kind == "date":
        return DATES[value](day)
    if kind == "company":
        number = row.get("company")
        company = fetch_many(uow, "company", [number]).get(number) if isinstance(number, int) else None
        return str((company or {}).get("code") or "")
    if kind == "field":
        return str(row.get(value) or "")
    return value
