"""Which records a person may see, asked in the database: the row rule as part of the statement (DESIGN section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine import storage
from engine.access import RowRule, row_rule
from engine.formula import Formula
from engine.metadata import Entity
from engine.storage import Asking, Listing, Reader
from engine.unit_of_work import View

from .draft import Row, key_of
from .frame import RecordFrame
from .grants import entity_id
from .rows import fetch_many


def rule_of(view: View, entity: Entity, verb: str = "read") -> tuple[tuple[Formula, ...] | None, bool]:
    """The row rule as a listing takes it: the conditions of which one must hold (None: all rows), and whether grants count."""
    rule: RowRule = row_rule(entity, verb, view.actor)
    if rule.everything:
        return None, False
    return rule.any_of, view.actor.id is not None


def reader(view: View, entity: Entity) -> Reader:
    """For whom grants on single records count."""
    return Reader(entity_id(view, entity), view.actor.id, view.actor.roles, view.now)


def visible_ids(view: View, entity_name: str, numbers: Iterable[int], verb: str = "read") -> set[int]:
    """Those of the ids that exist and that the actor may see (rows of a table with their document)."""
    entity, ids = view.metadata.entities[entity_name], sorted(set(numbers))
    if entity.document is not None:
        return _rows_of_visible(view, entity, ids)
    if rule_of(view, entity, verb)[0] is None:
        return storage.existing_ids(view.connection, view.tables, entity.name, ids)
    return set(visible_rows(view, entity, ids, verb))


def visible_rows(view: View, entity: Entity, ids: Sequence[int], verb: str = "read") -> dict[int, Row]:
    """Those of the records, as they lie in the table, that the actor may see; no rows of tables."""
    any_of, opened = rule_of(view, entity, verb)
    listing = Listing(entity.name, any_of=any_of, opened=opened, some=True)
    asking = Asking(RecordFrame(view), reader(view, entity), len(ids), ids=ids)
    return {key_of(found.row): found.row for found in view.lists.page(view.connection, listing, asking)}


def _rows_of_visible(view: View, entity: Entity, ids: list[int]) -> set[int]:
    rows = fetch_many(view, entity.name, ids)
    assert entity.document is not None
    shown = visible_ids(view, entity.document, {row["document_id"] for row in rows.values()})  # type: ignore[misc]
    return {number for number, row in rows.items() if row["document_id"] in shown}
