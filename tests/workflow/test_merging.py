"""Two records become one while work is running over them, on both databases: what goes over, what must end first, and back again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.errors import Refusal
from engine.records import fetch, unmerge
from engine.workflow import Answer, decide, fire, instances_of, merge, preview_merge
from tests.racing import at_once
from tests.workflow.conftest import Opener
from tests.workflow.small import Small

FILES = {
    "models/firm.yaml": """
entity: firm
title: name
fields:
  name: {type: text, required: true}
  city: {type: text}
  risk: {type: integer, default: 1}
access:
  writer: {read: true, create: true, update: true, delete: true}
  judge: {read: true}
  reader: {read: true}
""",
    "workflows/check.yaml": """
workflow: check
for: firm
starters: role:writer
admin: role:boss
steps:
  look: {do: review, who: role:judge, edit: [city], then: {approve: [{when: risk > 5, go: decide}, {go: done}]}}
  decide: {do: review, who: role:boss}
ends: {done: {}, rejected: {}}
""",
}


def firms(small: Opener) -> Small:
    """Two firms; over the second somebody checks."""
    world = small(FILES)
    for name in ("One", "Two"):
        world.create("wendy", "firm", {"name": name, "city": "Bonn"})
    world.run("wendy", lambda uow: fire(uow, "firm", 2, "check"))
    return world


def join(world: Small, *take: str) -> None:
    world.run("wendy", lambda uow: merge(uow, "firm", 1, 2, take))


def over(world: Small) -> list[tuple[int, bool]]:
    """The firm that the check is over, and whether it runs."""
    found = [each for number in (1, 2) for each in world.see("system", lambda view, n=number: instances_of(view, "firm", n))]  # type: ignore[misc]
    return [(each.record_id, each.open) for each in found]


def test_work_goes_over_with_its_tasks_and_its_lock_and_comes_back(small: Opener) -> None:
    world = firms(small)
    assert world.see("wendy", lambda view: preview_merge(view, "firm", 1, 2)).gone.id == 2
    join(world, "name")
    assert (over(world), world.asked("firm", 1)) == ([(1, True)], {"look": ["bob", "jack", "jill"]})
    with pytest.raises(Refusal, match="in approval"):
        world.save("wendy", "firm", 1, city="Rome")
    world.save("jack", "firm", 1, city="Rome")
    assert world.row("firm", 1)["city"] == "Rome", "the grant of the task went over too"
    world.run("wendy", lambda uow: unmerge(uow, "firm", 1))
    assert (over(world), world.asked("firm", 2)) == ([(2, True)], {"look": ["bob", "jack", "jill"]})
    world.save("wendy", "firm", 1, city="Oslo")
    with pytest.raises(Refusal, match="in approval"):
        world.save("wendy", "firm", 2, city="Oslo")
    world.decide("jill", "firm", 2, Answer("approve"))
    assert over(world) == [(2, False)]


def test_what_was_decided_on_since_stays(small: Opener) -> None:
    world = firms(small)
    join(world)
    world.clock.move_to(world.clock.now().replace(hour=20))
    world.decide("jack", "firm", 1, Answer("approve"))
    world.run("wendy", lambda uow: unmerge(uow, "firm", 1))
    assert over(world) == [(1, False)]
    world.save("wendy", "firm", 2, city="Oslo")


def test_what_cannot_go_over_is_named_with_what_to_do(small: Opener) -> None:
    world = firms(small)

    def refusal(*take: str) -> str:
        with pytest.raises(Refusal) as found:
            join(world, *take)
        return str(found.value.message)

    world.run("wendy", lambda uow: fire(uow, "firm", 1, "check"))
    assert refusal() == (
        "“Check” is running over Two, in the step Look. It is running over the other record too. "
        "Let it end, or withdraw it, before they become one."
    )
    world.decide("jack", "firm", 1, Answer("approve"))
    world.save("wendy", "firm", 1, risk=9)
    assert "It goes by fields in which the records differ, and which are not taken over: Risk." in refusal("name")
    world.see("wendy", lambda view: preview_merge(view, "firm", 1, 2))
    join(world, "risk")
    world.run("wendy", lambda uow: unmerge(uow, "firm", 1))
    world.save("ada", "firm", 1, risk=1)
    world.run("system", lambda uow: fetch(uow, "firm", 2))
    world.decide("jill", "firm", 2, Answer("approve"))
    join(world)
    assert over(world) == [(1, False), (1, False)], "what has ended goes over as it always did"


def test_decisions_are_about_the_record_that_was_seen(small: Opener) -> None:
    world = firms(small)
    world.save("ada", "firm", 1, risk=9)
    world.create("wendy", "firm", {"name": "Three", "risk": 9})
    world.run("wendy", lambda uow: fire(uow, "firm", 3, "check"))
    world.decide("jack", "firm", 3, Answer("approve"))
    with pytest.raises(Refusal, match=r"in the step Decide. Jack decided in it about this record"):
        world.run("wendy", lambda uow: merge(uow, "firm", 1, 3))
    assert world.asked("firm", 3) == {"decide": ["bob"]}


def test_a_decision_at_the_same_moment_is_about_one_of_the_two(small: Opener, effort: Callable[[int, int], int]) -> None:
    """Either it was first and its work has ended, or it goes to the record that is left; nothing is lost or done twice."""
    world = small(FILES)
    for _each in range(effort(4, 200)):
        kept, gone = (world.create("wendy", "firm", {"name": name}) for name in ("One", "Two"))
        world.run("wendy", lambda uow, gone=gone: fire(uow, "firm", gone, "check"))  # type: ignore[misc]
        task = world.task("jack", "firm", gone).id
        assert at_once(
            lambda kept=kept, gone=gone: world.run("wendy", lambda uow: merge(uow, "firm", kept, gone)),  # type: ignore[misc]
            lambda task=task: world.run("jack", lambda uow: decide(uow, task, Answer("approve"))),  # type: ignore[misc]
        ) == [None, None]
        (work,) = world.see("system", lambda view, kept=kept: instances_of(view, "firm", kept))  # type: ignore[misc]
        assert (work.open, work.state) == (False, "done")
