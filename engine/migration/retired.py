"""What is gone from the definition: its data stays, and whatever still needs it blocks the change."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.errors import Message
from engine.storage import Known

from .change import Change, Step, named


def retired(change: Change) -> Iterator[Step]:
    """Everything that is gone; what belongs to something that is gone needs no line of its own."""
    gone = {thing.number for thing in change.ids.retired()}
    for thing in change.ids.retired():
        if thing.owner not in gone:
            yield _RETIRE[thing.kind](change, thing)


def _retired_entity(change: Change, thing: Known) -> Step:
    rows = change.survey.rows(thing.physical or "")
    if rows:
        words = "{thing} is gone, but it has {rows} records. Delete them first, or keep it."
        return Step("retired", thing.key, Message(words, {"thing": named(thing), "rows": rows}), rows, blocked=True)
    return Step("retired", thing.key, Message("Gone: {thing}. It is empty.", {"thing": named(thing)}))


def _retired_field(change: Change, thing: Known) -> Step:
    owner = change.ids.before[thing.owner or 0]
    rows = change.survey.values(owner.physical or "", thing.physical) if thing.physical else 0
    params = {"thing": named(thing), "rows": rows}
    if rows and thing.shape.startswith("link"):
        words = "{thing} is gone, but {rows} records have a value there, and what they lead to could never be deleted. Clear it first."
        return Step("retired", thing.key, Message(words, params), rows, blocked=True)
    if rows:
        return Step(
            "retired", thing.key, Message("Gone: {thing}. The values of {rows} records stay in the database, unseen.", params), rows
        )
    return Step("retired", thing.key, Message("Gone: {thing}. It has no values.", params))


def _retired_code(change: Change, thing: Known) -> Step:
    rows = change.holding(thing)
    params = {"thing": named(thing), "rows": rows}
    if rows:
        words = "{thing} is gone, but {rows} records have it. Name its successor with `was:`, or change them first."
        return Step("retired", thing.key, Message(words, params), rows, blocked=True)
    return Step("retired", thing.key, Message("Gone: {thing}. No record has it.", params))


def _retired_step(change: Change, thing: Known) -> Step:
    rows = change.survey.running(thing.name.partition(".")[0])
    words = "Gone: {thing}. The {rows} running instances of its workflow go on as they began."
    return Step("retired", thing.key, Message(words, {"thing": named(thing), "rows": rows}), rows)


def _retired_role(change: Change, thing: Known) -> Step:
    rows = change.holding(thing)
    words = "Gone: {thing}. {rows} people lose what it allowed."
    return Step("retired", thing.key, Message(words, {"thing": named(thing), "rows": rows}), rows)


_RETIRE: dict[str, Callable[[Change, Known], Step]] = {
    "entity": _retired_entity,
    "field": _retired_field,
    "choice": _retired_code,
    "state": _retired_code,
    "step": _retired_step,
    "role": _retired_role,
}
