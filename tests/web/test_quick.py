"""What a lookup does not offer is made beside the form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.applications import World, opened
from tests.web.small import come_in, pages_of
from tests.web.without_script import Page, Person

YAML = """
    app: goods
    languages: [en, zh]
    roles: {buyer: {}, clerk: {}}
    ---
    entity: maker
    label: {en: Maker, zh: 制造商}
    title: name
    fields:
      code: {type: integer, required: true}
      name: {type: text, required: true, max: 20}
      note: {type: text}
      city: {type: text, default: Hefei}
    checks: [{require: code > 0, field: code, say: The code must be positive}]
    access:
      buyer: {read: true, create: true}
      clerk: {read: true}
    ---
    entity: good
    title: name
    fields:
      name: {type: text}
      maker: {type: link, to: maker, create: true}
      makers: {type: links, to: maker, create: true, quick: [code, name, note]}
      other: {type: link, to: maker}
      parts: {type: table, fields: {part: {type: text}, maker: {type: link, to: maker, create: true}}}
    access:
      buyer: {read: true, create: true, update: true}
      clerk: {read: true, create: true, update: true}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(YAML, f"sqlite:///{tmp_path / 'goods.db'}") as world:
        world.person("bea", roles=["buyer"])
        world.person("cle", roles=["clerk"])
        yield world


def at(world: World, name: str) -> Person:
    person = Person(pages_of(world.app))
    come_in(person, world.people[name])
    return person


def test_only_who_may_make_it_is_offered_to(world: World) -> None:
    form = at(world, "bea").open("/records/good/new")
    assert form.text.count("data-make=") == 2, "the third lookup lets nobody make anything, and there is no row yet"
    assert "New: Maker" in form.words
    clerk = at(world, "cle")
    assert "data-make" not in clerk.open("/records/good/new").text
    for path in ("maker", "makers", "other", "name", "nothing", "a.b.c", ""):
        assert clerk.client.get(f"/records/good/quick?path={path}").status_code == 404


def test_it_is_made_and_named_or_what_is_wrong_is_said(world: World) -> None:
    bea = at(world, "bea")
    asked = Page(bea.client.get("/records/good/quick?path=maker&words=Acme").text)
    form = asked.forms[0]
    assert {name for name, _ in form.fields} == {"csrf_token", "code", "name"}, "what is needed, and the first text"
    assert ("name", "Acme") in form.fields
    assert 'id="f-quick-name"' in asked.text
    token = dict(form.fields)["csrf_token"]

    wrong = bea.client.post(form.action, data={"csrf_token": token, "name": "Acme", "code": "-1"})
    assert wrong.status_code == 422
    assert "The code must be positive" in wrong.text
    assert 'value="Acme"' in wrong.text, "what was typed stands there"

    made = bea.client.post(form.action, data={"csrf_token": token, "name": "Acme", "code": "7"})
    assert made.json == {"value": "1", "text": "Acme"}
    assert world.find("bea", "maker", 'city = "Hefei" AND code = 7') == [1]
    assert bea.client.post("/records/good/quick?path=other", data={"csrf_token": token, "name": "x", "code": "1"}).status_code == 404
    assert "note" in bea.client.get("/records/good/1/quick?path=makers").text


def test_a_cell_of_a_table_has_it_too(world: World) -> None:
    bea = at(world, "bea")
    world.save("bea", "good", name="Bike", parts=[{"part": "Bell"}, {"part": "Fork"}])
    page = bea.open("/records/good/1/edit")
    assert [f'data-make="f-parts-{row}-maker"' in page.text for row in (1, 2, 3)] == [True, True, False]
    asked = Page(bea.client.get("/records/good/1/quick?path=parts.1.maker&words=Acme").text).forms[0]
    token = dict(asked.fields)["csrf_token"]
    assert bea.client.post(asked.action, data={"csrf_token": token, "name": "Acme", "code": "7"}).json == {"value": "1", "text": "Acme"}
    assert "data-make" not in at(world, "cle").open("/records/good/1/edit").text
    assert bea.client.get("/records/good/1/quick?path=parts.1.part").status_code == 404


def test_the_rights_are_those_of_the_person(world: World) -> None:
    cle = at(world, "cle")
    cle.open("/records/good/new")
    token = dict(cle.form("/records/good/new").fields)["csrf_token"]
    answer = cle.client.post("/records/good/quick?path=maker", data={"csrf_token": token, "name": "x", "code": "1"})
    assert answer.status_code == 404
    assert world.find("bea", "maker", "true") == []
