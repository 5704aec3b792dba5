"""Rules on decisions: rows that never decide, records that no row is for, and rows of `hit: unique` that hold together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from engine.errors import Sentence
from engine.loading.findings import Place
from engine.metadata import Decision

from .examples import Example, examples
from .loaded import Loaded


def rows_that_decide(loaded: Loaded) -> None:
    """W422 a row that never decides; W423 (warning) a record without an answer; W424 two rows of `hit: unique` at once."""
    for decision in loaded.metadata.decisions.values():
        found = examples([row.when for row in decision.rows])
        if found is not None:
            place = loaded.declarations.decisions[decision.name].place.at("rows")
            _never(loaded, decision, found, place)
            _gap(loaded, decision, found, place)
            _overlap(loaded, decision, found, place)


def _never(loaded: Loaded, decision: Decision, found: Sequence[Example], place: Place) -> None:
    for index, row in enumerate(decision.rows):
        earlier = decision.rows[:index] if decision.hit == "first" else ()
        here = [example for example in found if row.when is not None and example.holds(row.when)]
        if row.when is None or any(not any(example.holds(other.when) for other in earlier) for example in here):
            continue
        words = Sentence("its condition can never hold") if not here else Sentence("the rows before it decide first")
        loaded.findings.add("W422", Sentence("This row never decides: {words}.", words=words), place.at(index, "when"))


def _gap(loaded: Loaded, decision: Decision, found: Sequence[Example], place: Place) -> None:
    left = next((example for example in found if not any(example.holds(row.when) for row in decision.rows)), None)
    if left is not None:
        loaded.findings.warn("W423", Sentence("No row is for {left}.", left=left), place, hint="add `otherwise`")


def _overlap(loaded: Loaded, decision: Decision, found: Sequence[Example], place: Place) -> None:
    if decision.hit != "unique":
        return
    written = [(index, row) for index, row in enumerate(decision.rows) if row.when is not None]
    for (first, one), (second, other) in combinations(written, 2):
        both = next((example for example in found if example.holds(one.when) and example.holds(other.when)), None)
        if both is not None:
            loaded.findings.add(
                "W424",
                Sentence("Rows {first} and {second} both hold for {both}.", first=first + 1, second=second + 1, both=both),
                place.at(second, "when"),
            )
