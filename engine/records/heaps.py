"""Records put together and counted for reports: the row rule and what is hidden from the reader are part of the one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from functools import lru_cache

from engine.access import row_rule
from engine.errors import Forbidden, Invalid
from engine.formula import Context, Formula, Names, Read, Root, compile
from engine.frozen import frozen
from engine.metadata import Entity, Metadata, Value, document_of
from engine.storage import Asking, Cube, Heap, Key, Listing, Tally
from engine.unit_of_work import View

from .explain_list import Planned, planned
from .find import Query
from .frame import RecordFrame
from .grouping import Inside, inside_formula
from .veil import shown_where, veil
from .visible import NOTHING, readable_rows, reader

DOCUMENTS = 500
"""How many documents are told of whose rows were counted."""


@frozen(slots=False)
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
    """Whether the actor may read any record, so that there is something to count."""
    try:
        _readable(view, entity)
    except Forbidden:
        return False
    return True


def _readable(view: View, entity: Entity) -> Listing:
    """What may be counted. Raises Forbidden where that is nothing by any rule, whatever is opened on single records."""
    if row_rule(document_of(view.metadata, entity), "read", view.actor).nothing:
        raise Forbidden(NOTHING)
    return readable_rows(view, entity)


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
        return Query(entity.name, where=tuple(where), given=given, archived=None)
    document = Cube((Key(_owner(view.metadata, entity)),), ())
    found = heaps(view, Counting(entity.name, tuple(where), document, given, DOCUMENTS))
    return Query(entity.document, ids=tuple(sorted(number for heap in found if isinstance(number := heap.keys[0], int))))


@lru_cache(maxsize=256)
def _owner(metadata: Metadata, rows: Entity) -> Formula:
    return compile(str(rows.document), Names(this=rows.name), metadata.catalog, Context.MEASURE)


def _asked(view: View, counting: Counting) -> tuple[Listing, Cube, Asking]:
    entity = view.metadata.entities[counting.entity]
    rows = _readable(view, entity)
    where = allowed_conditions(view, entity, counting.where)
    keys = tuple(Key(veil(view, entity, key.formula), key.step) for key in counting.cube.keys)
    frame = RecordFrame(view, parameters=counting.given)
    asking = Asking(frame, reader(view, document_of(view.metadata, entity)), counting.limit, at=view.now)
    return replace(rows, where=(*rows.where, *where)), Cube(keys, counting.cube.tallies), asking


@lru_cache(maxsize=1024)
def _asks_reader(formula: Formula) -> bool:
    return any(isinstance(node, Read) and node.path.root is Root.PARAMETER for node in formula.tree.walk())
