"""Entities whose records stand below each other from now on: none may stand below itself, so that everything above it can be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.errors import Message
from engine.metadata import Entity
from engine.storage import Known

from .carried import MOST_WRONG
from .change import Change, Step, named

_WORDS = (
    "{thing} is a tree from now on, but {rows:record stands|records stand} below {rows:|itself|themselves} by {link}. "
    "Change that link in one of them first."
)


def circles(change: Change) -> Iterator[Step]:
    """Blocked where there are any: what is above and below such a record could not be computed."""
    for thing in change.ids.live:
        entity = change.metadata.entities[thing.name] if thing.kind == "entity" else None
        if entity is None or entity.tree is None or not _is_new(change, thing):
            continue
        found = sorted(_in_circles(_above(change, entity)))
        if found:
            some = tuple(Message("{entity} {number}", {"entity": entity.name, "number": number}) for number in found[:MOST_WRONG])
            params = {"thing": named(thing), "rows": len(found), "link": entity.tree}
            yield Step("values", thing.key, Message(_WORDS, params), len(found), blocked=True, examples=some)


def _is_new(change: Change, thing: Known) -> bool:
    """Whether its records stood side by side before, or below each other by another link."""
    old = change.ids.before.get(thing.number)
    was = change.before.entities.get(old.name) if change.before is not None and old is not None else None
    return was is None or was.tree is None or was.tree != change.metadata.entities[thing.name].tree


def _above(change: Change, entity: Entity) -> Mapping[int, int]:
    link = change.ids.by_key[f"field:{entity.name}.{entity.tree}"]
    column = change.ids.before.get(link.number, link).physical or ""
    return {number: int(above) for above, number in change.survey.column(change.tables.physical(entity.name), column, None)}


def _in_circles(above: Mapping[int, int]) -> Iterator[int]:
    """Who comes back to itself."""
    seen: set[int] = set()
    for first in above:
        way: list[int] = []
        at: int | None = first
        while at is not None and at not in seen:
            seen.add(at)
            way.append(at)
            at = above.get(at)
        if at in way:
            yield from way[way.index(at) :]
