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
        if _is_for(view, form) and (form.when is None or form.when.holds(NEW if row is None else row, RecordFrame(view, old=row))):
            return form
    own = view.metadata.form_of(entity.name)
    open_to_all = not own.for_some or (own.when is None and view.actor.administrator)
    return own if open_to_all or own.otherwise is None else own.otherwise


def _is_for(view: View, form: Form) -> bool:
    """Whether the reader is one of those whom the form is for; administrators, who may see all forms, get the usual one."""
    return not form.access or any(view.actor.plays(role) for role in form.access)


def begins_with(view: View, form: Form, entry: str, source: Row) -> dict[str, object]:
    """What a new record begins with: the defaults of the fields on the form, and those of the way in which it is begun.

    `source` is the record that it is begun from, as its reader sees it.
    """
    placed = {item.name: item.default for section in form.sections for item in section.fields if item.default is not None}
    given: Mapping[str, Given] = {**placed, **form.defaults.get(entry, {})}
    frame = RecordFrame(view)
    return {name: right.literal if right.formula is None else right.formula(source, frame) for name, right in given.items()}
