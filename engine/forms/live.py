"""How a form answers while one types: computed fields, copied values, and which fields show, are needed or closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.formula import Formula
from engine.metadata import Field, FormField
from engine.records import Draft, RecordFrame, Row, closed_row, part_of, seen_of
from engine.unit_of_work import View

from .layout import Layout, Placed


class FieldState(NamedTuple):
    """How one input stands at this moment."""

    shown: bool = True
    readonly: bool = False
    required: bool = False


States = Mapping[str, FieldState]
"""The state of each input by its name (`lines.2.qty`), of each section as `section-1`."""


def states_of(view: View, layout: Layout, draft: Draft, must: frozenset[str] = frozenset()) -> States:
    """How every input of the form stands on the values of the draft; a step of a workflow needs the fields of `must`."""
    states: dict[str, FieldState] = {}
    frame = RecordFrame(view, old=draft.old)
    for number, section in enumerate(layout.sections, 1):
        shown = _holds(section.show, draft.new, frame, True)
        states[f"section-{number}"] = FieldState(shown)
        for placed in section.items:
            state = _state(placed, draft.new, frame, shown)
            states[placed.name] = state._replace(required=True) if placed.name in must and state.shown else state
            if placed.field.table is not None:
                states.update(_cells(view, placed, draft, shown))
    return states


def _cells(view: View, table: Placed, draft: Draft, shown: bool) -> dict[str, FieldState]:
    frame = RecordFrame(view, owner=draft.new)
    found = {}
    for number, row in enumerate(seen_of(draft.new, table.field), 1):
        closed = closed_row(table.field, row) is not None
        for cell in table.columns:
            state = _in_row(row, cell.name, _state(cell, row, frame, shown))
            found[f"{table.name}.{number}.{cell.name}"] = state._replace(readonly=True, required=False) if closed else state
    return found


def _in_row(row: Row, cell: str, state: FieldState) -> FieldState:
    """How a cell stands in a row of which rules of its table may close some."""
    part = part_of(row)
    if cell in part.closed:
        return FieldState(shown=False)
    return state if part.changeable is None or cell in part.changeable else FieldState(state.shown, readonly=True)


def _state(placed: Placed, row: Row, frame: RecordFrame, around: bool) -> FieldState:
    field, item = placed.field, placed.item
    shown = around and _holds(field.show, row, frame, True) and _holds(item.show, row, frame, True)
    readonly = not placed.writable or _holds(field.readonly, row, frame, False) or _holds(item.readonly, row, frame, False)
    return FieldState(shown, readonly, shown and not readonly and _required(field, item, row, frame))


def _required(field: Field, item: FormField, row: Row, frame: RecordFrame) -> bool:
    declared = field.required if isinstance(field.required, bool) else field.required.holds(row, frame)
    return declared or _holds(item.required, row, frame, False)


def _holds(formula: Formula | None, row: Row, frame: RecordFrame, otherwise: bool) -> bool:
    return otherwise if formula is None else formula.holds(row, frame)


def filled(layout: Layout, draft: Draft) -> dict[str, tuple[Field, Row]]:
    """The inputs whose value a link has filled in (`fill`), with the row that holds it now."""
    found = {}
    for placed in layout.placed():
        for name, field, row in _filling(placed, draft):
            if name not in draft.given:
                found[name] = (field, row)
    return found


def _filling(placed: Placed, draft: Draft) -> list[tuple[str, Field, Row]]:
    if placed.field.table is None:
        return _targets(placed.field, draft.entity.fields, draft.new, "")
    return [
        target
        for number, row in enumerate(seen_of(draft.new, placed.field), 1)
        for cell in placed.columns
        for target in _targets(cell.field, placed.field.table.fields, row, f"{placed.name}.{number}.")
    ]


def _targets(link: Field, fields: Mapping[str, Field], row: Row, prefix: str) -> list[tuple[str, Field, Row]]:
    if link.link is None or row.get(link.name) is None:
        return []
    return [(prefix + name, fields[name], row) for name in link.link.fill if name not in part_of(row).closed]
