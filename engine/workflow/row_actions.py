"""Actions on rows that have a lifecycle of their own: the document is changed by them, in one transaction with all that it keeps.

A row is seen and locked with its document, whose version, audit and history tell of the action.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import Forbidden, Invisible, Message, Refusal
from engine.metadata import Action, Entity, Field, Lifecycle
from engine.records import ChildRow, RecordFrame, change, conflict, fetch, hold, readable, rows_of
from engine.unit_of_work import Cause, Fired, UnitOfWork, View

from .effects import Row, given_values, why_not
from .permitted import Possible, not_for


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a row stands: a table of a record; `version` is that of the record as somebody has seen it."""

    entity: str
    record: int
    table: str
    row: int
    version: int | None = None


def fire_row(uow: UnitOfWork, place: RowPlace, action_name: str) -> Row:
    """Do something with a row as the acting person; returns the record afterwards.

    Raises Invisible, Forbidden, Conflict, Refusal (state, guards) and Invalid (checks of the record).
    """
    entity = uow.metadata.entities[place.entity]
    document = fetch(uow, place.entity, place.record, lock=True)
    sight = readable(uow, entity, document)
    table = entity.fields.get(place.table)
    lifecycle = lifecycle_of(table)
    if table is None or lifecycle is None or place.table in sight.hidden:
        raise Invisible
    row = _row(document, table, place.row)
    action = lifecycle.actions.get(action_name)
    if action is None:
        raise Refusal(Message("There is no action “{action}”.", {"action": action_name}))
    if refused := not_for(uow, lifecycle.entity, row, action):
        raise Forbidden(refused)
    if place.version is not None and place.version != document["version"]:
        raise conflict(uow, entity, document)
    with uow.because(Cause("action", action_name)):
        return perform_on_row(uow, (entity, table), (document, row), action)


def perform_on_row(uow: UnitOfWork, of: tuple[Entity, Field], at: tuple[Row, Row], action: Action) -> Row:
    """The record after an action on one of its rows. Raises Refusal in a wrong state or by a guard, Invalid by checks."""
    (entity, table), (document, row) = of, at
    assert table.rows is not None
    hold(uow, [guard.require for guard in action.guards], row)  # type: ignore[arg-type] # a row of a record is a dict
    if refusal := why_not(uow, table.rows.name, row, action):
        raise refusal
    moved = {"state": action.to} if action.to else {}
    written = {**given_values(action.effects.set, row, RecordFrame(uow)), **moved}
    rows = [ChildRow({**each, **written}, document) if each["id"] == row["id"] else each for each in rows_of(document, table)]
    after = change(uow, entity.name, dict(document), {table.name: rows})
    uow.emit(Fired(table.rows.name, int(str(row["id"])), action.name))
    return after


def fire_row_as_engine(uow: UnitOfWork, entity: Entity, number: int, action: Action) -> Row:
    """An action on a row by its id, with the rights of the definition; returns its record. Raises Invisible, Refusal, Invalid."""
    assert entity.document is not None
    owner = uow.metadata.entities[entity.document]
    table = owner.fields[entity.name.rpartition(".")[2]]
    document = fetch(uow, owner.name, int(str(fetch(uow, entity.name, number)["document_id"])), lock=True)
    return perform_on_row(uow, (owner, table), (document, _row(document, table, number)), action)


def row_actions(view: View, document: Row, table: Field) -> Mapping[int, Sequence[Possible]]:
    """For each row of a table what the acting person may do with it in its state, and why not; nothing that is not for them at all."""
    lifecycle = lifecycle_of(table)
    if lifecycle is None:
        return {}
    found: dict[int, Sequence[Possible]] = {}
    for row in rows_of(document, table):
        known = (_possible(view, lifecycle, row, action) for action in lifecycle.actions.values() if row["state"] in action.sources)
        found[int(str(row["id"]))] = [possible for possible in known if not possible.hidden]
    return found


def lifecycle_of(table: Field | None) -> Lifecycle | None:
    """The lifecycle of the rows of a table."""
    return table.table.lifecycle if table is not None and table.table is not None else None


def _possible(view: View, lifecycle: Lifecycle, row: Row, action: Action) -> Possible:
    if refused := not_for(view, lifecycle.entity, row, action):
        return Possible(action, allowed=False, hidden=True, reason=refused)
    refusal = why_not(view, lifecycle.entity, row, action)
    return Possible(action, allowed=refusal is None, reason=refusal.message if refusal else None)


def _row(document: Row, table: Field, number: int) -> Row:
    found = next((row for row in rows_of(document, table) if row["id"] == number), None)
    if found is None:
        raise Invisible
    return found
