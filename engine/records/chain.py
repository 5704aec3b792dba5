"""The chain of documents that a record stands in: what it came from, and what came of it, as far as its reader may see.

A document is a record with a number or a life of its own. A step of the chain is one link at the head of a document (rows of tables and
links to many lead to no chain). Upwards only links upwards are followed, downwards only links downwards: what else belongs to the
same supplier is no part of the chain of an order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from engine.access import never_readable, row_rule
from engine.metadata import Entity, Metadata, SortKey
from engine.unit_of_work import View

from .find import Query, find
from .present import Record

DEPTH = 3
"""How many links away a document of the chain is at most."""
EACH = 5
"""How many records of one kind come of a step, the newest."""
MOST = 20
"""How many records stand in one direction."""
NEWEST = (SortKey("id", descending=True),)


@dataclass(frozen=True, slots=True)
class Linked:
    """A record of a chain, `far` links away."""

    record: Record
    far: int


@dataclass(frozen=True, slots=True)
class Chain:
    """What a record came from and what came of it, the nearest first."""

    before: tuple[Linked, ...]
    after: tuple[Linked, ...]


Step = Callable[[View, list[Record]], Iterator[Record]]


def stands_in_chain(metadata: Metadata, entity: Entity) -> bool:
    """Whether links between documents lead from its records, or to them."""
    leads = any(each.link is not None and _is_document(metadata, each.link.entity) for each in entity.links)
    return leads or any(_is_document(metadata, source) for source, _link in metadata.inverse.get(entity.name, ()))


def chain(view: View, record: Record) -> Chain:
    """The chain around a record that the reader sees; two statements or so for each kind of document in it."""
    before, after = _followed(view, record, _upwards), _followed(view, record, _downwards)
    return Chain(tuple(islice(before, MOST)), tuple(islice(after, MOST)))


def _is_document(metadata: Metadata, name: str) -> bool:
    entity = metadata.entities[name]
    own = entity.number is not None or entity.lifecycle is not None
    return own and entity.document is None and entity.api and not entity.system


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
        for link in view.metadata.entities[record.entity].links:
            assert link.link is not None
            number = record.values.get(link.name)
            if isinstance(number, int) and _is_document(view.metadata, link.link.entity):
                wanted.setdefault(link.link.entity, set()).add(number)
    for name, numbers in wanted.items():
        yield from find(view, _query(name, ids=tuple(sorted(numbers)))).records


def _downwards(view: View, level: list[Record]) -> Iterator[Record]:
    """The newest documents of each kind whose links lead to these records."""
    for name in dict.fromkeys(record.entity for record in level):
        numbers = [record.id for record in level if record.entity == name]
        for source, link in view.metadata.inverse.get(name, ()):
            if _is_document(view.metadata, source) and _may_ask(view, view.metadata.entities[source], link):
                question = " OR ".join(f"{link}.id = {number}" for number in numbers)
                yield from find(view, _query(source, typed=(question,))).records


def _may_ask(view: View, source: Entity, link: str) -> bool:
    return not row_rule(source, "read", view.actor).nothing and never_readable(source, view.actor).readable(link)


def _query(name: str, *, typed: tuple[str, ...] = (), ids: tuple[int, ...] | None = None) -> Query:
    return Query(name, typed=typed, ids=ids, sort=NEWEST, limit=EACH if ids is None else MOST, fields=frozenset(), titles=False)
