"""What may have been meant by a cell that cannot be taken: the nearest record or choice, a day or a number of another habit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from engine.errors import Unfit
from engine.metadata import Field
from engine.unit_of_work import View

from .cells import choice_words
from .lines import Wrong
from .meanings import targets
from .model import Import
from .references import nearest
from .typed import NUMBERS, Habits, day, number

MOST = 50
"""For how many different cells of an import the nearest record is looked for."""
OTHERS = (Habits("dmy", "point"), Habits("mdy", "point"), Habits("ymd", "comma"))


@dataclass
class Suggestions:
    """The problems of an import with suggestions, each looked for once."""

    known: dict[tuple[str, str], str] = field(default_factory=dict)

    def told(self, view: View, doing: Import, wrong: Sequence[Wrong]) -> list[dict[str, object]]:
        """Problems as JSON, in the words of the actor."""
        language = view.actor.language
        return [
            {
                "line": each.line,
                "path": each.path,
                "words": each.message.render(language),
                "value": each.value[:200],
                "suggest": each.suggest or self._suggested(view, doing, each),
            }
            for each in wrong
        ]

    def _suggested(self, view: View, doing: Import, wrong: Wrong) -> str:
        target = targets(doing.entity).get(wrong.path)
        key = wrong.path, wrong.value
        if target is None or target.field is None or not wrong.value:
            return ""
        if key not in self.known and len(self.known) < MOST:
            self.known[key] = _near(view, target.field, wrong.value, doing.options.habits)
        return self.known.get(key, "")


def _near(view: View, described: Field, value: str, own: Habits) -> str:
    if described.link is not None:
        return nearest(view, view.metadata.entities[described.link.entity], value)
    if described.choices:
        words = {label.casefold(): label for label in choice_words(described, view.actor.language).values()}
        best = get_close_matches(value.casefold(), words, 1, 0.5)
        return words[best[0]] if best else ""
    return "" if _of_habits(described, value, (own,)) else _of_habits(described, value, OTHERS)


def _of_habits(described: Field, value: str, habits: Sequence[Habits]) -> str:
    """The one day or number that the text is under these habits; blank where it is several, or none."""
    found = set()
    for each in habits:
        try:
            if described.kind == "date":
                found.add(day(value, each).isoformat())
            elif described.kind in NUMBERS:
                found.add(str(number(value, each)))
        except Unfit:
            continue
    return found.pop() if len(found) == 1 else ""
