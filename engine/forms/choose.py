"""Which form of an entity a record and its reader get, and what a new record begins with on it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.metadata import Entity, Form, Given
from engine.records import RecordFrame, Row
from engine.unit_of_work import View

NEW: Row = {}
DUPLICATE = "duplicate"


def form_for(view: View, entity: Entity, row: Row | None) -> Form:
    """The first form whose `when` holds on the record (`row` None: on a new one) and whose roles the reader plays; else the usual one."""
    for form in view.metadata.choosing.get(entity.name, ()):
        if _may(view, form) and (form.when is None or form.when.holds(NEW if row is None else row, RecordFrame(view, old=row))):
            return form
    own = view.metadata.form_of(entity.name)
    return own.otherwise if own.for_some and own.otherwise is not None else own


def _may(view: View, form: Form) -> bool:
    return not form.access or view.actor.administrator or any(view.actor.plays(role) for role in form.access)


def begins_with(view: View, form: Form, entry: str, source: Row) -> dict[str, object]:
    """What a new record begins with: the defaults of the fields on the form, and those of the way in which it is begun.

    `source` is the record that it is begun from, as its reader sees it.
    """
    placed = {item.name: item.default for section in form.sections for item in section.fields if item.default is not None}
    given: Mapping[str, Given] = {**placed, **form.defaults.get(entry, {})}
    frame = RecordFrame(view)
    return {name: right.literal if right.formula is None else right.formula(source, frame) for name, right in given.items()}
