"""The expectation `print`: the newest print of a name that a person may read of a record, and the texts on it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.access import SYSTEM
from engine.errors import Invisible
from engine.records import load, prints_of, words_of_print
from engine.unit_of_work import View

from .model import Expectation
from .values import record_of
from .world import World


def printed(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    """`print: NAME` with `record`, the texts it `has`, and `as` whom it is read; without texts there is none for them."""
    name, wanted = str(expectation.target), expectation.keys.get("has")
    texts = [str(text) for text in wanted] if isinstance(wanted, list) else []
    person = expectation.keys.get("as")
    reader = SYSTEM if person is None else world.application.actor(world.ids[str(person)])
    seen = view.seen_by(reader)
    entity, number = record_of(world, view, str(expectation.keys["record"]))
    try:
        found = [each for each in prints_of(seen, load(seen, entity, number)) if each.name == name]
    except Invisible:
        found = []
    if not found and texts:
        yield f"there is no print {name} that {person or 'system'} may read"
    elif found and not texts:
        yield f"{person or 'system'} may read the print {name}"
    said = words_of_print(view, found[0]) if found else ""
    for text in texts if found else ():
        if text not in said:
            yield f"the print {name} does not say {text!r}"
