"""Who: the people that an expression means, and which of them get a task.

Pure functions over the port `People`; the rules are those of WORKFLOW 1.2, rows 12, 24, 25 and 26: the submitter never reviews
the own record unless the step says so, who is away is stood in for, and where nobody is left somebody must be told; a step is
never passed silently.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from engine.access import Actor
from engine.formula import Formula
from engine.frozen import frozen
from engine.metadata import Agree, Step, Who

from .model import Seat

CHAIN = 5
"""How many stand-ins may follow each other: whoever stands in may be away too."""


class People(Protocol):
    """What must be known to find people; ids only, in a stable order."""

    @property
    def submitter(self) -> int | None:
        """Who started this."""

    @property
    def assignees(self) -> Sequence[int]:
        """Who is asked now."""

    def playing(self, role: str) -> Sequence[int]:
        """Everybody whose roles are this one or include it."""

    def named(self, name: str) -> Sequence[int]:
        """The person of that sign-in name, if there is one."""

    def at(self, path: str) -> Sequence[int]:
        """The person in a field of the record, or all portal users of the partner in it."""

    def deciders(self, step: str) -> Sequence[int]:
        """Who acted in a step."""

    def department(self, name: str) -> Sequence[int]:
        """Everybody in the department of that name, or below it."""

    def group(self, name: str) -> Sequence[int]:
        """The members of the group of that name."""

    def heads(self, of: str, up_to: int | None) -> Sequence[int]:
        """The heads above somebody or of a department, nearest first, each once; at most `up_to` of them."""

    def given_by(self, formula: Formula) -> Sequence[int]:
        """The person that a formula over the record gives."""

    def decided(self, table: str) -> Sequence[int]:
        """Whom a decision names for the record."""

    def picked(self) -> Sequence[int]:
        """Who was picked for the step in question."""

    def active(self, people: Sequence[int]) -> Sequence[int]:
        """Those who can still sign in, in the same order."""

    def stand_ins(self, people: Sequence[int]) -> Mapping[int, tuple[int, str]]:
        """Who is away, to their substitute and the rule that says so."""


@frozen
class Assigned:
    """The people of a step. `by_rule` False means that `who` found nobody and the admin stands in; a `verdict` that none are needed."""

    seats: tuple[Seat, ...]
    source: str
    by_rule: bool = True
    verdict: str = ""

    @property
    def people(self) -> tuple[int, ...]:
        """Who sits there."""
        return tuple(seat.person for seat in self.seats)


def resolve(who: Iterable[Who], people: People) -> tuple[int, ...]:
    """The active people that a list of expressions means, each once, in the order of the list."""
    found = [person for one in who for person in _meant(one, people)]
    return tuple(people.active(list(dict.fromkeys(found))))


def _meant(who: Who, people: People) -> Sequence[int]:
    if who.kind == "submitter":
        return [] if people.submitter is None else [people.submitter]
    if who.kind == "heads":
        return people.heads(who.name, who.up_to)
    if who.formula is not None:
        return people.given_by(who.formula)
    find = FINDERS.get(who.kind)
    return [] if find is None else find(people, who.name)


FINDERS: Mapping[str, Callable[[People, str], Sequence[int]]] = {
    "assignee": lambda people, name: people.assignees,
    "picked": lambda people, name: people.picked(),
    "role": lambda people, name: people.playing(name),
    "user": lambda people, name: people.named(name),
    "field": lambda people, name: people.at(name),
    "actor": lambda people, name: people.deciders(name),
    "decide": lambda people, name: people.decided(name),
    "dept": lambda people, name: people.department(name),
    "group": lambda people, name: people.group(name),
    "head": lambda people, name: people.heads(name, 1),
}
"""How each kind of expression finds its people; a kind that is not here is nobody."""


def barred_from(step: Step, people: People) -> frozenset[int]:
    """Who may have no part in a step: those whom it excludes, and the submitter of what is reviewed (WORKFLOW 1.2 row 24)."""
    barred = set(resolve(step.excluded, people)) if step.excluded else set()
    if step.do == "review" and not step.self_approval and people.submitter is not None:
        barred.add(people.submitter)
    return frozenset(barred)


def assign(step: Step, admin: Sequence[Who], people: People) -> Assigned:
    """Who gets a task of `step`: `who` without the excluded, else `if_nobody`, else the workflow's admin (and an incident)."""
    barred = barred_from(step, people)
    for source, who, by_rule in (("who", step.who, True), ("if_nobody", step.if_nobody, True), ("admin", tuple(admin), False)):
        verdict = next((one.kind for one in who if one.kind in ("skip", "reject")), None)
        if verdict is not None:
            return Assigned((), source, by_rule, verdict)
        found = tuple(person for person in resolve(who, people) if person not in barred)
        if found:
            return Assigned(seats_of(step, found, people, barred), source, by_rule)
    return Assigned((), "admin", by_rule=False)


def seats_of(step: Step, found: Sequence[int], people: People, barred: Collection[int] = ()) -> tuple[Seat, ...]:
    """A seat for each, or for who stands in for them; each person sits once."""
    weights = _weights(step.agree, people)
    seats: dict[int, Seat] = {}
    for owner in found:
        person, via = _sitting(owner, barred, people)
        seats.setdefault(person, Seat(person, owner, via, weights.get(owner, 1)))
    return tuple(seats.values())


def _sitting(owner: int, barred: Collection[int], people: People) -> tuple[int, str]:
    """Who acts for `owner` now: the substitute of a substitute too; the owner where that goes round or leads to nobody who may."""
    person, via, seen = owner, "", {owner}
    for _ in range(CHAIN):
        following = people.stand_ins([person]).get(person)
        if following is None:
            return (person, via) if person not in barred else (owner, "")
        person, rule = following
        via = via or rule
        if person in seen:
            break
        seen.add(person)
    return owner, ""


def _weights(agree: Agree, people: People) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for who, weight in agree.weights:
        for person in _meant(who, people):
            found.setdefault(person, int(weight))
    return found


def among(who: Iterable[Who], actor: Actor, people: People) -> bool:
    """Whether the acting person is one of those meant. The built-in role `admin` may do whatever any person may do."""
    return any(_is(one, actor, people) for one in who)


def _is(who: Who, actor: Actor, people: People) -> bool:
    if who.kind == "system":
        return actor.kind == "system"
    if actor.administrator or who.kind == "anybody":
        return True
    if who.kind == "role" and (actor.plays(who.name) or who.name not in actor.somewhere):
        return actor.plays(who.name)  # where it is held for some department, that of the submitter decides
    return actor.id is not None and actor.id in _meant(who, people)
