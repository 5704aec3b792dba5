"""The rows that an effect runs over: those behind a path of the acting record, or records of an entity that fit it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.access import SYSTEM
from engine.errors import Message, Refusal
from engine.formula import Constant, Formula, Node, Read, Root, evaluator, rebuilt
from engine.metadata import MANY_ROWS, SortKey, Source
from engine.records import Query, RecordFrame, fetch_all, find
from engine.unit_of_work import UnitOfWork

from .effects import Row


def rows_of(uow: UnitOfWork, row: Row, source: Source | None, frame: RecordFrame) -> Iterator[Row]:
    """The rows of an effect: the record itself without a source; `frame` is what conditions on the rows see beside them.

    Raises Refusal where there are too many.
    """
    if source is None:
        yield row
        return
    if source.path is None:
        found = _asked_for(uow, source, frame)
    else:
        where = source.where
        found = [each for each in RecordFrame(uow).rows(row, source.path) if where is None or where.holds(each, frame)]
    if len(found) > MANY_ROWS:
        raise Refusal(Message("More than {count} rows at once.", {"count": MANY_ROWS}))
    yield from found


def _asked_for(uow: UnitOfWork, source: Source, frame: RecordFrame) -> Sequence[Row]:
    where = () if source.where is None else (_bound(source.where, frame),)
    sort = tuple(SortKey(name.removeprefix("-"), name.startswith("-")) for name in source.sort) or (SortKey("id"),)
    with uow.because(uow.cause, SYSTEM):
        query = Query(source.entity, where, sort=sort, limit=MANY_ROWS, titles=False)
        page = find(uow, query)
        found = [record.id for record in page.records]
        while page.next is not None and len(found) <= MANY_ROWS:
            page = find(uow, replace(query, after=page.next))
            found += [record.id for record in page.records]
    return fetch_all(uow, source.entity, found[: MANY_ROWS + 1])


def _bound(where: Formula, frame: RecordFrame) -> Formula:
    """The condition with what it reads of the acting record (`parent`), of what was asked for and told, as constants, for the database."""

    def visit(node: Node) -> Node:
        if isinstance(node, Read) and node.path.root in (Root.PARENT, Root.EXTRA, Root.MESSAGE):
            return Constant(type=node.type.nullable(), value=evaluator(node)({}, frame))
        return rebuilt(node, visit)

    tree = visit(where.tree)
    return where if tree is where.tree else Formula(where.text, where.type, where.context, tree, where.cost, where.pushable)
