"""A plan in words: what `loom plan` prints and the page of administrators shows."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.frozen import frozen

from .change import Step
from .plan import Plan

USED_BY, WAITING = "used by: {places}", "who saves waits while these records are written"


@frozen
class Told:
    """One line of a plan: its kind (`access`: who may do what from then on), what it says, what it touches; `faint` explains it."""

    kind: str
    words: str
    details: tuple[str, ...] = ()
    faint: tuple[str, ...] = ()
    blocked: bool = False


def told(found: Plan, language: str) -> Iterator[Told]:
    """The steps of a plan, those that are blocked last; what is running; then what changes in who may do what."""
    for step in sorted((*found.steps, *(one.step for one in found.running)), key=lambda step: step.blocked):
        details = tuple(one.render(language) for one in step.examples)
        yield Told(step.kind, step.message.render(language), details, tuple(_faint(step, language)), step.blocked)
    for sentence in found.access:
        yield Told("access", sentence.render(language))


def _faint(step: Step, language: str) -> Iterator[str]:
    if step.used_by and step.kind not in ("new", "restored", "recompute"):
        places = "; ".join(one.render(language) for one in step.used_by)
        yield Message(USED_BY, {"places": places}).render(language)
    if step.lock == "rows" and step.kind != "index" and not step.blocked:
        yield Message(WAITING).render(language)


def summary(found: Plan) -> Message:
    """One sentence about a plan."""
    params = {"base": found.base, "number": found.number, "steps": len(found.steps), "blocked": len(found.blocked)}
    if found.blocked:
        return Message("Revision {number} cannot be applied. Steps that are blocked: {blocked}.", params)
    if found.nothing:
        moving = sum(one.rows for one in found.running if one.asked)
        if moving:
            words = "The files are revision {base} already; {moving:running instance goes|running instances go} over to it."
            return Message(words, {**params, "moving": moving})
        return Message("Nothing to do: revision {base} is what the files say.", params)
    if found.steps:
        return Message("From revision {base} to {number}. Steps: {steps}.", params)
    return Message("From revision {base} to {number}: no change of data.", params)
