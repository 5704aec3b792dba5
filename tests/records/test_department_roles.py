"""Roles that people hold for a department and those below it: row rules, actions and steps ask for them, and giving them is guarded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.errors import BadDefinition, Forbidden, Invalid
from engine.loading import load_sources
from engine.records import fetch
from engine.workflow import Said, actions, fire, open_tasks
from tests.applications import World, sources
from tests.copies import Copies, Place

YAML = """
    app: posts
    label: Posts
    timezone: Asia/Shanghai
    roles:
      clerk: {label: Clerk}
      buyer: {label: Buyer}
      lead: {label: Lead, includes: [buyer]}
      hr: {label: Personnel, may_grant: [buyer]}
    ---
    extend: department_role
    access: {hr: {read: true, create: true, update: true, delete: true}}
    ---
    entity: demand
    title: name
    fields: {name: {type: text}, department: {type: link, to: department}}
    access:
      clerk: {read: 'created_by = user OR HASROLE("buyer", department)', create: true, update: 'HASROLE("buyer", department)'}
      buyer: {read: true}
    ---
    lifecycle: demand
    for: demand
    states: {draft: {}, asked: {}, bought: {final: true}, refused: {final: true}}
    actions:
      ask: {from: draft, to: asked, who: role:clerk, start: approval}
      mark: {from: draft, to: asked, who: role:buyer}
      buy: {from: asked, to: bought, who: role:clerk, when: {require: 'HASROLE("buyer", department)', say: Not yours to buy}}
      refuse: {from: asked, to: refused, who: system}
    ---
    workflow: approval
    for: demand
    starters: role:clerk
    admin: role:hr
    steps: {decide: {who: role:buyer, do: review}}
    ends: {done: {}, rejected: {call: refuse}}
