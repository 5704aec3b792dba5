"""Values that are typed in the list itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.applications import World, opened
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

YAML = """
    app: goods
    languages: [en, zh]
    roles: {buyer: {}, clerk: {}, guest: {}}
    ---
    entity: good
    title: name
    fields:
      name: {type: text}
      price: {type: decimal, digits: 2, min: 0}
      doubled: {type: decimal, digits: 2, formula: price * 2}
      kind: {type: choice, of: [raw, made]}
      fixed: {type: text, readonly: 'kind = "made"'}
    access:
      buyer: {read: true, create: true, update: true}
      clerk: {read: true, update: 'kind = "raw"', edit: [price]}
      guest: {read: true}
    ---
    list: good
    columns: [name, price, doubled, kind, fixed]
    edit: [price, kind, fixed]
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(YAML, f"sqlite:///{tmp_path / 'goods.db'}") as world:
        for name, role in (("bea", "buyer"), ("cle", "clerk"), ("gus", "guest")):
            world.person(name, roles=[role])
        world.save("bea", "good", name="Tar", price="2", kind="raw", fixed="x")
        world.save("bea", "good", name="Road", price="9", kind="made")
        yield world


def at(world: World, name: str) -> Person:
    person = Person(pages_of(world.app))
    come_in(person, world.people[name])
    return person


def send(person: Person, cell: str, **values: str) -> TestResponse:
    if "csrf_token" not in person.__dict__:
        person.open("/account")
        person.__dict__["csrf_token"] = next(value for form in person.page.forms for name, value in form.fields if name == "csrf_token")
    return person.client.post(f"/records/good/{cell}", data={"csrf_token": person.__dict__["csrf_token"], **values})


def test_the_list_offers_what_its_file_says_to_those_who_may_change_it(world: World) -> None:
    assert at(world, "bea").open("/records/good").text.count('class="pen"') == 6
    assert 'class="pen"' not in at(world, "gus").open("/records/good").text


def test_a_value_is_changed_with_all_that_is_computed_from_it(world: World) -> None:
    bea = at(world, "bea")
    cell = bea.client.get("/records/good/1/cells/price")
    assert 'name="price"' in cell.text
    assert 'data-version="1"' in cell.text
    assert send(bea, "1/cells/price", price="3.5", _version="1").json == {"words": ""}
    assert world.find("bea", "good", "price = 3.5 AND doubled = 7") == [1]


def test_what_may_not_be_is_refused_with_its_reason(world: World) -> None:
    bea, cle, gus = at(world, "bea"), at(world, "cle"), at(world, "gus")
    assert send(bea, "1/cells/price", price="4", _version="1").status_code == 200
    refused = {
        "another was faster": (send(bea, "1/cells/price", price="5", _version="1"), 409),
        "too small": (send(bea, "1/cells/price", price="-5", _version="2"), 422),
        "no number": (send(bea, "1/cells/price", price="many", _version="2"), 422),
        "not this record": (send(cle, "2/cells/price", price="5", _version="1"), 403),
        "not this field": (cle.client.get("/records/good/1/cells/kind"), 409),
        "never": (gus.client.get("/records/good/1/cells/price"), 403),
        "read-only now": (bea.client.get("/records/good/2/cells/fixed"), 409),
    }
    assert {name: answer.status_code for name, (answer, _) in refused.items()} == {name: code for name, (_, code) in refused.items()}
    assert [name for name, (answer, _) in refused.items() if not answer.json or not answer.json["words"]] == []
    assert world.find("bea", "good", "price = 4") == [1]
    for nothing in ("1/cells/doubled", "1/cells/nothing", "1/cells/id", "99/cells/price"):
        assert bea.client.get(f"/records/good/{nothing}").status_code == 404
