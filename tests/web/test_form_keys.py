"""What a file of kind `form` may say beside its sections: tabs, when, access, help, defaults, copies, radio, folded sections."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.applications import World
from tests.copies import Copies
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

YAML = """
    app: works
    languages: [en, zh]
    roles: {clerk: {label: Clerk}, boss: {label: Boss}}
    ---
    entity: customer
    title: name
    fields:
      name: {type: text, required: true}
      region: {type: choice, of: [north, south]}
      limit: {type: integer}
    access:
      clerk: {read: true, create: true, update: true, hide: [limit]}
      boss: {read: true, create: true, update: true}
    ---
    entity: visit
    title: what
    fields:
      what: {type: text, required: true}
      customer: {type: link, to: customer, inverse: visits}
      region: {type: choice, of: [north, south]}
      kind: {type: choice, of: [call, trip], default: call}
      origin: {type: text}
      paper: {type: file}
      limit: {type: integer}
      days: {type: table, fields: {n: {type: integer}, twice: {type: integer, formula: n * 2}}}
      all: {type: integer, formula: SUM(days.twice)}
    access:
      clerk: {read: true, create: true, update: true}
      boss: {read: true, create: true, update: true}
    ---
    form: visit
    help: {en: Say what it was about}
    tabs:
      - {label: {en: First}, sections: [{fields: [what, {field: kind, as: radio}, customer, region]}]}
      - label: {en: Second}
        sections:
          - {fields: [days, {field: limit, default: =7}]}
          - {label: {en: Rarely}, open: false, fields: [paper, origin]}
    defaults:
      new: {what: A visit}
      related:visits: {region: =region, limit: =limit, origin: customer}
      duplicate: {what: ="Again " & what}
      phone: {kind: call, origin: phone}
    ---
    form: trip
    for: visit
    when: kind = "trip"
    access: [boss]
    sections: [{label: {en: A trip}, fields: [what, days, region]}]
"""


def _people(world: World) -> None:
    world.person("cleo", roles=["clerk"])
    world.person("bo", roles=["boss"])
    world.person("admin", roles=["admin"])
    world.save("bo", "customer", name="Acme", region="south", limit=40)
    world.save("bo", "visit", what="Old", kind="trip", origin="x", days=[{"n": 1}, {"n": 2}])


@pytest.fixture(scope="module")
def works() -> Iterator[Copies]:
    with Copies(YAML, _people) as copies:
        yield copies


@pytest.fixture
def world(works: Copies, tmp_path: Path) -> Iterator[World]:
    with works.open(tmp_path) as world:
        yield world


def at(world: World, name: str) -> Person:
    person = Person(pages_of(world.app))
    come_in(person, world.people[name])
    return person


def fields(person: Person, action: str) -> dict[str, str]:
    return dict(person.form(action).fields)


def test_a_new_record_begins_as_its_form_says(world: World) -> None:
    bo = at(world, "bo")
    bo.open("/records/visit/new")
    assert "Say what it was about" in bo.page.words
    assert bo.page.text.index('data-tab="First"') < bo.page.text.index('data-tab="Second"')
    assert '<details class="folded">' in bo.page.text
    assert bo.page.text.count('type="radio"') == 3
    assert {k: fields(bo, "/new")[k] for k in ("what", "kind", "limit")} == {"what": "A visit", "kind": "call", "limit": "7"}
    bo.open("/records/visit/new?customer=1")
    assert {k: fields(bo, "/new")[k] for k in ("region", "limit", "origin")} == {"region": "south", "limit": "40", "origin": "customer"}
    cleo = at(world, "cleo")
    cleo.open("/records/visit/new?customer=1")
    assert fields(cleo, "/new")["limit"] == "", "what she may not read of the customer does not come over either"
    cleo.open("/records/visit/new?customer=99")
    assert cleo.status == 404
    cleo.open("/records/visit/new?entry=phone")
    cleo.send("/new", what="Ring")
    assert world.find("bo", "visit", 'origin = "phone" AND what = "Ring"') == [2]


def test_a_duplicate_takes_over_what_may_be_copied(world: World) -> None:
    bo = at(world, "bo")
    bo.open("/records/visit/1")
    assert "/records/visit/new?copy=1" in bo.page.links
    bo.open("/records/visit/new?copy=1")
    assert {k: fields(bo, "/new")[k] for k in ("what", "days.2.n", "days.2.id", "origin")} == {
        "what": "Again Old", "days.2.n": "2", "days.2.id": "", "origin": "x",
    }  # fmt: skip
    bo.send("/new")
    assert world.find("bo", "visit", 'what = "Again Old" AND all = 6') == [2]


def test_the_first_form_that_holds_and_is_for_the_reader_is_taken(world: World) -> None:
    bo, cleo = at(world, "bo"), at(world, "cleo")
    assert "A trip" in bo.open("/records/visit/1/edit").words
    assert "A trip" in bo.open("/records/visit/1").words
    assert "A trip" not in cleo.open("/records/visit/1/edit").words
    assert "A trip" not in bo.open("/records/visit/new").words
    assert "A trip" not in at(world, "admin").open("/records/visit/1/edit").words, "a form for others is nothing for administrators"


def test_what_was_typed_survives_a_closed_tab_for_this_person_alone(world: World) -> None:
    bo, cleo = at(world, "bo"), at(world, "cleo")
    bo.open("/records/visit/new")
    token = fields(bo, "/new")["csrf_token"]
    kept = {"csrf_token": token, "_draft": "/records/visit/new", "what": "Half", "days": "rows", "days.1.n": "4"}
    assert bo.client.post("/records/visit/draft", data=kept).status_code == 204
    bo.open("/records/visit/new")
    assert "not saved yet" in bo.page.words
    assert {k: fields(bo, "/new")[k] for k in ("what", "days.1.n")} == {"what": "Half", "days.1.n": "4"}
    assert "not saved yet" not in cleo.open("/records/visit/new").words
    assert "not saved yet" not in bo.open("/records/visit/1/edit").words
    bo.open("/records/visit/new")
    bo.send("/new")
    assert world.find("bo", "visit", 'what = "Half" AND all = 8') == [2]
    assert "not saved yet" not in bo.open("/records/visit/new").words
    bo.open("/records/visit/1/edit")
    bo.client.post("/records/visit/draft", data={"csrf_token": token, "_draft": "/records/visit/1/edit", "_version": "1", "what": "Mine"})
    world.save("cleo", "visit", 1, what="Theirs")
    bo.open("/records/visit/1/edit")
    bo.send("/1/edit")
    assert "Cleo changed this record in the meantime." in bo.page.words, "the draft was of the version before"
    assert bo.client.post("/records/visit/draft", data={"csrf_token": token, "_draft": "/records/customer/new"}).status_code == 404
    answer = bo.client.post("/records/visit/draft", data={"csrf_token": token, "_draft": "/records/visit/1/edit", "_forget": "yes"})
    assert answer.status_code == 303
    assert "not saved yet" not in bo.open("/records/visit/1/edit").words
