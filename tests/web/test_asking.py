"""The form of an action that asks for more than its record keeps, and what the API says of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
