"""The table of moves, the counting of votes and the finding of people: pure parts, without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from engine.access import SYSTEM, Actor, anybody
from engine.errors import Refusal
from engine.metadata import Route, Step, Who, Workflow
from engine.workflow.machine import CANCEL, RETURN, SKIP, WITHDRAW, Moves, Stuck, moves_of
from engine.workflow.people import among, assign, resolve
from engine.workflow.tally import tally
from tests.workflow.papers import FILES
from tests.workflow.small import metadata_of

JUDGING = """
workflow: judging
for: paper
starters: role:writer
admin: role:boss
steps:
  write: {who: submitter, do: fill, edit: [title]}
  judge:
    who: role:judge
    do: review
    then:
      approve:
        - {when: pages > 100, go: refine}
        - {when: pages > 10, go: sign}
        - {go: rejected}
      return: [write]
  sign: {who: role:boss, do: review}
detours:
  refine: {who: submitter, do: fill, edit: [pages], then: {submit: sign}}
ends:
  accepted: {call: accept}
  rejected: {call: refuse}
  withdrawn: {call: take_back}
"""


@pytest.fixture(scope="module")
def workflow() -> Workflow:
    return metadata_of({**FILES, "workflows/judging.yaml": JUDGING}).workflows["judging"]


def never(route: Route) -> bool:
    return route.when is None


@pytest.mark.parametrize(
    ("state", "outcome", "goes"),
    [
        ("write", "submit", "judge"),
        ("judge", "approve", "rejected"),
        ("judge", "reject", "rejected"),
        ("judge", RETURN + "write", "write"),
        ("judge", SKIP, "sign"),
        ("sign", "approve", "accepted"),
        ("sign", SKIP, "accepted"),
        ("refine", "submit", "sign"),
        ("refine", SKIP, "sign"),
        ("refine", WITHDRAW, "withdrawn"),
        ("write", CANCEL, "cancelled"),
    ],
)
def test_where_outcomes_lead(workflow: Workflow, state: str, outcome: str, goes: str) -> None:
    assert moves_of(workflow).move(state, outcome, never).go == goes


def test_routes_are_asked_in_order_and_the_first_that_holds_is_taken(workflow: Workflow) -> None:
    asked: list[str] = []

    def holds(route: Route) -> bool:
        asked.append(route.go)
        return route.go == "sign"

    assert moves_of(workflow).move("judge", "approve", holds).go == "sign"
    assert asked == ["refine", "sign"]


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("write", "approve"),
        ("write", RETURN + "judge"),
        ("judge", "burn"),
        ("accepted", "approve"),
        ("nowhere", "approve"),
        ("accepted", WITHDRAW),
    ],
)
def test_what_cannot_come_out_is_refused(workflow: Workflow, state: str, outcome: str) -> None:
    with pytest.raises(Refusal, match="is not possible"):
        Moves(workflow).move(state, outcome, never)


def test_no_route_holds(workflow: Workflow) -> None:
    with pytest.raises(Stuck):
        moves_of(workflow).move("judge", "approve", lambda route: False)


def test_a_condition_that_fails_moves_nothing(workflow: Workflow) -> None:
    def broken(route: Route) -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        moves_of(workflow).move("judge", "approve", broken)


def test_one_machine_serves_everybody(workflow: Workflow) -> None:
    assert moves_of(workflow) is moves_of(workflow)


@pytest.mark.parametrize(
    ("agree", "votes", "outcome"),
    [
        ("any", [None, None], None),
        ("any", [None, "reject"], "reject"),
        ("any", ["approve", None], "approve"),
        ("all", [], None),
        ("all", ["approve", None], None),
        ("all", ["approve", "approve"], "approve"),
        ("all", [None, "reject", None], "reject"),
        ("all", ["submit"], "submit"),
    ],
)
def test_votes(agree: str, votes: list[str | None], outcome: str | None) -> None:
    assert tally(agree, votes) == outcome  # type: ignore[arg-type]


@dataclass
class Town:
    """People by name, for the port `People`."""

    submitter: int | None = 1
    roles: Mapping[str, Sequence[int]] = field(default_factory=dict)
    fields: Mapping[str, Sequence[int]] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()

    def playing(self, role: str) -> Sequence[int]:
        return self.roles.get(role, [])

    def named(self, name: str) -> Sequence[int]:
        return [7] if name == "seven" else []

    def at(self, path: str) -> Sequence[int]:
        return self.fields.get(path, [])

    def deciders(self, step: str) -> Sequence[int]:
        return [3] if step == "judge" else []

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
