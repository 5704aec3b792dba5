"""Trees: each record knows all records above it, as links that the engine keeps; what lies below is their other end."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.metadata import ABOVE, Entity
from engine.unit_of_work import View

from .draft import Draft, key_of, pairs_of, rows_of
from .rows import fetch_many

DEEPEST = 50
"""How many levels a tree may have."""


def climb(view: View, draft: Draft) -> None:
    """Give a record that is placed the records above it, from the top; a problem where it would be above itself."""
    if not is_placed(draft):
        return
    assert draft.entity.tree is not None
    above: list[int] = []
    own = None if draft.old is None else key_of(draft.old)
    for number in _upwards(view, draft.entity, draft.new.get(draft.entity.tree)):
        if number == own or len(above) >= DEEPEST:
            words = "{field}: a record cannot be below itself." if number == own else "{field}: at most {count} levels are possible."
            field = draft.entity.fields[draft.entity.tree]
            draft.problem(draft.entity.tree, "tree", Message(words, {"field": field.label, "count": DEEPEST}))
            return
        above.append(number)
    put_below(draft, above[::-1])


def is_placed(draft: Draft) -> bool:
    """Whether a draft gives a record its place in the tree."""
    tree = draft.entity.tree
    if tree is None or draft.derived:
        return False
    return draft.old is None or tree in draft.given or draft.old.get(tree) != draft.new.get(tree)


def put_below(draft: Draft, above: list[int]) -> None:
    """Give a record these records above it."""
    field = draft.entity.fields[ABOVE]
    draft.new[ABOVE] = pairs_of(field, above, draft.new, rows_of(draft.old, field))


def _upwards(view: View, entity: Entity, number: object) -> Iterator[int]:
    """The ids from a record upwards; whoever asks stops where it goes round."""
    assert entity.tree is not None
    while isinstance(number, int):
        yield number
        number = fetch_many(view, entity.name, [number]).get(number, {}).get(entity.tree)
