"""Which records a person may see, asked in the database: the row rule as part of the statement (DESIGN section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from engine import storage
from engine.access import RowRule, granting, row_rule
from engine.errors import Forbidden, Message
from engine.formula import TRUTH, Formula, Hop, Or, Via, begin_at
from engine.metadata import Entity, document_of
from engine.storage import Asking, Listing, Reader
from engine.unit_of_work import View

from .draft import Row, key_of
from .frame import RecordFrame
from .grants import entity_id

NOTHING = Message("You may not read the records that are counted here.")


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
    if entity.document is None and rule_of(view, entity, verb)[0] is None:
        return storage.existing_ids(view.connection, view.tables, entity.name, ids)
    return set(visible_rows(view, entity, ids, verb))


def visible_rows(view: View, entity: Entity, ids: Sequence[int], verb: str = "read") -> dict[int, Row]:
    """Those of the records or rows, as they lie in the table, that the actor may see; no rows of tables."""
    try:
        listing = replace(readable_rows(view, entity, verb), some=True)
    except Forbidden:
        return {}
    asking = Asking(RecordFrame(view), reader(view, document_of(view.metadata, entity)), len(ids), ids=ids)
    return {key_of(found.row): found.row for found in view.lists.page(view.connection, listing, asking)} if ids else {}


def readable_rows(view: View, entity: Entity, verb: str = "read") -> Listing:
    """What the actor may read: records by their row rule, rows of a table by that of their document and by their own.

    Raises Forbidden for a table that is closed to the actor in every document.
    """
    if entity.document is not None:
        return _rows_of(view, document_of(view.metadata, entity), entity)
    any_of, opened = rule_of(view, entity, verb)
    return Listing(entity.name, any_of=any_of, opened=opened)


def _rows_of(view: View, document: Entity, rows: Entity) -> Listing:
    if view.actor.trusted or view.actor.administrator:
        return Listing(rows.name, owner="document_id")
    table = rows.name.removeprefix(f"{document.name}.")
    rules = granting(document, "read", view.actor)
    showing = tuple(each.where for each in rules if table not in each.rule.hide)
    own = row_rule(rows, "read", view.actor)
    if (rules and not showing) or (rows.rules and own.nothing):
        raise Forbidden(NOTHING)
    narrowed = () if not rows.rules or own.everything else (_either(own.any_of),)
    if None in showing:
        return Listing(rows.name, where=narrowed, owner="document_id")
    granted = tuple(_behind(document.name, rows.name, each) for each in showing if each is not None)
    return Listing(rows.name, where=narrowed, any_of=granted, opened=view.actor.id is not None, owner="document_id")


@lru_cache(maxsize=1024)
def _behind(document: str, rows: str, rule: Formula) -> Formula:
    """A rule on documents, asked of the rows of one of their tables."""
    return replace(rule, tree=begin_at(rule.tree, rows, (Hop(document, rows, document, Via.DOCUMENT),)))


@lru_cache(maxsize=1024)
def _either(rules: tuple[Formula, ...]) -> Formula:
    """That one of the rules holds."""
    return rules[0] if len(rules) == 1 else replace(rules[0], tree=Or(type=TRUTH.nullable(), items=tuple(each.tree for each in rules)))
