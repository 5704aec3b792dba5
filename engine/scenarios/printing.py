"""The expectation `print`: the newest print of a name that a person may read of a record, else what they print themselves."""

from __future__ import annotations

from collections.abc import Iterator

from engine.access import SYSTEM
from engine.errors import Forbidden, Invisible
from engine.records import load, prints_of, texts_of, words_of_print
from engine.unit_of_work import View
from engine.workflow import print_for_reader

from .model import Expectation
from .values import record_of
from .world import World


def printed(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    """`print: NAME` with `record`, the texts it `has`, and `as` whom it is read; without texts there is none for them."""
    name, wanted = str(expectation.target), expectation.keys.get("has")
    texts = [str(text) for text in wanted] if isinstance(wanted, list) else []
    person = expectation.keys.get("as")
    reader = SYSTEM if person is None else world.application.actor(world.ids[str(person)])
    said = _said(view.seen_by(reader), name, *record_of(world, view, str(expectation.keys["record"])))
    if said is None and texts:
        yield f"there is no print {name} that {person or 'system'} may read"
    elif said is not None and not texts:
        yield f"{person or 'system'} may read the print {name}"
    for text in texts if said is not None else ():
        if text not in str(said):
            yield f"the print {name} does not say {text!r}"


def _said(view: View, name: str, entity: str, number: int) -> str | None:
    """What the newest frozen print says, else the one that the reader makes now; None where there is none for them."""
    try:
        frozen = next((each for each in prints_of(view, load(view, entity, number)) if each.name == name), None)
        return texts_of(print_for_reader(view, name, number)) if frozen is None else words_of_print(view, frozen)
    except (Invisible, Forbidden):
        return None
