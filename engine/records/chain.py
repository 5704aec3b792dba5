"""The chain of documents that a record stands in: what it came from, and what came of it, as far as its reader may see.

A document is a record with a number or a life of its own. A step of the chain is one link, of a document or of a row of it (links to
many lead to no chain). Upwards only links upwards are followed, downwards only links downwards: what else belongs to the
same supplier is no part of the chain of an order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from engine.access import never_readable, row_rule
from engine.errors import Forbidden, Invalid
from engine.frozen import frozen
from engine.metadata import Entity, Field, Metadata, SortKey
from engine.storage import Asking
from engine.unit_of_work import View

from .find import Query, find
from .frame import RecordFrame
from .paths import path_formula
from .present import Record
from .veil import veil
from .visible import readable_rows, reader

DEPTH = 3
"""How many links away a document of the chain is at most."""
EACH = 5
"""How many records of one kind come of a step, the newest."""
MOST = 20
"""How many records stand in one direction."""
ROWS = 200
"""How many rows of one table are looked through in a step, the newest."""
NEWEST = (SortKey("id", descending=True),)


@frozen
class Linked:
    """A record of a chain, `far` links away."""

    record: Record
    far: int


@frozen
class Chain:
    """What a record came from and what came of it, the nearest first."""

    before: tuple[Linked, ...]
    after: tuple[Linked, ...]


Step = Callable[[View, list[Record]], Iterator[Record]]


def stands_in_chain(metadata: Metadata, entity: Entity) -> bool:
    """Whether links between documents lead from its records, or to them."""
    leads = any(_leads(metadata, owner) for owner in (entity, *_tables(entity)))
    return leads or any(_is_document(metadata, _owner(metadata, source)) for source, _link in metadata.inverse.get(entity.name, ()))


def chain(view: View, record: Record) -> Chain:
    """The chain around a record that the reader sees; two statements or so for each kind of document in it."""
    before, after = _followed(view, record, _upwards), _followed(view, record, _downwards)
    return Chain(tuple(islice(before, MOST)), tuple(islice(after, MOST)))


def _is_document(metadata: Metadata, name: str) -> bool:
    entity = metadata.entities[name]
    own = entity.number is not None or entity.lifecycle is not None
    return own and entity.document is None and entity.api and not entity.system


def _owner(metadata: Metadata, source: str) -> str:
    """The document that a link belongs to, its rows' included; that of a pair is none, as links to many lead to no chain."""
    entity = metadata.entities[source]
    return source if entity.relation else entity.document or source


def _leads(metadata: Metadata, entity: Entity) -> list[Field]:
    """The links that lead from records or rows to documents."""
    return [each for each in entity.links if each.link is not None and _is_document(metadata, each.link.entity)]


def _end(link: Field) -> str:
    assert link.link is not None
    return link.link.entity


def _tables(entity: Entity) -> list[Entity]:
    return [table.table for table in entity.tables if table.table is not None]


def _followed(view: View, first: Record, step: Step) -> Iterator[Linked]:
    """What is found step by step, each record once."""
    level, seen = [first], {(first.entity, first.id)}
    for far in range(1, DEPTH + 1):
        following = []
        for record in step(view, level):
            if (record.entity, record.id) not in seen:
                seen.add((record.entity, record.id))
                following.append(record)
                yield Linked(record, far)
        level = following


def _upwards(view: View, level: list[Record]) -> Iterator[Record]:
    """The documents that the links of these records lead to; a link that the reader may not read is not among their values."""
    wanted: dict[str, set[int]] = {}
    for record in level:
        for link in _leads(view.metadata, view.metadata.entities[record.entity]):
            number = record.values.get(link.name)
            if isinstance(number, int):
                wanted.setdefault(_end(link), set()).add(number)
    for name, numbers in _by_entity(level):
        for table in _tables(view.metadata.entities[name]):
            for link in _leads(view.metadata, table):
                wanted.setdefault(_end(link), set()).update(end for _, end in _rows(view, table, link.name, "document_id", numbers))
    for name, ends in wanted.items():
        yield from find(view, _query(name, ids=tuple(sorted(ends)))).records


def _downwards(view: View, level: list[Record]) -> Iterator[Record]:
    """The newest documents of each kind whose links lead to these records."""
    for name, numbers in _by_entity(level):
        for source, link in view.metadata.inverse.get(name, ()):
            owner, entity = _owner(view.metadata, source), view.metadata.entities[source]
            if not _is_document(view.metadata, owner):
                continue
            if owner != source:
                found = dict.fromkeys(document for document, _ in _rows(view, entity, link, link, numbers))
                yield from find(view, replace(_query(owner, ids=tuple(found)), limit=EACH)).records if found else ()
            elif _may_ask(view, entity, link):
                question = " OR ".join(f"{link}.id = {number}" for number in numbers)
                yield from find(view, _query(source, typed=(question,))).records


def _by_entity(level: list[Record]) -> Iterator[tuple[str, list[int]]]:
    for name in dict.fromkeys(record.entity for record in level):
        yield name, [record.id for record in level if record.entity == name]


def _rows(view: View, table: Entity, link: str, among: str, numbers: list[int]) -> list[tuple[int, int]]:
    """The newest rows whose `among` is one of these: their document and where their link leads, as the actor may read them."""
    assert table.document is not None
    try:
        led = veil(view, table, path_formula(view.metadata, table, link))
        rows = replace(readable_rows(view, table), values=(led,), some=True, among=among)
    except (Forbidden, Invalid):  # the actor sees the table, or the link, in no document
        return []
    asking = Asking(RecordFrame(view), reader(view, view.metadata.entities[table.document]), ROWS, ids=sorted(numbers))
    found = ((each.row["document_id"], each.values[0]) for each in view.lists.page(view.connection, rows, asking))
    return [(document, end) for document, end in found if isinstance(document, int) and isinstance(end, int)]


def _may_ask(view: View, source: Entity, link: str) -> bool:
    return not row_rule(source, "read", view.actor).nothing and never_readable(source, view.actor).readable(link)


def _query(name: str, *, typed: tuple[str, ...] = (), ids: tuple[int, ...] | None = None) -> Query:
    return Query(
        name, typed=typed, ids=ids, sort=NEWEST, limit=EACH if ids is None else MOST, fields=frozenset(), titles=False, archived=None
    )
