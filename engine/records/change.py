"""The engine's own writes (actions, ends, answers of connectors), and what every write ends with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.errors import Conflict, Message
from engine.frozen import frozen
from engine.metadata import Check, Entity, Value
from engine.unit_of_work import UnitOfWork

from .child_rows import mark_unseen
from .derive import settle
from .draft import Draft, Line, Row, key_of
from .fetch import fetch, fetch_beside, row_in
from .links import check_links
from .making import complete_all, complete_new, verify, written
from .seals import drafted
from .titles import titles
from .writable import refuse_archived, refuse_entered
from .write import update
from .write_new import insert


@frozen
class Demands:
    """What an action or a step asks beside the record's own rules; `typed` are the fields that a person entered."""

    must: frozenset[str] = frozenset()
    checks: tuple[Check, ...] = ()
    typed: frozenset[str] = frozenset()


NO_DEMANDS = Demands()


def change(uow: UnitOfWork, entity_name: str, row: Row, values: Mapping[str, Value], demands: Demands = NO_DEMANDS) -> Row:
    """The engine's own write: `values` (of the right types; `state` is one) go into the record `row` that `fetch` has locked.

    A row of a table is changed in its document. Everything is computed and checked as for a person; only the right to do it is not
    asked. Raises Invalid, and Refusal for a record of a kind that is only entered.
    """
    draft, line = changed(uow, uow.metadata.entities[entity_name], row, values, demands)
    return as_it_is(kept(uow, draft), line)


def changed(uow: UnitOfWork, entity: Entity, row: Row, values: Mapping[str, Value], demands: Demands) -> tuple[Draft, Line]:
    """A draft of such a change, complete and checked, and where in it the record or row stands."""
    draft, line = begun_at(uow, entity, row)
    refuse_entered(draft.entity)
    refuse_archived(draft.entity, draft.new)
    draft.typed = frozenset(line.path(name) for name in demands.typed)
    draft.put(line, values)
    mark_unseen(uow, draft)
    if not uow.actor.trusted:
        check_links(uow, [draft], draft.typed)
    complete_all(uow, draft)
    verify(uow, draft, demands.must, demands.checks)
    return draft, line


def as_it_is(record: Row, line: Line) -> Row:
    """The record, or the row of it that a line of its draft stands for."""
    return row_in(record, line.entity, key_of(line.row)) if line.inner else record


def begun_at(uow: UnitOfWork, entity: Entity, row: Row) -> tuple[Draft, Line]:
    """A draft of a record, or of the document of a row of a table, and where in it the record or row stands."""
    if entity.document is None:
        draft = drafted(uow, entity, row)
        return draft, Line(entity, draft.new, draft.old)
    document = fetch_beside(uow, entity, row, lock=True).document
    draft = drafted(uow, uow.metadata.entities[entity.document], dict(document))
    draft.given.add(entity.table_name)
    return draft, next(line for line in draft.lines() if line.entity is entity and line.row.get("id") == row["id"])


def create(uow: UnitOfWork, entity_name: str, values: Mapping[str, Value]) -> Row:
    """The engine's own new record with `values` of the right types: the same as `change`, for a record that is not there yet."""
    return kept(uow, complete_new(uow, entity_name, values))


def kept(uow: UnitOfWork, draft: Draft) -> Row:
    """Write a complete draft, and what it makes stale elsewhere; the record as it is then."""
    row = written(uow, draft, insert if draft.old is None else update)
    return settled(uow, draft.entity, [row])[0]


def settled(uow: UnitOfWork, entity: Entity, rows: Sequence[Row]) -> list[Row]:
    """Compute what writing these records made stale; the records as they are then."""
    before = uow.derived
    uow.derived = set()
    settle(uow, [(entity, row) for row in rows])
    again = uow.derived
    uow.derived = again | before
    return [fetch(uow, entity.name, key_of(row)) if (entity.name, key_of(row)) in again else row for row in rows]


def conflict(uow: UnitOfWork, entity: Entity, now: Row) -> Conflict:
    """The refusal for somebody whose version is old: who changed the record, and when."""
    by = now.get("updated_by")
    who = titles(uow, "user", [by]).get(by) if isinstance(by, int) else None
    words = Message("{who} changed this record in the meantime.", {"who": who or Message("Somebody")})
    return Conflict(words, {"version": now["version"], "updated_at": now["updated_at"], "updated_by": who})
