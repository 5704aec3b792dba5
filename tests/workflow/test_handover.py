"""Somebody leaves: tasks, departments, groups, rules and stuck work go to somebody else; what they did keeps their name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from engine import workflow
from engine.errors import Forbidden, Invalid
from engine.workflow import hand_over_places, holding, reassign
from tests.applications import opened
from tests.workflow.playing import Play, application, people, read
from tests.workflow.small import PLUGINS, Line, Small

CASES = [case for case in read("features.yaml") if case.name.startswith(("W01 all", "W25 nobody is found, so"))]


@pytest.fixture
def world(database_url: str) -> Iterator[Small]:
    line = Line()
    with opened(application(CASES), database_url, line, PLUGINS) as found:  # type: ignore[arg-type] # anything that connects
        small = Small(found.app, found.clock, line=line)
        people(small)
        yield small


def test_everything_of_a_leaver_goes_to_another(world: Small) -> None:
    for case in CASES:
        play = Play(world, case)
        play.begin()
    jack, bob, rita = (world.people[name] for name in ("jack", "bob", "rita"))
    world.save("jill", "delegation", substitute=jack, starts_on="2026-01-01", ends_on="2027-01-01")
    world.save("system", "department", name="court", head=jack)
    with pytest.raises(Forbidden):
        world.see("walt", lambda view: holding(view, jack))
    held = world.see("ada", lambda view: holding(view, jack))
    assert (len(held.tasks), len(held.departments), len(held.groups), len(held.rules), len(held.incidents)) == (1, 1, 0, 1, 0)
    for task in held.tasks:
        world.run("ada", partial(reassign, task_id=task, person=rita, reason="Jack leaves"))
    world.run("ada", lambda uow: hand_over_places(uow, jack, rita, "Jack leaves"))
    assert world.see("ada", lambda view: holding(view, jack)).nothing
    of_bob = world.see("ada", lambda view: holding(view, bob))
    assert (len(of_bob.groups), len(of_bob.incidents)) == (1, 1)
    world.run("ada", lambda uow: hand_over_places(uow, bob, world.people["hana"], "Bob leaves"))
    assert world.see("hana", workflow.stuck)
    board = world.row("group", 1)["members"]
    assert [row["person"] for row in board] == [world.people["hana"]]  # type: ignore[attr-defined] # rows


def test_who_takes_over_is_somebody_else_who_can_sign_in(world: Small) -> None:
    jack, joe = world.people["jack"], world.people["joe"]
    world.save("system", "user", joe, active=False)
    for to, reason in ((jack, "Because"), (joe, "Because"), (world.people["rita"], " ")):
        with pytest.raises(Invalid):
            world.run("ada", partial(hand_over_places, person=jack, to=to, reason=reason))
