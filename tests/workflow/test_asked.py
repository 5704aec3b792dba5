"""What an action asks for by itself: seen by its guards, right sides, effects and messages, and kept by nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from engine.errors import Invalid, Refusal
from engine.metadata import Value
from engine.notices import notices
from engine.records import fetch
from engine.workflow import Said, actions, fire
from tests.applications import World, opened
from tests.workflow.visits import YAML


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as found:
        found.person("ann", roles=["clerk"])
        found.person("ben", roles=["clerk"])
        yield found


def visit(world: World) -> int:
    stops = [{"town": "Wuxi", "nights": 9}, {"town": "Suzhou", "nights": 1}]
    return int(str(world.save("ann", "visit", subject="Audit", host=world.people["ben"], stops=stops)["id"]))


def plan(world: World, number: int, **values: object) -> Mapping[str, Value]:
    return world.app.run(world.actor("ann"), lambda uow: fire(uow, "visit", number, "plan", Said(values)))


def test_formulas_and_messages_of_the_action_see_what_it_asked_for(world: World) -> None:
    place = world.save("system", "place", name="Shanghai")["id"]
    world.save("system", "place", name="Li Na")
    after = plan(world, visit(world), remark="By car", contact_name="Li Na", at=place, how="train")
    assert (after["subject"], after["remark"], after["days"], after["state"]) == ("Audit with Li Na in Shanghai", "By car", 2, "planned")
    assert "contact_name" not in after
    with world.look("ann") as view:
        notes = {fetch(view, "note", number)["words"] for number in world.find("ann", "note")}
    assert notes == {"Ticket for Li Na", "Wuxi Li Na 9", "As the place: Li Na"}
    with world.look("ben") as view:
        assert [notice.words for notice in notices(view).notices] == ["Meet Li Na"]


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ({}, {"remark", "contact_name"}),
        ({"remark": "x", "contact_name": "n" * 21}, {"contact_name"}),
        ({"remark": "x", "contact_name": "Li", "nights": 0}, {"nights"}),
        ({"remark": "x", "contact_name": "Li", "nights": "two", "how": "bike"}, {"nights", "how"}),
        ({"remark": "x", "contact_name": "Li", "at": 99}, {"at"}),
        ({"remark": "x", "contact_name": "Li", "subject": "y"}, {"subject"}),
    ],
)
def test_what_is_wrong_with_the_answers(world: World, given: dict[str, Value], paths: set[str]) -> None:
    number = visit(world)
    with pytest.raises(Invalid) as wrong:
        plan(world, number, **given)
    assert {problem.path for problem in wrong.value.problems} == paths


def test_a_record_that_nobody_may_see_is_no_answer(world: World) -> None:
    closed = world.save("system", "place", name="Closed", open=False)["id"]
    with pytest.raises(Invalid):
        plan(world, visit(world), remark="x", contact_name="Li", at=closed)


def test_guards_on_answers_are_asked_when_they_are_given(world: World) -> None:
    number = visit(world)
    with world.look("ann") as view:
        assert [found.allowed for found in actions(view, "visit", fetch(view, "visit", number)) if not found.hidden] == [True]
    with pytest.raises(Refusal) as refused:
        plan(world, number, remark="x", contact_name="Li", nights=40)
    assert refused.value.message.render() == "40 nights are too many"


def test_the_engine_fires_with_blank_answers(world: World) -> None:
    number = visit(world)
    after = world.app.run(world.actor("system"), lambda uow: fire(uow, "visit", number, "skip", Said()))
    assert after["remark"] == "nobody said"
