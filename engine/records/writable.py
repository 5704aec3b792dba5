"""What of a record the actor may write: by the rules that grant it, and by an open task; or the reason why nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace

from engine.access import CLEAR, RowRule, editable, granting, holding, never_readable, row_rule, sight_of, with_rows
from engine.errors import Forbidden, Message, Refusal
from engine.frozen import frozen
from engine.metadata import ARCHIVED, Entity, Metadata, Value, document_of
from engine.unit_of_work import View

from .draft import ChildRow, Row, key_of
from .frame import RecordFrame
from .grants import Opening, locked, opened

ARCHIVE = Message("The record is archived and stays as it is. Who may delete it can take it back from the archive.")


@frozen(slots=False)
class Writable:
    """Which fields may be written: `names` None means all that are not computed; names in `closed` never may.

    `opened` are those that a task opens whatever the rules say. To the tables in `full` no rows may be added. `shared` are tables that
    were opened with the record, whose rows stay with rules of their own.
    """

    names: frozenset[str] | None = None
    closed: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    full: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    known: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)
    """What was asked before, by path: the same is asked for every row."""

    @property
    def by_rules(self) -> Writable:
        """The same without what was opened."""
        return replace(self, opened=frozenset(), shared=frozenset(), known={})

    def allows(self, path: str) -> bool:
        """Whether a field (`lines.price` for a cell) may be written; the right to a table is the right to its cells."""
        found = self.known.get(path)
        if found is None:
            found = self.known[path] = self._allows(path)
        return found

    def _allows(self, path: str) -> bool:
        table = path.split(".", 1)[0]
        if path in self.opened or table in self.opened:
            return True
        if path in self.closed or table in self.closed:
            return False
        if self.names is None or table in self.shared:
            return True
        return path in self.names or table in self.names or any(n.startswith(path + ".") for n in self.names)

    def allows_rows(self, table: str) -> bool:
        """Whether rows may be added and removed: a right to single cells is none to that."""
        named = self.names is None or table in self.names or table in self.shared
        return table in self.opened or (table not in self.closed and named)

    def allows_more(self, table: str) -> bool:
        """Whether rows may be added, as far as rules of the table say."""
        return table in self.opened or table not in self.full

    def beyond(self, paths: Iterable[str]) -> bool:
        """Whether something else than the fields of a task is written."""
        return any(path.split(".", 1)[0] not in self.opened | self.shared for path in paths)


def writable(view: View, entity: Entity, row: Row | None) -> Writable:
    """What the actor may write of a record as it is (`row` None: of a new one). Raises Forbidden or Refusal with the reason why nothing."""
    return _of_new(view, entity) if row is None else _of_old(view, entity, row)


def _of_new(view: View, entity: Entity) -> Writable:
    rule = row_rule(entity, "create", view.actor)
    if rule.nothing:
        raise Forbidden(Message("You may not create records of the kind {entity}.", {"entity": entity.label}))
    if rule.everything and not rule.granting:
        return Writable()
    sight = with_rows(entity, view.actor, sight_of([granted.rule for granted in rule.granting]))
    # `edit` narrows what is changed later, not what is entered
    return Writable(closed=sight.hidden | frozenset(sight.masked) | _not_led(view, entity), full=_full(view, entity))


def _of_old(view: View, entity: Entity, row: Row) -> Writable:
    opening = opened(view, entity, key_of(row))
    rule = row_rule(entity, "update", view.actor)
    if not rule.holds(row, RecordFrame(view)):
        if not opening.work and not opening.people:
            raise Forbidden(Message("You may not change this record."))
        refuse_closed(entity, row)
        return _by_opening(view, entity, opening)
    refuse_closed(entity, row)
    if opening.locked is None:
        more = _by_opening(view, entity, opening)
        return replace(_by_rules(view, entity, row, rule), opened=more.opened, shared=more.shared)
    if opening.work:
        return Writable(frozenset(), opened=opening.work)
    raise Refusal(opening.locked)


def _by_opening(view: View, entity: Entity, opening: Opening) -> Writable:
    """What was opened and nothing else; the rows of tables that people open stay with rules of their own."""
    shared = (opening.people - opening.work) & {table.name for table in entity.ruled}
    sight = never_readable(entity, view.actor) if shared else CLEAR
    fields = opening.work | (opening.people - shared)
    return Writable(frozenset(), sight.hidden | frozenset(sight.masked), fields, _full(view, entity), shared)


def refuse_locked(view: View, entity: Entity, row: Row) -> None:
    """Raise Refusal when the record is closed by its state or its kind, or locked by what runs over it."""
    refuse_closed(entity, row)
    if reason := locked(view, entity, key_of(row)):
        raise Refusal(reason)


def refuse_entered(entity: Entity) -> None:
    """Raise Refusal when records of this kind are never changed, by whomever."""
    if entity.append_only:
        words = "{entity}: what was entered stays as it is. Correct it by a new entry that takes it back."
        raise Refusal(Message(words, {"entity": entity.plural}))


def archived(metadata: Metadata, entity_name: str, row: Mapping[str, Value]) -> Message | None:
    """Why nobody does anything with an archived record, or with a row of its tables; None if it is not archived."""
    whole = row.document if isinstance(row, ChildRow) else row
    return ARCHIVE if is_archived(document_of(metadata, metadata.entities[entity_name]), whole) else None


def is_archived(entity: Entity, row: Mapping[str, Value]) -> bool:
    """Whether a record is in the archive."""
    return entity.archives and row.get(ARCHIVED) is not None


def refuse_archived(entity: Entity, row: Mapping[str, Value]) -> None:
    """Raise Refusal where a record is archived that would change: the last door for whoever writes, by whatever way."""
    if is_archived(entity, row):
        words = "This would change an archived record ({entity}). It must be taken back from the archive first."
        raise Refusal(Message(words, {"entity": entity.label}))


def refuse_closed(entity: Entity, row: Row) -> None:
    """Raise Refusal when the state of the record, its kind, or that it is archived lets nobody change it."""
    refuse_entered(entity)
    if is_archived(entity, row):
        raise Refusal(ARCHIVE)
    state = entity.lifecycle.states.get(str(row.get("state"))) if entity.lifecycle else None
    if state is not None and state.lock:
        raise Refusal(Message("The record is closed: its state is {state}.", {"state": state.label}))


def _by_rules(view: View, entity: Entity, row: Row, rule: RowRule) -> Writable:
    if rule.everything and not rule.granting:
        return Writable()
    frame = RecordFrame(view)
    sight = with_rows(entity, view.actor, sight_of(holding(granting(entity, "read", view.actor), row, frame)))
    closed = sight.hidden | frozenset(sight.masked) | _not_led(view, entity)
    return Writable(editable(entity, holding(rule.granting, row, frame)), closed, full=_full(view, entity))


def _full(view: View, entity: Entity) -> frozenset[str]:
    """The tables to whose rows their rules let the actor add none."""
    rows = ((table.name, table.table) for table in entity.ruled if table.table is not None)
    return frozenset(name for name, table in rows if row_rule(table, "create", view.actor).nothing)


def _not_led(view: View, entity: Entity) -> frozenset[str]:
    """The links over records that the actor may not make."""
    between = ((field.name, view.metadata.entities[field.through.entity]) for field in entity.led if field.through is not None)
    return frozenset(name for name, each in between if row_rule(each, "create", view.actor).nothing)
