"""Who: the people that an expression means, and which of them get a task.

Pure functions over the port `People`; the rules are those of WORKFLOW 1.2, rows 24 and 25: the submitter never reviews the
own record unless the step says so, and where nobody is left somebody must be told; a step is never passed silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.access import Actor
from engine.metadata import Step, Who


class People(Protocol):
    """What must be known to find people; ids only, in a stable order."""

    @property
    def submitter(self) -> int | None:
        """Who started this."""

    def playing(self, role: str) -> Sequence[int]:
        """Everybody whose roles are this one or include it."""

    def named(self, name: str) -> Sequence[int]:
        """The person of that sign-in name, if there is one."""

    def at(self, path: str) -> Sequence[int]:
        """The person in a field of the record, or all portal users of the partner in it."""

    def deciders(self, step: str) -> Sequence[int]:
        """Who acted in a step."""

    def active(self, people: Sequence[int]) -> Sequence[int]:
        """Those who can still sign in, in the same order."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """The people of a step; `by_rule` False means that `who` found nobody and `if_nobody` or the admin stands in."""

    people: tuple[int, ...]
    source: str
    by_rule: bool = True


def resolve(who: Iterable[Who], people: People) -> tuple[int, ...]:
    """The active people that a list of expressions means, each once, in the order of the list."""
    found = [person for one in who for person in _meant(one, people)]
    return tuple(people.active(list(dict.fromkeys(found))))


def _meant(who: Who, people: People) -> Sequence[int]:
    match who.kind:
        case "submitter":
            return [] if people.submitter is None else [people.submitter]
        case "role":
            return people.playing(who.name)
        case "user":
            return people.named(who.name)
        case "field":
            return people.at(who.name)
        case "actor":
            return people.deciders(who.name)
        case "system" | "anybody":
            return []


def assign(step: Step, admin: Sequence[Who], people: People) -> Assigned:
    """Who gets a task of `step`: `who` without the excluded, else `if_nobody`, else the workflow's admin (and an incident)."""
    barred = set(resolve(step.excluded, people))
    if step.do == "review" and not step.self_approval and people.submitter is not None:
        barred.add(people.submitter)
    for source, who, by_rule in (("who", step.who, True), ("if_nobody", step.if_nobody, True), ("admin", tuple(admin), False)):
        found = tuple(person for person in resolve(who, people) if person not in barred)
        if found:
            return Assigned(found, source, by_rule)
    return Assigned((), "admin", by_rule=False)


def among(who: Iterable[Who], actor: Actor, people: People) -> bool:
    """Whether the acting person is one of those meant. The built-in role `admin` may do whatever any person may do."""
    return any(_is(one, actor, people) for one in who)


def _is(who: Who, actor: Actor, people: People) -> bool:
    if who.kind == "system":
        return actor.kind == "system"
    if actor.administrator or who.kind == "anybody":
        return True
    if who.kind == "role":
        return actor.plays(who.name)
    return actor.id is not None and actor.id in _meant(who, people)
