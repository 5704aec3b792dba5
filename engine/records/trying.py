"""What a save would do and may do, without doing it: for forms that answer while somebody types."""

from __future__ import annotations

from collections.abc import Mapping

from engine.access import granting, row_rule
from engine.errors import Forbidden, Message
from engine.metadata import Entity
from engine.unit_of_work import View

from .accept import Writable, accept
from .compute import compute, defaults, fill, virtual
from .draft import ChildRow, Draft, Row
from .frame import RecordFrame
from .grants import opened
from .save import for_create, for_update, refuse_locked


def writable(view: View, entity: Entity, row: Row | None) -> Writable:
    """What the actor may write of a record as it is (`row` None: of a new one). Raises Forbidden or Refusal with the reason why nothing."""
    if row is None:
        rule = row_rule(entity, "create", view.actor)
        if rule.nothing:
            raise Forbidden(Message("You may not create records of the kind {entity}.", {"entity": entity.label}))
        return for_create(entity, granting(entity, "create", view.actor), rule.everything and not rule.granting)
    task_fields = opened(view, entity, int(str(row["id"])))
    rule = row_rule(entity, "update", view.actor)
    allowed = rule.holds(row, RecordFrame(view))
    if not allowed and not task_fields:
        raise Forbidden(Message("You may not change this record."))
    refuse_locked(view, entity, row, task_fields)
    return for_update(view, entity, rule.granting, row, allowed, task_fields)


def preview(view: View, entity: Entity, old: Row | None, values: Mapping[str, object], allowed: Writable) -> Draft:
    """The record as it would be with `values`: copied, filled and computed, nothing written. Problems stand in the draft."""
    draft = Draft(entity, old, _start(entity, old))
    accept(draft, values, allowed, view.zone)
    fill(view, draft)
    defaults(view, draft)
    compute(view, draft)
    virtual(view, entity, [draft.new])
    for table in entity.tables:
        assert table.table is not None
        rows = draft.new.get(table.name) or []
        virtual(view, table.table, rows)  # type: ignore[arg-type]
    return draft


def _start(entity: Entity, old: Row | None) -> Row:
    if old is not None:
        new = dict(old)
        for table in entity.tables:
            new[table.name] = [ChildRow(row, new) for row in old.get(table.name) or ()]  # type: ignore[attr-defined]
        return new
    new = {table.name: [] for table in entity.tables}
    if entity.lifecycle is not None:
        new["state"] = entity.lifecycle.start
    return new


