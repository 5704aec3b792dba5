"""What is gone from the definition: its data stays, and whatever still needs it blocks the change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from engine.errors import Message
from engine.metadata import ARCHIVED
from engine.storage import Known

from .change import Change, Step, named
from .codes import code_of, list_of


def retired(change: Change) -> Iterator[Step]:
    """Everything that is gone; what belongs to something that is gone needs no line of its own, what was merged has another."""
    gone = {thing.number for thing in change.ids.retired()}
    merged = {old.number for old, _ in change.ids.merged()}
    for thing in change.ids.retired():
        if thing.owner not in gone and thing.number not in merged | change.untold and not _is_kind_of_some(change, thing):
            step = _RETIRE[thing.kind](change, thing)
            yield replace(step, examples=tuple(_perhaps(change, thing))) if step.rows else step


def _is_kind_of_some(change: Change, thing: Known) -> bool:
    """Whether it is a kind that records are of: `tightened` says by which ways they get another."""
    return thing.kind == "choice" and thing.owner is not None and change.holding(thing) > 0


MOST_ALIKE = 2
"""More new things than this say nothing about which one is meant."""


def _perhaps(change: Change, thing: Known) -> Iterator[Message]:
    """New things that this one may be under another name, where its definition forgot to say so."""
    alike = [new for new in change.ids.new() if (new.kind, new.owner) == (thing.kind, thing.owner) and _is_alike(change, thing, new)]
    for new in alike if len(alike) <= MOST_ALIKE else ():
        words = "If {new} is the same under another name, write `was: {name}` there: then it keeps what is in it."
        yield Message(words, {"new": named(new), "name": code_of(thing)})


def _is_alike(change: Change, old: Known, new: Known) -> bool:
    """Fields of one type; entities that share half of their fields."""
    if old.kind == "field":
        return bool(old.shape) and old.shape == new.shape
    had = {code_of(one) for one in change.ids.before.values() if one.kind == "field" and one.owner == old.number}
    has = {code_of(one) for one in change.ids.live if one.kind == "field" and one.owner == new.number}
    return old.kind == "entity" and 2 * len(had & has) >= max(len(had), 1)


def _step(thing: Known, words: str, rows: int, *, blocked: bool = False, **params: object) -> Step:
    message = Message(words, {"thing": named(thing), "rows": rows, **params})
    return Step("retired", thing.key, message, rows, blocked=blocked, lock="none")


def _retired_entity(change: Change, thing: Known) -> Step:
    rows, running = change.survey.rows(thing.physical or ""), change.survey.running_on(thing.number)
    if running:
        return _step(thing, "{thing} is gone, but {rows:process runs|processes run} on its records. End them first.", running, blocked=True)
    if not rows:
        return _step(thing, "Gone: {thing}. It is empty.", 0)
    return _step(
        thing, "Gone: {thing}. Its {rows:record stays|records stay} in the database, unseen; declared again it has them again.", rows
    )


def _retired_field(change: Change, thing: Known) -> Step:
    owner = change.ids.before[thing.owner or 0]
    old = change.ids.before[thing.number]
    rows = change.survey.values(owner.physical or "", old.physical) if old.physical else 0
    if rows and (elsewhere := _moved_to(change, thing)) is not None:
        words = (
            "{thing} is gone and {elsewhere} is new, but the values of {rows:record|records} cannot move between a record and its rows. "
            "Add the new field first, fill it, and remove the old one when that is applied."
        )
        return _step(thing, words, rows, blocked=True, elsewhere=named(elsewhere))
    if rows and _was_archive(change, old):
        words = "Gone: {thing}. {rows:archived record stands|archived records stand} in the lists again; nothing of them is lost."
        return _step(thing, words, rows)
    if rows:
        return _step(
            thing,
            "Gone: {thing}. The values of {rows:record|records} stay in the database, unseen; declared again it has them again.",
            rows,
        )
    return _step(thing, "Gone: {thing}. It has no values.", 0)


def _was_archive(change: Change, old: Known) -> bool:
    """Whether a field told which records of its entity were archived."""
    entity, _, name = old.name.rpartition(".")
    was = change.before.entities.get(entity) if change.before is not None else None
    return name == ARCHIVED and was is not None and was.archives


def _moved_to(change: Change, thing: Known) -> Known | None:
    """A new field of the same name in a table of the same record, or in the record of the same table."""
    entity, _, name = thing.name.rpartition(".")
    for new in change.ids.new():
        other, _, called = new.name.rpartition(".")
        if new.kind == "field" and called == name and (other.startswith(f"{entity}.") or entity.startswith(f"{other}.")):
            return new
    return None


def _retired_code(change: Change, thing: Known) -> Step:
    rows = change.holding(thing)
    if not rows:
        hidden = change.hiding(thing)
        words = (
            "Gone: {thing}. {rows:record has|records have} it where nobody sees it; should that come back, something must take its place."
        )
        return _step(thing, words if hidden else "Gone: {thing}. No record has it.", hidden)
    words = (
        "{thing} is gone, but {rows:record has|records have} it. Write `was: {code}` at the one that takes its place, "
        "or change the records first."
    )
    if list_of(thing) not in change.ids.lists:
        words = (
            "{thing} is gone, but {rows:record has|records have} it. Write `was: {list}` at what takes the place of {list}, "
            "and there `was: {code}` at the one that takes its place."
        )
    return _step(thing, words, rows, blocked=True, code=code_of(thing), list=list_of(thing))


def _retired_workflow(change: Change, thing: Known) -> Step:
    words = "Gone: {thing}. Its {rows:running instance goes|running instances go} on as begun; nothing starts it any more."
    return _step(thing, words, change.survey.running(thing.name))


def _retired_step(change: Change, thing: Known) -> Step:
    workflow, _, step = thing.name.partition(".")
    rows, there = change.survey.running(workflow), change.survey.running(workflow, step)
    words = (
        "Gone: {thing}. The {rows:running instance|running instances} of its workflow {rows:|goes|go} on as begun, "
        "as far as they are not moved, {there} of them in this step."
    )
    return _step(thing, words, rows, there=there)


def _retired_role(change: Change, thing: Known) -> Step:
    return _step(thing, "Gone: {thing}. {rows:person loses|people lose} what it allowed.", change.holding(thing))


_RETIRE: dict[str, Callable[[Change, Known], Step]] = {
    "entity": _retired_entity,
    "field": _retired_field,
    "choice": _retired_code,
    "state": _retired_code,
    "workflow": _retired_workflow,
    "step": _retired_step,
    "role": _retired_role,
}
