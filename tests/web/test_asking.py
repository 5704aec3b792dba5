"""The form of an action that asks for more than its record keeps, and what the API says of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.workflow import Said, fire
from tests.applications import World, opened
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person
from tests.workflow.visits import YAML

PLAN = "/records/visit/1/actions/plan"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as found:
        found.person("ann", roles=["clerk"])
        found.save("system", "place", name="Shanghai")
        found.save("system", "place", name="Closed", open=False)
        found.save("ann", "visit", subject="Audit")
        yield found


def at(world: World, language: str = "en") -> Person:
    person = Person(pages_of(world.app), language)
    come_in(person, world.people["ann"])
    return person


def test_the_form_asks_says_what_is_wrong_and_keeps_what_was_typed(world: World) -> None:
    ann = at(world)
    ann.open(PLAN)
    form = ann.form(PLAN)
    assert {"remark", "days", "contact_name", "nights", "at", "how"} <= form.names
    assert dict(form.fields)["nights"] == "2"
    ann.send(PLAN, remark="Soon", contact_name="", at="1")
    assert ann.status == 422
    assert "Contact is needed." in ann.page.words
    ann.send(PLAN, contact_name="Li Na", nights="40")
    assert ann.status == 409
    assert "40 nights are too many" in ann.page.words
    assert 'value="Li Na"' in ann.page.text
    ann.send(PLAN, nights="3")
    assert ann.status == 200
    assert "Audit with Li Na in Shanghai" in ann.page.words


def test_it_is_asked_in_the_reader_s_language(world: World) -> None:
    ann = at(world, "zh")
    assert "联系人" in ann.open(PLAN).words


def test_candidates_are_those_that_the_person_may_see(world: World) -> None:
    ann = at(world)
    found = ann.client.get(f"{PLAN}/lookup?path=at&q=").get_json()
    assert [each["text"] for each in found] == ["Shanghai"]
    assert ann.client.get(f"{PLAN}/lookup?path=contact_name").get_json() == []


def test_a_refusal_of_what_was_typed_keeps_it(database_url: str) -> None:
    text = """
        app: desk
        roles: {clerk: {label: Clerk}}
        ---
        entity: ticket
        title: subject
        fields: {subject: {type: text}, hours: {type: decimal, digits: 2}}
        access: {clerk: {read: true, create: true, update: true}}
        ---
        lifecycle: ticket
        for: ticket
        states: {open: {label: Open}, solved: {label: Solved}}
        actions:
          solve:
            from: open
            to: solved
            who: role:clerk
            ask: [hours]
            comment: optional
            when: {require: new.hours > 0, say: How many hours did it take?}
    """
    solve = "/records/ticket/1/actions/solve"
    with opened(text, database_url) as world:
        world.person("ann", roles=["clerk"])
        world.save("ann", "ticket", subject="Pump")
        ann = at(world)
        ann.open(solve)
        ann.send(solve, hours="0", _comment="Nothing to do")
        assert (ann.status, "How many hours did it take?" in ann.page.words) == (409, True)
        assert dict(ann.form(solve).fields)["_comment"] == "Nothing to do"
        world.app.run(world.actor("ann"), lambda uow: fire(uow, "ticket", 1, "solve", Said({"hours": 1})))
        ann.send(solve, hours="2")
        assert ann.address == "/records/ticket/1", "there is nothing to correct where the record has gone on"
