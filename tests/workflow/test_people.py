"""Votes and people, without a database: when a step is decided, whom an expression means, who stands in for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from engine.access import SYSTEM, Actor, anybody
from engine.formula import Formula
from engine.metadata import Agree, Step, Who
from engine.workflow.people import among, assign, resolve
from engine.workflow.voting import Vote, reachable, tally

YES, NO = "approve", "reject"
TWO, SHARE = Agree("count", Decimal(2)), Agree("share", Decimal("0.6"))
HEAVY = Agree("weight", Decimal(60))


@pytest.mark.parametrize(
    ("agree", "votes", "outcome"),
    [
        (Agree("any"), [None, None], None),
        (Agree("any"), [None, NO], NO),
        (Agree("any"), [YES, None], YES),
        (Agree("all"), [], None),
        (Agree("all"), [YES, None], None),
        (Agree("all"), [YES, YES], YES),
        (Agree("all"), [None, NO, None], NO),
        (Agree("all"), ["submit"], "submit"),
        (Agree("in_order"), [YES], YES),
        (Agree("in_order"), [YES, NO], NO),
        (TWO, [YES, None, None], None),
        (TWO, [YES, None, YES], YES),
        (TWO, [NO, None, YES], None),
        (TWO, [NO, NO, None], NO),
        (TWO, [YES], None),
        (SHARE, [YES, YES, None, None, None], None),
        (SHARE, [YES, YES, YES, None, None], YES),
        (SHARE, [NO, NO, YES, None, None], None),
        (SHARE, [NO, NO, NO, YES, None], NO),
    ],
)
def test_when_votes_decide(agree: Agree, votes: list[str | None], outcome: str | None) -> None:
    assert tally(agree, [Vote(vote) for vote in votes]) == outcome


@pytest.mark.parametrize(
    ("votes", "outcome"),
    [
        ([Vote(YES, 50), Vote(None, 30), Vote(None, 20)], None),
        ([Vote(YES, 50), Vote(YES, 30), Vote(None, 20)], YES),
        ([Vote(NO, 50), Vote(None, 30), Vote(None, 20)], NO),
        ([Vote(NO, 20), Vote(None, 30), Vote(None, 50)], None),
    ],
)
def test_votes_weigh(votes: list[Vote], outcome: str | None) -> None:
    assert tally(HEAVY, votes) == outcome


def test_one_after_the_other_waits_for_who_is_still_to_be_asked() -> None:
    assert tally(Agree("in_order"), [Vote(YES)], more=True) is None


def test_whether_enough_people_can_agree() -> None:
    assert not reachable(TWO, [1])
    assert reachable(TWO, [1, 1])
    assert not reachable(HEAVY, [20, 30])
    assert reachable(SHARE, [1])


@dataclass
class Town:
    """People by name, for the port `People`."""

    submitter: int | None = 1
    roles: Mapping[str, Sequence[int]] = field(default_factory=dict)
    fields: Mapping[str, Sequence[int]] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()
    away: Mapping[int, int] = field(default_factory=dict)
    assignees: Sequence[int] = (2,)

    def playing(self, role: str) -> Sequence[int]:
        return self.roles.get(role, [])

    def named(self, name: str) -> Sequence[int]:
        return [7] if name == "seven" else []

    def at(self, path: str) -> Sequence[int]:
        return self.fields.get(path, [])

    def deciders(self, step: str) -> Sequence[int]:
        return [3] if step == "judge" else []

    def department(self, name: str) -> Sequence[int]:
        return [21, 22] if name == "sales" else []

    def group(self, name: str) -> Sequence[int]:
        return [31] if name == "board" else []

    def heads(self, of: str, up_to: int | None) -> Sequence[int]:
        return [41, 42, 43][:up_to] if of == "submitter" else []

    def given_by(self, formula: Formula) -> Sequence[int]:
        return []

    def decided(self, table: str) -> list[int]:
        return []

    def picked(self) -> Sequence[int]:
        return [51]

    def stand_ins(self, people: Sequence[int]) -> Mapping[int, tuple[int, str]]:
        return {person: (self.away[person], f"delegation:{person}") for person in people if person in self.away}

    def active(self, people: Sequence[int]) -> Sequence[int]:
        return [person for person in people if person not in self.gone]


def who(*texts: str) -> tuple[Who, ...]:
    pairs = (text.partition(":") for text in texts)
    return tuple(Who(kind, name) for kind, _, name in pairs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("texts", "people"),
    [
        (["submitter"], (1,)),
        (["role:judge", "field:owner", "role:judge"], (2, 3, 4)),
        (["user:seven", "user:eight"], (7,)),
        (["actor:judge", "actor:write"], (3,)),
        (["system", "anybody"], ()),
        (["role:gone"], ()),
        (["dept:sales", "group:board"], (21, 22, 31)),
        (["head:submitter"], (41,)),
        (["heads:submitter"], (41, 42, 43)),
        (["assignee", "picked:submitter"], (2, 51)),
    ],
)
def test_who_means_whom(texts: list[str], people: tuple[int, ...]) -> None:
    town = Town(roles={"judge": [2, 3], "gone": [9]}, fields={"owner": [4]}, gone=frozenset({9}))
    assert resolve(who(*texts), town) == people


def step(**keys: object) -> Step:
    return Step("judge", {"en": "Judge"}, **{"do": "review", "who": who("role:judge"), **keys})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "people", "source"),
    [
        (step(), (2, 3), "who"),
        (step(do="fill"), (1, 2, 3), "who"),
        (step(self_approval=True), (1, 2, 3), "who"),
        (step(excluded=who("actor:judge")), (2,), "who"),
        (step(who=who("submitter"), if_nobody=who("field:owner")), (4,), "if_nobody"),
        (step(who=who("submitter"), if_nobody=who("submitter")), (5,), "admin"),
        (step(who=who("role:boss"), excluded=who("role:boss")), (), "admin"),
    ],
)
def test_who_gets_a_task(asked: Step, people: tuple[int, ...], source: str) -> None:
    town = Town(roles={"judge": [1, 2, 3], "boss": [5]}, fields={"owner": [4]})
    assigned = assign(asked, who("role:boss"), town)
    assert (assigned.people, assigned.source, assigned.by_rule) == (people, source, source != "admin")


def test_nobody_may_mean_that_nobody_is_needed() -> None:
    assert assign(step(who=who("role:none"), if_nobody=(Who("skip"),)), who("role:boss"), Town()).verdict == "skip"
    assert assign(step(who=who("role:none"), if_nobody=(Who("reject"),)), who("role:boss"), Town()).verdict == "reject"


@pytest.mark.parametrize(
    ("away", "sitting"),
    [
        ({2: 8}, {8: 2, 3: 3}),
        ({2: 8, 8: 9}, {9: 2, 3: 3}),
        ({2: 3}, {3: 2}),
        ({2: 8, 8: 2}, {2: 2, 3: 3}),
        ({2: 1}, {2: 2, 3: 3}),
    ],
    ids=["a substitute", "a substitute who is away too", "one who is asked anyway", "each for the other", "the submitter"],
)
def test_who_is_away_is_stood_in_for(away: Mapping[int, int], sitting: Mapping[int, int]) -> None:
    assigned = assign(step(), (), Town(roles={"judge": [1, 2, 3]}, away=away))
    assert {seat.person: seat.owner for seat in assigned.seats} == sitting
    assert [seat.via != "" for seat in assigned.seats] == [seat.person != seat.owner for seat in assigned.seats]


def test_a_vote_weighs_what_the_first_expression_says() -> None:
    heavy = Agree("weight", Decimal(60), ((Who("role", "boss"), Decimal(60)), (Who("role", "judge"), Decimal(20))))
    assigned = assign(step(agree=heavy), (), Town(roles={"judge": [2, 3], "boss": [3]}))
    assert {seat.person: seat.weight for seat in assigned.seats} == {2: 20, 3: 60}


@pytest.mark.parametrize(
    ("texts", "actor", "allowed"),
    [
        (["role:judge"], Actor(id=2, roles=frozenset({"judge"})), True),
        (["role:judge"], Actor(id=2, roles=frozenset({"writer"})), False),
        (["field:owner"], Actor(id=4), True),
        (["field:owner"], anybody(), False),
        (["anybody"], anybody(), True),
        (["system"], SYSTEM, True),
        (["role:judge"], SYSTEM, False),
        (["system"], Actor(id=8, roles=frozenset({"admin"})), False),
        (["role:judge"], Actor(id=8, roles=frozenset({"admin"})), True),
        ([], Actor(id=8, roles=frozenset({"admin"})), False),
    ],
)
def test_who_may_fire_an_action(texts: list[str], actor: Actor, allowed: bool) -> None:
    assert among(who(*texts), actor, Town(fields={"owner": [4]})) is allowed
