"""Keys of an entity that bring a required field, given to one that has records: what the plan says to do can be done."""

import re
from datetime import date

import pytest

from engine import migration, records
from engine.errors import Refusal
from engine.loading import load_sources
from tests.applications import START, World, opened, sources

HEAD = "app: shop\nroles: {buyer: {label: Buyer}}\n---\nentity: thing\n"
REST = "fields:\n  name: {type: text}\naccess: {buyer: {read: true}}\n"


def apply(world: World, text: str) -> None:
    written = sources(text)
    migration.apply(world.app.database, written, load_sources(written), "tests", START)
    world.app.serving.reload()


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
            apply(world, f"{HEAD}{key}\n{REST}")
        said = re.search(rf"Write the field itself first, `({field}: .*?)`, .* write `{re.escape(key[:8])}", str(caught.value.message))
        assert said is not None
        apply(world, HEAD + REST.replace("fields:\n", f"fields:\n  {said[1]}\n"))
        world.save("system", "thing", number, **{field: value})
        apply(world, f"{HEAD}{key}\n{REST}")
        with world.look("system") as view:
            assert records.fetch(view, "thing", number)[field] == value


def test_everything_belongs_to_the_only_company(database_url: str) -> None:
    with opened(HEAD + REST, database_url) as world:
        company = world.save("system", "company", name="East")["id"]
        number = int(str(world.save("system", "thing", name="a")["id"]))
        apply(world, f"{HEAD}company: true\n{REST}")
        with world.look("system") as view:
            assert records.fetch(view, "thing", number)["company"] == company
