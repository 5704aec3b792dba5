"""Cells that name a record: by what follows `#`, by its number, by a unique text, by its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from engine.errors import Message
from engine.frozen import frozen
from engine.metadata import Entity
from engine.records import Query, find, ids_by, naming_fields, preferred, titles, visible_ids
from engine.unit_of_work import View

from .cells import reference

NUMBERED = re.compile(r"(?s)(.*?)\s*#([0-9]{1,18})\s*\Z", re.ASCII)
OFFERED = 500
"""Among how many records the nearest name is looked for."""
KEPT = 100_000
SHOWN = 5
"""How many records are shown that are called alike."""


@frozen
class Fault:
    """Why a cell cannot be taken, and what may have been meant."""

    message: Message
    suggest: str = ""


@dataclass
class References:
    """What was found out so far about the names in a file; only what is certain is remembered."""

    known: dict[str, dict[str, int]] = field(default_factory=dict)
    alike: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    """What names several records of an entity, with these."""

    def resolve(self, view: View, entity: str, texts: set[str]) -> Mapping[str, int | Fault]:
        """The records of an entity that these texts name for the actor; a few statements for those that are not known yet."""
        known = self.known.setdefault(entity, {})
        found: dict[str, int | Fault] = {text: known[text] for text in texts & known.keys()}
        missing = texts - found.keys()
        if missing:
            resolved = self._resolved(view, view.metadata.entities[entity], sorted(missing))
            found |= resolved
            if len(known) < KEPT:
                known.update((text, result) for text, result in resolved.items() if isinstance(result, int))
        return found

    def _resolved(self, view: View, entity: Entity, texts: Iterable[str]) -> dict[str, int | Fault]:
        numbered = {text: match for text in texts if (match := NUMBERED.match(text))}
        found = _by_number(view, entity, numbered)
        left = [text for text in texts if text not in found]
        for each in naming_fields(entity):
            named = ids_by(view, entity, each, [text for text in left if text not in found])
            self.alike.update({(entity.name, text): frozenset(ids) for text, ids in named.items() if len(ids) > 1})
            found |= {text: _one_of(text, preferred(view, entity, ids)) for text, ids in named.items()}
        missing = [text for text in left if text not in found]
        found.update({text: Fault(_unknown(entity, text)) for text in missing})
        return found


def _one_of(text: str, ids: Sequence[int]) -> int | Fault:
    """The record that a text names; where it names several, which ones."""
    numbers = ", ".join(f"#{number}" for number in ids[:SHOWN]) + (" …" if len(ids) > SHOWN else "")
    words = Message("{count} records are called {value}: {numbers}.", {"count": len(ids), "value": text[:100], "numbers": numbers})
    return ids[0] if len(ids) == 1 else Fault(words, reference(text, ids[0]))


def _by_number(view: View, entity: Entity, numbered: Mapping[str, re.Match[str]]) -> dict[str, int | Fault]:
    """A number is believed where the name in front of it is still the title."""
    ids = {int(match[2]) for match in numbered.values()}
    seen = visible_ids(view, entity.name, ids) if ids else set()
    called = titles(view, entity.name, seen)
    found: dict[str, int | Fault] = {}
    for text, match in numbered.items():
        number, name = int(match[2]), " ".join(match[1].split())
        title = " ".join((called.get(number) or "").split())
        if number in seen and name in ("", title):
            found[text] = number
        elif number in seen:
            words = Message("Record {number} is called {title} now.", {"number": f"#{number}", "title": title})
            found[text] = Fault(words, reference(title, number))
    return found


def _unknown(entity: Entity, text: str) -> Message:
    return Message("There is no {entity} called {value}, or you may not see it.", {"entity": entity.label, "value": text[:100]})


def nearest(view: View, entity: Entity, text: str) -> str:
    """The record whose name is most like a text, as a cell names it; blank where none is like it."""
    name = " ".join(text.split()).casefold()
    near = find(view, Query(entity.name, words=name.split(" ", 1)[0], limit=50, fields=frozenset())).records if name else []
    any_of = near or find(view, Query(entity.name, limit=OFFERED, fields=frozenset())).records
    called = {" ".join(record.title.split()).casefold(): record for record in any_of if record.title}
    best = get_close_matches(name, called, 1, 0.5)
    return reference(called[best[0]].title, called[best[0]].id) if best else ""