"""


def company(world: World) -> None:
    """East has a workshop; Bea buys for East, Lea leads the workshop, Max buys everywhere, Cleo works in the workshop."""
    east = world.save("system", "department", name="East")["id"]
    shop = world.save("system", "department", name="Workshop", parent=east)["id"]
    west = world.save("system", "department", name="West")["id"]
    for name, roles, department in (
        ("bea", ["clerk"], west),
        ("lea", ["clerk"], west),
        ("max", ["buyer"], west),
        ("cleo", ["clerk"], shop),
    ):
        world.person(name, roles=roles, department=department)
    world.person("hal", roles=["hr"])
    world.save("system", "department_role", person=world.people["bea"], role="buyer", department=east)
    world.save("system", "department_role", person=world.people["lea"], role="lead", department=shop)
    for name, department in (("e", east), ("s", shop), ("w", west), ("none", None)):
        world.save("system", "demand", name=name, department=department)


@pytest.fixture(scope="module")
def copies() -> Iterator[Copies]:
    with Copies(YAML, company) as found:
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest) -> Place:
    return request.getfixturevalue("tmp_path" if request.param == "sqlite" else "postgresql_server_url")  # type: ignore[no-any-return]


@pytest.fixture
def world(copies: Copies, place: Place) -> Iterator[World]:
    with copies.open(place) as found:
        yield found


def names(world: World, who: str) -> set[str]:
    titles = {number: name for name in ("e", "s", "w", "none") for number in world.find("system", "demand", f'name = "{name}"')}
    return {titles[number] for number in world.find(who, "demand")}


def test_rows_of_the_department_and_those_below_are_seen_and_no_others(world: World) -> None:
    assert {who: names(world, who) for who in ("bea", "lea", "max", "cleo")} == {
        "bea": {"e", "s"},
        "lea": {"s"},
        "max": {"e", "s", "w", "none"},
        "cleo": set(),
    }
    (shop,) = world.find("system", "department", 'name = "Workshop"')
    (west,) = world.find("system", "department", 'name = "West"')
    (demand,) = world.find("system", "demand", 'name = "s"')
    world.save("bea", "demand", demand, name="s2")
    with pytest.raises(Forbidden):
        world.save("bea", "demand", demand, department=west)
    world.save("system", "department", shop, parent=west)
    assert world.find("bea", "demand", 'name = "s2"') == [], "the workshop is no longer below East"


def test_a_step_asks_who_has_the_role_for_the_department_of_the_submitter(world: World) -> None:
    (shop,) = world.find("system", "department", 'name = "Workshop"')
    number = int(str(world.save("cleo", "demand", name="mine", department=shop)["id"]))
    world.app.run(world.actor("cleo"), lambda uow: fire(uow, "demand", number, "ask", Said()))
    with world.look("system") as view:
        asked = {task.person for task in open_tasks(view, "demand", number)}
    assert asked == {world.people[name] for name in ("bea", "lea", "max")}


def test_an_action_asks_by_its_condition(world: World) -> None:
    (shop,) = world.find("system", "department", 'name = "Workshop"')
    number = int(str(world.save("cleo", "demand", name="mine", department=shop)["id"]))
    world.app.run(world.actor("cleo"), lambda uow: fire(uow, "demand", number, "ask", Said()))
    for who, allowed in (("cleo", False), ("lea", True)):
        with world.look(who) as view:
            (buy,) = [each for each in actions(view, "demand", fetch(view, "demand", number)) if each.action.name == "buy"]
        assert (buy.reason is None) == allowed, who


def test_an_action_for_a_role_asks_for_the_department_of_who_made_the_record(world: World) -> None:
    (shop,) = world.find("system", "department", 'name = "Workshop"')
    (east,) = world.find("system", "department", 'name = "East"')
    made = {
        who: int(str(world.save(who, "demand", name=who, department=shop)["id"])) for who in ("cleo", "bea")
    }  # Bea herself is in the west
    made["nobody"] = world.find("system", "demand", 'name = "s"')[0]
    may = {"max": set(made), "bea": {"cleo"}, "lea": {"cleo"}, "cleo": set()}
    for who, records in may.items():
        for by, number in made.items():
            with world.look(who) as view:
                (mark,) = [each for each in actions(view, "demand", fetch(view, "demand", number)) if each.action.name == "mark"]
            assert (mark.reason is None) == (by in records), (who, by)
    with pytest.raises(Forbidden, match="you have the role “Buyer” for other departments"):
        world.app.run(world.actor("bea"), lambda uow: fire(uow, "demand", made["bea"], "mark", Said()))
    (given,) = world.find("system", "department_role", 'role = "buyer"')
    world.delete("system", "department_role", given)
    with pytest.raises(Forbidden, match=r"is not for you\.$"):
        world.app.run(world.actor("bea"), lambda uow: fire(uow, "demand", made["bea"], "mark", Said()))
    world.save("system", "department_role", person=world.people["bea"], role="lead", department=east)
    world.app.run(world.actor("bea"), lambda uow: fire(uow, "demand", made["cleo"], "mark", Said()))


def test_a_role_in_a_department_is_given_only_by_who_may_give_the_role(world: World) -> None:
    (east,) = world.find("system", "department", 'name = "East"')
    for role, good in (("buyer", True), ("lead", False), ("admin", False)):
        given = {"person": world.people["cleo"], "role": role, "department": east}
        if good:
            assert names(world, "cleo") == set()
            world.save("hal", "department_role", **given)
            assert names(world, "cleo") == {"e", "s"}
        else:
            with pytest.raises(Invalid, match="may not give or take"):
                world.save("hal", "department_role", **given)
    with pytest.raises(Forbidden):
        world.save("bea", "department_role", person=world.people["bea"], role="buyer", department=east)
    assert len(world.find("bea", "department_role")) == 1, "everybody sees their own"


def test_only_departments_are_asked_about() -> None:
    wrong = YAML.replace('HASROLE("buyer", department)', 'HASROLE("buyer", name)')
    with pytest.raises(BadDefinition, match="HASROLE asks for a role in a department, not in text"):
        load_sources(sources(wrong))
