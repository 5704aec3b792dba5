"""The form of a task: the fields of the record that it opens, or the sheet that each person files."""

from __future__ import annotations

from engine.access import CLEAR
from engine.forms import layout_of
from engine.metadata import Entity
from engine.records import Row, Writable
from engine.unit_of_work import View
from engine.workflow import Duty, own_sheet

from .composing import UNTOUCHED, Blank, Composed, Occasion, Typed, compose, fill_in


def has_form(duty: Duty) -> bool:
    """Whether a task asks for values."""
    return bool(duty.step.edit | duty.step.must)


def task_form(view: View, record: tuple[Entity, Row], duty: Duty, typed: Typed = UNTOUCHED, *, offer: bool = True) -> Composed:
    """The form with what was typed; a sheet begins as the person has filed it before."""
    (entity, row), step = record, duty.step
    occasion = Occasion(step.edit | step.must, step.must, offer)
    if step.sheet is None:
        return compose(view, entity, row, typed, occasion)
    filed = view.metadata.entities[step.sheet.entity]
    allowed = Writable(frozenset(), opened=step.edit | step.must)
    layout = layout_of(filed, view.metadata.form_of(filed.name), CLEAR, allowed, occasion.only)
    own = own_sheet(view, step.sheet, int(str(row["id"])))
    return fill_in(view, Blank(layout, own, allowed), typed, occasion)
