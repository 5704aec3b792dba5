"""Defaults, copied values and computed fields, in this order, before anything is checked (DESIGN path 2)."""

from __future__ import annotations

from decimal import Decimal

from engine.formula import FormulaFailure
from engine.metadata import Entity, Field, Given, Value
from engine.unit_of_work import View

from .draft import Draft, Row, rows_of
from .frame import RecordFrame, frame_of
from .values import fit


def value_of(given: Given, row: Row, frame: RecordFrame) -> Value:
    """A literal, or what its formula gives on this row."""
    return given.literal if given.formula is None else given.formula(row, frame)


def defaults(view: View, draft: Draft) -> None:
    """Fill what a new record or row does not say."""
    for entity, row, before, prefix in draft.rows():
        if before is None:
            frame = _frame(view, draft, row)
            for field in entity.fields.values():
                _default(draft, field, row, prefix, frame)


def _default(draft: Draft, field: Field, row: Row, prefix: str, frame: RecordFrame) -> None:
    if field.table is not None:
        row.setdefault(field.name, [])
    elif prefix + field.name not in draft.given and row.get(field.name) is None:
        row[field.name] = fit(field, value_of(field.default, row, frame)) if field.default else _blank(field)


def _blank(field: Field) -> Value:
    return fit(field, Decimal(0)) if getattr(field.declared, "blank", None) == "zero" else None


def fill(view: View, draft: Draft) -> None:
    """Copy values from the record behind a link that was set or changed, unless the same input gives them (`fill`)."""
    for entity, row, before, prefix in draft.rows():
        for field in entity.links:
            assert field.link is not None
            number = row.get(field.name)
            if field.link.fill and number is not None and (before is None or before.get(field.name) != number):
                _fill(view, draft, entity, field, row, prefix)


def _fill(view: View, draft: Draft, entity: Entity, link: Field, row: Row, prefix: str) -> None:
    assert link.link is not None
    frame = _frame(view, draft, row)
    for name, given in link.link.fill.items():
        if prefix + name not in draft.given:
            row[name] = fit(entity.fields[name], value_of(given, row, frame))


def compute(view: View, draft: Draft) -> None:
    """Compute the stored computed fields in dependency order; a value beyond the limits is a problem at its field."""
    for path in draft.entity.compute:
        table, _, name = path.rpartition(".")
        if not table:
            _compute(draft, draft.entity.fields[name], draft.new, name, _frame(view, draft, draft.new))
            continue
        owner = draft.entity.fields[table]
        assert owner.table is not None
        frame = RecordFrame(view, owner=draft.new)
        for position, row in enumerate(rows_of(draft.new, owner), 1):
            _compute(draft, owner.table.fields[name], row, f"{table}.{position}.{name}", frame)


def _compute(draft: Draft, field: Field, row: Row, path: str, frame: RecordFrame) -> None:
    assert field.formula is not None
    try:
        row[field.name] = fit(field, field.formula(row, frame))
    except FormulaFailure as failure:
        row[field.name] = None
        draft.problem(path, failure.code, failure.message)


def virtual(view: View, entity: Entity, rows: list[Row]) -> None:
    """Give rows that were read the values of their virtual computed fields."""
    fields = [f for f in entity.fields.values() if f.formula is not None and f.keep == "virtual"]
    if not fields:
        return
    frame = RecordFrame(view)
    frame.prefetch(rows, [f.formula for f in fields if f.formula])
    for row in rows:
        around = frame_of(view, row)
        for field in fields:
            assert field.formula is not None
            row[field.name] = fit(field, field.formula(row, around))


def _frame(view: View, draft: Draft, row: Row) -> RecordFrame:
    return RecordFrame(view, owner=None if row is draft.new else draft.new, old=draft.old)
