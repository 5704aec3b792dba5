"""Records put together and counted for reports: the row rule and what is hidden from the reader are part of the one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from engine.access import Granting, granting, row_rule
from engine.errors import Forbidden, Invalid, Message
from engine.formula import Context, Formula, Hop, Names, Read, Root, Via, begin_at, compile
from engine.metadata import Entity, Metadata, Value
from engine.storage import Asking, Cube, Heap, Key, Listing, Tally
from engine.unit_of_work import View

from .explain_list import Planned, planned
from .find import Query
from .frame import RecordFrame
from .grouping import Inside, inside_formula
from .veil import shown_where, veil
from .visible import reader, rule_of

DOCUMENTS = 500
"""How many documents are told of whose rows were counted."""
NOTHING = Message("You may not read the records that are counted here.")


@dataclass(frozen=True)
class Counting:
    """What is counted: records (or rows of a table) of an entity for which `where` holds, with the values of its parameters.

    At most `limit` heaps are told.
    """

    entity: str
    where: tuple[Formula, ...]
    cube: Cube
    given: Mapping[str, Value] = field(default_factory=dict)
    limit: int = 1


def heaps(view: View, counting: Counting) -> list[Heap]:
    """The heaps of what the actor may read. Raises Forbidden, Invalid for what is hidden from the actor, NotPushable."""
    return view.lists.figures.heaps(view.connection, *_asked(view, counting))


def explain_heaps(view: View, counting: Counting) -> Planned:
    """The statement of `heaps`, and how the database would run it. Raises what `heaps` raises."""
    return planned(*view.lists.figures.plan(view.connection, *_asked(view, counting)))


def may_count(view: View, entity: Entity) -> bool:
    """Whether the actor may read any record (of a table: any with its rows), so that there is something to count."""
    document = _document(view, entity)
    if document is entity or view.actor.trusted or view.actor.administrator:
        return not row_rule(document, "read", view.actor).nothing
    return bool(_showing(view, document, entity))


def readable_tally(view: View, entity: Entity, tally: Tally) -> Tally | None:
    """What is counted as the actor may read it; None where the actor may read it in no record."""
    try:
        value, shown = (None, None) if tally.value is None else shown_where(view, entity, tally.value)
        only = tuple(veil(view, entity, each) for each in tally.only)
        currency = None if tally.currency is None else veil(view, entity, tally.currency)
    except Invalid:
        return None
    if currency is not tally.currency:
        return None
    return replace(tally, value=value, only=only if shown is None else (*only, shown), currency=currency)


def visible_rows(view: View, entity: Entity) -> Listing:
    """The rows that the actor may read: records by their row rule, rows of a table by that of their document."""
    document = _document(view, entity)
    any_of, opened = rule_of(view, document) if document is entity else _rule_of_table(view, document, entity)
    if document is entity or any_of is None:
        return Listing(entity.name, any_of=any_of, opened=opened, owner="document_id" if document is not entity else "id")
    granted = tuple(_behind(view.metadata, entity.name, each) for each in any_of)
    return Listing(entity.name, any_of=granted, opened=opened, owner="document_id")


def allowed_conditions(view: View, entity: Entity, where: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The conditions of a definition; those that read what the reader gives read only what the reader may. Raises Invalid."""
    return tuple(veil(view, entity, each) if _asks_reader(each) else each for each in where)


def behind(view: View, counting: Counting, insides: Sequence[Inside]) -> Query:
    """The records (of rows: the documents) that were counted with these keys, as a question to the records. Raises Invalid, Forbidden."""
    entity = view.metadata.entities[counting.entity]
    given, where = dict(counting.given), list(allowed_conditions(view, entity, counting.where))
    for at, inside in enumerate(insides):
        formula, value = inside_formula(view.metadata, entity, inside, f"key_{at}")
        where.append(veil(view, entity, formula))
        given[f"key_{at}"] = value
    if entity.document is None:
        return Query(entity.name, where=tuple(where), given=given)
    document = Cube((Key(_owner(view.metadata, entity)),), ())
    found = heaps(view, Counting(entity.name, tuple(where), document, given, DOCUMENTS))
    return Query(entity.document, ids=tuple(sorted(number for heap in found if isinstance(number := heap.keys[0], int))))


@lru_cache(maxsize=256)
def _owner(metadata: Metadata, rows: Entity) -> Formula:
    return compile(str(rows.document), Names(this=rows.name), metadata.catalog, Context.MEASURE)


def _asked(view: View, counting: Counting) -> tuple[Listing, Cube, Asking]:
    entity = view.metadata.entities[counting.entity]
    if not may_count(view, entity):
        raise Forbidden(NOTHING)
    rows = visible_rows(view, entity)
    where = allowed_conditions(view, entity, counting.where)
    keys = tuple(Key(veil(view, entity, key.formula), key.step) for key in counting.cube.keys)
    frame = RecordFrame(view, parameters=counting.given)
    asking = Asking(frame, reader(view, _document(view, entity)), counting.limit)
    return replace(rows, where=(*rows.where, *where)), Cube(keys, counting.cube.tallies), asking


def _rule_of_table(view: View, document: Entity, rows: Entity) -> tuple[tuple[Formula, ...] | None, bool]:
    """The row rule of the documents in which the actor may see this table. Raises Forbidden where that is none."""
    if view.actor.trusted or view.actor.administrator:
        return None, False
    showing = _showing(view, document, rows)
    if not showing:
        raise Forbidden(NOTHING)
    whole = any(each.where is None for each in showing)
    return None if whole else tuple(each.where for each in showing if each.where is not None), view.actor.id is not None and not whole


def _showing(view: View, document: Entity, rows: Entity) -> list[Granting]:
    """The rules by which the actor reads documents and does not miss this table."""
    table = rows.name.removeprefix(f"{document.name}.")
    return [each for each in granting(document, "read", view.actor) if table not in each.rule.hide]


def _document(view: View, entity: Entity) -> Entity:
    return view.metadata.entities[entity.document] if entity.document else entity


@lru_cache(maxsize=1024)
def _behind(metadata: Metadata, rows: str, rule: Formula) -> Formula:
    """A rule on documents, asked of the rows of one of their tables."""
    document = str(metadata.entities[rows].document)
    return replace(rule, tree=begin_at(rule.tree, rows, (Hop(document, rows, document, Via.DOCUMENT),)))


@lru_cache(maxsize=1024)
def _asks_reader(formula: Formula) -> bool:
    return any(isinstance(node, Read) and node.path.root is Root.PARAMETER for node in formula.tree.walk())
