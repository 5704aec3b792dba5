"""The table of moves, the counting of votes and the finding of people: pure parts, without a database."""

from __future__ import annotations

import pytest

from engine.errors import Refusal
from engine.metadata import Route, Workflow
from engine.storage import workflow_tables
from engine.workflow.machine import CANCEL, RETURN, SKIP, WITHDRAW, Moves, Stuck, moves_of
from engine.workflow.model import Event, Instance, Task
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


def test_rows_are_read_in_the_order_of_their_columns() -> None:
    for kind, table in ((Instance, workflow_tables.instance), (Task, workflow_tables.task), (Event, workflow_tables.event)):
        assert kind._fields == tuple(column.name for column in table.c)
