"""Values as cells: exact, typed as spreadsheets know types, in the reader's language and in the zone of the application."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.errors import Message, in_language
from engine.frozen import frozen
from engine.metadata import Entity, Field, Value
from engine.records import Record
from engine.sheets import Cell

from .columns import Place, Plan

UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
SEPARATOR = "; "
PEOPLE = frozenset({"created_by", "updated_by"})
Titles = Mapping[tuple[str, int], str | None]


@frozen(slots=False)
class Writer:
    """Writes the cells of one plan for its reader."""

    plan: Plan
    zone: ZoneInfo

    def record(self, record: Record) -> tuple[list[Cell], list[list[list[Cell]]]]:
        """The cells of a record, and of the rows of each of its tables."""
        main = self._row(self.plan.main, record.values, record.sight.masked, record.titles)
        if record.sealed:
            main = [self._sealed(record, place.name, cell) for place, cell in zip(self.plan.main, main, strict=True)]
        tables = []
        for table, places in self.plan.tables:
            rows: Iterable[Mapping[str, Value]] = record.values.get(table.name) or ()  # type: ignore[assignment]
            masked = record.sight.below(table.name).masked
            cells = [self._row(places, row, masked, record.titles) for row in rows]
            if record.sealed:
                paths = [f"{table.name}.{place.name}" for place in places]
                cells = [[self._sealed(record, path, cell) for path, cell in zip(paths, row, strict=True)] for row in cells]
            tables.append(cells)
        return main, tables

    def _sealed(self, record: Record, path: str, cell: Cell) -> Cell:
        """A cell that says until when it, or what it is computed from, is sealed, where it is."""
        if cell is not None or path not in record.sealed:
            return cell
        until = record.sealed[path]
        when = "…" if until is None else f"{local(until, self.zone):%Y-%m-%d %H:%M}"
        return Message("Sealed until {when}", {"when": when}).render(self.plan.language)

    def _row(self, places: Iterable[Place], values: Mapping[str, Value], masked: Mapping[str, str], titles: Titles) -> list[Cell]:
        return [self._cell(place, values.get(place.name), titles, masked=place.name in masked) for place in places]

    def _cell(self, place: Place, value: Value, titles: Titles, *, masked: bool) -> Cell:
        if value is None or masked:
            return None if value is None else str(value)
        if place.field is None:
            return self._system(place, value, titles)
        return self._value(place.field, value, titles)

    def _system(self, place: Place, value: Value, titles: Titles) -> Cell:
        if place.lifecycle is not None:
            state = place.lifecycle.states.get(str(value))
            return str(value) if state is None else in_language(state.label, self.plan.language)
        if place.name in PEOPLE and isinstance(value, int):
            return titles.get(("user", value)) or f"#{value}"
        if isinstance(value, datetime):
            return local(value, self.zone)
        return Decimal(value) if isinstance(value, int) else str(value)

    def _value(self, field: Field, value: Value, titles: Titles) -> Cell:
        if field.link is not None:
            return self._link(field.link.entity, value, titles)
        if field.kind in ("choice", "multi_choice"):
            words = choice_words(field, self.plan.language)
            codes = value if isinstance(value, tuple) else (value,)
            return SEPARATOR.join(words.get(str(code), str(code)) for code in codes)
        if isinstance(value, bool | Decimal):
            return value
        if isinstance(value, datetime):
            return local(value, self.zone)
        if isinstance(value, timedelta):
            return duration(value, getattr(field.declared, "unit", "hours"))
        return value if isinstance(value, str) else plain(value)

    def _link(self, entity: str, value: Value, titles: Titles) -> str:
        many = value if isinstance(value, list | tuple) else [value]
        return SEPARATOR.join(self._reference(entity, int(str(number)), titles) for number in many)

    def _reference(self, entity: str, number: int, titles: Titles) -> str:
        title = titles.get((entity, number))
        if self.plan.exact:
            return reference(title, number)
        return title or f"#{number}"


def reference(title: str | None, number: int) -> str:
    """A record as a cell names it: readable for people, certain for the import."""
    return f"{' '.join(title.split())} #{number}" if title and title.strip() else f"#{number}"


def plain(value: Value) -> Cell:
    """A value of a day, or of a type that has no cell of its own."""
    return value if value is None or hasattr(value, "isoformat") else str(value)  # type: ignore[return-value]


def local(value: datetime, zone: ZoneInfo) -> datetime:
    """An instant as the clock on the wall showed it."""
    return value.astimezone(zone).replace(tzinfo=None)


def duration(value: timedelta, unit: str) -> str:
    """A length of time in the unit of its field, in seconds where that is not exact."""
    micro = value // timedelta(microseconds=1)
    amount = Decimal(micro) / Decimal(UNITS[unit] // timedelta(microseconds=1))
    if amount * (UNITS[unit] // timedelta(microseconds=1)) == micro and -(amount.as_tuple().exponent) <= 6:  # type: ignore[operator]
        return f"{_bare(amount)} {unit}"
    return f"{_bare(Decimal(micro).scaleb(-6))} seconds"


def _bare(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=1024)
def choice_words(field: Field, language: str) -> Mapping[str, str]:
    """The label of each choice, or its code where two labels are alike or one holds the separator."""
    words = {choice.code: " ".join(in_language(choice.label, language).split()) for choice in field.choices}
    given = [text.lower() for text in words.values()]
    codes = {choice.code.lower() for choice in field.choices}
    return {
        code: text
        if text and given.count(text.lower()) == 1 and ";" not in text and (text.lower() not in codes or text.lower() == code.lower())
        else code
        for code, text in words.items()
    }


def entity_of(plan: Plan, table: str) -> Entity:
    """The entity of the records, or of the rows of a table."""
    return plan.entity if not table else next(field.table for field, _ in plan.tables if field.name == table and field.table is not None)
