"""Who may change and delete accounts becomes nobody by it that their roles do not let them make of others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.errors import Forbidden, Invalid
from engine.records import deleted, fetch, merge, restore
from tests.applications import World, opened

YAML = """
    app: posts
    label: Posts
    languages: [en]
    roles:
      buyer: {label: Buyer}
      boss: {label: Boss}
      hr: {label: Personnel, may_grant: [buyer]}
    ---
    extend: user
    access: {hr: {read: true, create: true, update: true, delete: true}}
    ---
    extend: department
    access: {hr: {read: true, create: true, update: true, delete: true}}
    ---
    extend: department_role
    access: {hr: {read: true, create: true, update: true, delete: true}}
"""


def company(world: World) -> None:
    """Hal looks after people and may make buyers of them; Bob is a boss in the east, Ben a buyer there, Ada an administrator."""
    for name in ("East", "West"):
        world.save("system", "department", name=name)
    for name, role in (("hal", "hr"), ("hud", "hr"), ("ben", "buyer"), ("bob", "boss"), ("ada", "admin")):
        world.person(name, roles=[role], email=f"{name}@posts.example")
    for name, role in (("bob", "boss"), ("ben", "buyer")):
        world.save("system", "department_role", person=world.people[name], role=role, department=1)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as found:
        company(found)
        yield found


@pytest.mark.parametrize("values", [{"person": 1}, {"department": 2}, {"person": 1, "role": "buyer"}])
def test_a_role_in_a_department_goes_to_nobody_else_and_no_further(world: World, values: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="may not give or take"):
        world.save("hal", "department_role", 1, **values)
    world.save("hal", "department_role", 2, **{**values, "role": "buyer"})


def test_a_role_is_taken_by_deleting_only_by_who_may_take_it(world: World) -> None:
    for entity, number in (("department_role", 1), ("user", world.people["bob"]), ("user", world.people["ada"])):
        with pytest.raises(Forbidden, match="may not give or take"):
            world.delete("hal", entity, number)
    world.delete("hal", "department_role", 2)
    world.delete("hal", "user", world.people["ben"])


def test_who_may_no_longer_give_a_role_brings_nobody_back_with_it(world: World) -> None:
    number = world.person("bel", roles=["boss"])
    world.save("system", "user", world.people["hal"], roles=["hr", "admin"])
    world.delete("hal", "user", number)
    world.save("system", "user", world.people["hal"], roles=["hr"])
    with world.look("hal") as view:
        (binned,) = deleted(view)
    with pytest.raises(Forbidden, match="may not give or take"):
        world.app.run(world.actor("hal"), lambda uow: restore(uow, binned.number))


@pytest.mark.parametrize("who", ["bob", "ada"])
def test_the_address_to_which_passwords_are_sent_is_changed_only_by_who_may_give_what_its_person_is(world: World, who: str) -> None:
    with pytest.raises(Invalid, match=r"boss|admin"):
        world.save("hal", "user", world.people[who], email="evil@posts.example")
    world.save("hal", "user", world.people[who], name="Renamed")
    for allowed in ("ben", "hal", "hud"):
        world.save("hal", "user", world.people[allowed], email=f"{allowed}2@posts.example")
    world.save("ada", "user", world.people[who], email="new@posts.example")


def test_the_address_of_who_has_a_role_in_a_department_is_guarded_too(world: World) -> None:
    world.save("system", "user", world.people["bob"], roles=[])
    with pytest.raises(Invalid, match="boss"):
        world.save("hal", "user", world.people["bob"], email="evil@posts.example")


def test_people_are_merged_by_administrators_alone(world: World) -> None:
    token = int(str(world.save("system", "token", person=world.people["ben"], name="t", hash="x")["id"]))
    with pytest.raises(Forbidden, match="Only an administrator"):
        world.app.run(world.actor("hal"), lambda uow: merge(uow, "user", world.people["ada"], world.people["ben"]))
    with world.look("system") as view:
        assert fetch(view, "token", token)["person"] == world.people["ben"]


def test_merging_departments_takes_no_role_along_that_is_not_the_actors_to_give(world: World) -> None:
    with pytest.raises(Forbidden, match="may not give or take"):
        world.app.run(world.actor("hal"), lambda uow: merge(uow, "department", 2, 1))
    world.save("system", "department_role", 1, role="buyer")
    world.app.run(world.actor("hal"), lambda uow: merge(uow, "department", 2, 1))


def test_merging_roles_takes_none_that_is_not_the_actors_to_take(world: World) -> None:
    with pytest.raises(Forbidden, match="may not give or take"):
        world.app.run(world.actor("hal"), lambda uow: merge(uow, "department_role", 2, 1))
