"""While somebody types a record, the form tells those that may be the same: with a link where the person may see them."""

from __future__ import annotations

from pathlib import Path

from tests.applications import World, opened
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

YAML = """
    app: shop
    label: Shop
    roles: {buyer: {label: Buyer}, clerk: {label: Clerk}}
    ---
    entity: supplier
    label: Supplier
    title: name
    fields: {name: {type: text, required: true}, city: {type: text}, size: {type: integer}}
    duplicates: [{match: [name], then: block}, {match: [size, city], then: warn}]
    access: {buyer: {read: true, create: true, update: true}, clerk: {read: 'city = "Bonn"', create: true}}
"""


def at(world: World, name: str) -> Person:
    person = Person(pages_of(world.app), "en")
    come_in(person, world.people[name])
    return person


def typed(person: Person, at: str, changed: str, **values: str) -> str:
    form = next(form for form in person.open(f"/records/supplier/{at}").forms if "name" in form.names)
    token = dict(form.fields)["csrf_token"]
    live = f"/records/supplier/{at.replace('edit', 'live').replace('new', 'live')}"
    return person.client.post(live, data={"csrf_token": token, "_changed": changed, **values}).text


def test_the_form_tells_what_may_be_the_same(tmp_path: Path) -> None:
    with opened(YAML, f"sqlite:///{tmp_path / 'twins.db'}") as world:
        for name in ("buyer", "clerk"):
            world.person(name, roles=[name])
        first = world.save("buyer", "supplier", name="Hong Precision", city="Ulm", size=7)["id"]
        buyer, clerk = at(world, "buyer"), at(world, "clerk")
        told = typed(buyer, "new", "name", name="hong precision!")
        assert f'<a href="/records/supplier/{first}" target="_blank">Hong Precision</a>' in told
        hidden = typed(clerk, "new", "name", name="Hong Precision")
        assert ("which you may not see" in hidden, "/records/supplier/1" in hidden) == (True, False)
        assert 'id="form-twins"' not in typed(buyer, "new", "other", name="Hong Precision")
        gone = typed(buyer, "new", "name", name="Lin")
        assert ('id="form-twins"' in gone, "may be one" in gone) == (True, False)
        assert "may be one" not in typed(buyer, f"{first}/edit", "name", name="Hong Precision"), "a record is not like itself"
        assert "may be one" in typed(buyer, "new", "city", name="x", city="ulm", size="7")
