"""Keys of an entity that bring a required field, given to one that has records: what the plan says to do can be done."""

import re
from datetime import date

import pytest

from engine import migration, records
from engine.errors import Invalid, Refusal
from engine.loading import load_sources
from tests.applications import World, opened, sources

HEAD = "app: shop\nroles: {buyer: {label: Buyer}}\n---\nentity: thing\n"
REST = "fields:\n  name: {type: text}\naccess: {buyer: {read: true}}\n"


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("company: true", "company", 2),
        ("dated: [name]", "valid_from", date(2026, 1, 1)),
        ("subtypes: {small: {label: Small}, large: {label: Large, fields: {size: {type: integer}}}}", "subtype", "large"),
    ],
)
def test_a_key_that_brings_a_required_field(database_url: str, key: str, field: str, value: object) -> None:
    with opened(HEAD + REST, database_url) as world:
        for name in ("East", "West"):
            world.save("system", "company", name=name)
        number = int(str(world.save("system", "thing", name="a")["id"]))
        with pytest.raises(Refusal) as caught:
            world.apply(f"{HEAD}{key}\n{REST}")
        said = re.search(rf"Write the field itself first, `({field}: .*?)`, .* write `{re.escape(key[:8])}", str(caught.value.message))
        assert said is not None
        world.apply(HEAD + REST.replace("fields:\n", f"fields:\n  {said[1]}\n"))
        world.save("system", "thing", number, **{field: value})
        world.apply(f"{HEAD}{key}\n{REST}")
        with world.look("system") as view:
            assert records.fetch(view, "thing", number)[field] == value


def test_everything_belongs_to_the_only_company(database_url: str) -> None:
    with opened(HEAD + REST, database_url) as world:
        company = world.save("system", "company", name="East")["id"]
        number = int(str(world.save("system", "thing", name="a")["id"]))
        world.apply(f"{HEAD}company: true\n{REST}")
        with world.look("system") as view:
            assert records.fetch(view, "thing", number)["company"] == company


def test_records_that_hold_on_the_same_days_are_in_the_way(database_url: str) -> None:
    """`dated` over records with days: those that overlap are told, each with its days; on clean data it is applied."""
    plain = HEAD + REST.replace("fields:\n", "fields:\n  valid_from: {type: date}\n  valid_to: {type: date}\n")
    with opened(plain, database_url) as world:
        days = [(1, 9), (5, 6), (10, None), (12, 14), (8, 8), (20, 19)]
        numbers = [thing(world, "a" if at != 4 else "b", *period) for at, period in enumerate(days)]
        thing(world, None, 1, 30)
        with world.app.database.read() as connection:
            written = sources(f"{HEAD}dated: [name]\n{REST}")
            found = [step for step in migration.plan(connection, written, load_sources(written)).steps if step.kind == "period"]
        assert [(step.rows, step.blocked) for step in found] == [(2, True)]
        assert [str(one) for one in found[0].examples] == [
            f"thing {numbers[1]} begins on 2026-01-05, and another holds until 2026-01-09",
            f"thing {numbers[5]} begins on 2026-01-20 and ends on 2026-01-19",
        ]
        with pytest.raises(Refusal, match="2 records hold on days of another"):
            world.apply(f"{HEAD}dated: [name]\n{REST}")
        world.save("system", "thing", numbers[1], name="c")
        world.save("system", "thing", numbers[5], valid_to=None)
        world.apply(f"{HEAD}dated: [name]\n{REST}")
        with pytest.raises(Invalid, match="overlap"):
            thing(world, "a", 3, 4)


def thing(world: World, name: str | None, first: int, last: int | None) -> int:
    until = date(2026, 1, last) if last else None
    return int(str(world.save("system", "thing", name=name, valid_from=date(2026, 1, first), valid_to=until)["id"]))
