"""Actions on rows that have a lifecycle of their own: those of records, done with a row in its document.

A row is seen and locked with its document, whose version, audit and history tell of the action, and among whose comments stands what
is said with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from engine.access import Sight
from engine.errors import Forbidden, Invalid, Invisible, Message, Refusal
from engine.frozen import frozen
from engine.metadata import Action, Entity, Field, Lifecycle
from engine.records import ChildRow, conflict, fetch, readable, row_in, rows_in_sight, sight_of_row
from engine.unit_of_work import Cause, UnitOfWork, View

from .effects import Row, why_not
from .following import perform
from .given import NOTHING_SAID, Said, taken
from .permitted import Possible, not_for
from .remark import remark


@frozen
class RowPlace:
    """Where a row stands: a table of a record."""

    entity: str
    record: int
    table: str
    row: int


def fire_row(uow: UnitOfWork, place: RowPlace, action_name: str, said: Said = NOTHING_SAID) -> Row:
    """Do something with a row as the acting person; returns the record afterwards.

    Raises Invisible, Forbidden, Conflict, Refusal (state, guards) and Invalid (values, comment, checks of the record).
    """
    entity = uow.metadata.entities[place.entity]
    document = fetch(uow, place.entity, place.record, lock=True)
    rows, row, action, _ = row_action(uow, entity, document, place, action_name)
    if refused := not_for(uow, rows.name, row, action):
        raise Forbidden(refused)
    if said.version is not None and said.version != document["version"]:
        raise conflict(uow, entity, document)
    if refusal := why_not(uow, rows.name, row, action):
        raise refusal
    position = _position(uow, document, entity.fields[place.table], place.row)
    with _in_words_of_the_row(f"{rows.table_name}.{position}."):
        given = taken(uow, rows, row, action, said)
        with uow.because(Cause("action", action_name)):
            perform(uow, rows.name, row, action, given)
            if said.comment.strip():
                remark(uow, entity, place.record, _about(uow, rows, position, said.comment))
    return fetch(uow, place.entity, place.record)


class OnRow(NamedTuple):
    """An action of that name, with the row that it is done with, and what the acting person sees of that."""

    rows: Entity
    row: ChildRow
    action: Action
    sight: Sight


def row_action(view: View, entity: Entity, document: Row, place: RowPlace, name: str) -> OnRow:
    """An action with the row at a place of a document at hand. Raises Invisible, and Refusal where there is no such action."""
    sight, table = readable(view, entity, dict(document)), entity.fields.get(place.table)
    lifecycle = lifecycle_of(table)
    if table is None or table.table is None or lifecycle is None:
        raise Invisible
    row = row_in(dict(document), table.table, place.row)
    seen = sight_of_row(view, table, row, sight)
    if seen is None:
        raise Invisible
    if name not in lifecycle.actions:
        raise Refusal(Message("There is no action “{action}”.", {"action": name}))
    return OnRow(table.table, row, lifecycle.actions[name], seen)


def _position(view: View, document: Row, table: Field, number: int) -> int:
    """The place of a row as the acting person counts them."""
    return next(at for at, row in enumerate(rows_in_sight(view, dict(document), table), 1) if row["id"] == number)


@contextmanager
def _in_words_of_the_row(prefix: str) -> Iterator[None]:
    """What is wrong with the row stands at its fields; what is wrong elsewhere in the document, where it stands there."""
    try:
        yield
    except Invalid as invalid:
        problems = [replace(problem, path=problem.path.removeprefix(prefix)) for problem in invalid.problems]
        raise Invalid(problems) from invalid


def _about(view: View, rows: Entity, position: int, comment: str) -> str:
    """What is said of a row, among what is said of its document: with the table and the position that it had."""
    return f"{Message(rows.label).render(view.actor.language)} {position}: {comment.strip()}"


def row_actions(view: View, document: Row, table: Field) -> Mapping[int, Sequence[Possible]]:
    """For each row of a table what the acting person may do with it in its state, and why not; nothing that is not for them at all."""
    lifecycle = lifecycle_of(table)
    if lifecycle is None:
        return {}
    found: dict[int, Sequence[Possible]] = {}
    for row in rows_in_sight(view, dict(document), table):
        known = (possible_with(view, lifecycle, row, action) for action in lifecycle.actions.values() if row["state"] in action.sources)
        found[int(str(row["id"]))] = [possible for possible in known if not possible.hidden]
    return found


def possible_with(view: View, lifecycle: Lifecycle, row: Row, action: Action) -> Possible:
    """Whether and why not the acting person may do something with a row."""
    if refused := not_for(view, lifecycle.entity, row, action):
        return Possible(action, allowed=False, hidden=True, reason=refused)
    refusal = why_not(view, lifecycle.entity, row, action)
    return Possible(action, allowed=refusal is None, reason=refusal.message if refusal else None)


def lifecycle_of(table: Field | None) -> Lifecycle | None:
    """The lifecycle of the rows of a table."""
    return table.table.lifecycle if table is not None and table.table is not None else None
