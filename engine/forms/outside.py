"""Public forms: what somebody without an account may see and write of one record, and how their answer becomes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from engine.access import CLEAR, Actor, anybody
from engine.errors import in_language
from engine.metadata import FILE, Entity, Field, Given, Metadata, PublicForm
from engine.records import Demands, Opened, RecordFrame, Row, Writable, fetch, fill_in, preview, refuse_locked, value_of
from engine.unit_of_work import Cause, UnitOfWork, View

from .layout import Layout, layout_of

ANSWER = "public"
"""The cause of what a public form writes."""


def stranger(metadata: Metadata, form: PublicForm, language: str) -> Actor:
    """Whoever fills in a public form: nobody in particular, who sees the records that its links may lead to and nothing else."""
    seen = {_target(metadata.entities[form.entity], path) for path in form.lookup}
    return replace(anybody(language), name=in_language(form.label, metadata.languages[0]), sees=frozenset(seen | {FILE}))


def _target(entity: Entity, path: str) -> str:
    field = field_of(entity, path)
    assert field.link is not None
    return field.link.entity


def field_of(entity: Entity, path: str) -> Field:
    """The field of the record, or of a row, that a form names (`lines.product`)."""
    name, _, cell = path.partition(".")
    field = entity.fields[name]
    return field.table.fields[cell] if cell and field.table is not None else field


def opened_by(entity: Entity, form: PublicForm) -> Writable:
    """What the form lets people write: of a table only the columns it shows."""
    items = form.form.sections[0].fields
    return Writable(frozenset(item.name for item in items), frozenset(_closed(entity, form)))


def _closed(entity: Entity, form: PublicForm) -> Iterator[str]:
    for item in form.form.sections[0].fields:
        table = entity.fields[item.name].table
        yield from (f"{item.name}.{name}" for name in (table.fields if table is not None else ()) if name not in item.columns)


def public_layout(entity: Entity, form: PublicForm) -> Layout:
    """The form as everybody finds it."""
    return layout_of(entity, form.form, CLEAR, opened_by(entity, form))


def standing(view: View, form: PublicForm, row: Row) -> Literal["early", "open", "late"]:
    """Whether the form may be sent now, about this record."""
    opens, closes = (_moment(view, given, row) for given in (form.opens, form.closes))
    if opens is not None and view.now < opens:
        return "early"
    return "late" if closes is not None and view.now >= closes else "open"


def _moment(view: View, given: Given | None, row: Row) -> datetime | None:
    found = None if given is None else value_of(given, row, RecordFrame(view))
    return found if isinstance(found, datetime) else None


def answer(uow: UnitOfWork, form: PublicForm, number: int | None, values: Mapping[str, object], must: frozenset[str] = frozenset()) -> Row:
    """The record that an answer makes (`number` None) or fills in, as `stranger`; the form needs the fields of `must`.

    Raises Invalid with every problem, Refusal where the record is locked, Invisible where it is gone.
    """
    entity = uow.metadata.entities[form.entity]
    old = None if number is None else fetch(uow, entity.name, number, lock=True)
    if old is not None:
        refuse_locked(uow, entity, old)
    allowed = opened_by(entity, form)
    drafted = preview(uow, entity, old, values, allowed)
    frame = RecordFrame(uow, old=old)
    given = {name: value_of(right, drafted.new, frame) for name, right in form.set.items()}
    with uow.because(Cause(ANSWER, form.name)):
        return fill_in(uow, entity.name, old, values, Opened(allowed.names or frozenset(), given, Demands(must=must), allowed.closed))
