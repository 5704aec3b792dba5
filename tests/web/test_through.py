"""Links over an entity of their own on pages, over HTTP and in files: chosen in forms, shown as links, brought in by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine import records
from engine.access import AUTH
from engine.web.api import create_token, make_api
from tests.applications import World, opened
from tests.records.test_through import YAML
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as world:
        for name, role in {"lea": "lead", "gus": "guest"}.items():
            world.person(name, roles=[role])
        for name in ("Ann", "Ben", "Cyd"):
            world.save("lea", "person", name=name)
        world.save("lea", "project", name="Bridge", people=[2])
        world.save("lea", "expertise", project=1, person=3, field="Steel")
        yield world


def people(world: World) -> object:
    with world.look("lea") as view:
        return records.load(view, "project", 1).values["people"]


def test_a_form_offers_and_takes_them(world: World) -> None:
    lea = Person(pages_of(world.app), "en")
    come_in(lea, world.people["lea"])
    lea.open("/records/project/1")
    assert all(each in lea.page.words for each in ("PeopleBen", "ExpertsCyd"))
    assert "Bridge Ben 1" in " ".join(lea.open("/records/project").words.split())
    lea.open("/records/project/1/edit")
    assert [value for name, value in lea.form("/records/project/1/edit").fields if name == "people"] == ["", "2"]
    lea.send("/records/project/1/edit", people=["2", "1"])
    assert people(world) == (2, 1)
    gus = Person(pages_of(world.app), "en")
    come_in(gus, world.people["gus"])
    gus.open("/records/project/1/edit")
    assert "people" not in dict(gus.form("/records/project/1/edit").fields), "who may not make what lies between chooses nothing"


def test_they_come_and_go_over_http(world: World) -> None:
    token = world.app.run(AUTH, lambda uow: create_token(uow, world.people["lea"], "t"))
    client = make_api(world.app).test_client()

    def send(method: str, path: str, body: object = None) -> tuple[int, dict[str, object]]:
        found = client.open(f"/api/v1{path}", method=method, json=body, headers={"Authorization": f"Bearer {token}", "If-Match": '"1"'})
        return found.status_code, found.get_json()

    assert send("GET", "/records/project/1")[1]["people"] == [2]
    status, changed = send("PATCH", "/records/project/1", {"people": [3]})
    assert (status, changed["people"], changed["size"]) == (200, [3], 1)
    assert send("PATCH", "/records/project/1", {"experts": [3]})[0] == 422
    listed = send("GET", "/records/project?fields=people,experts")[1]["records"]
    assert [(each["people"], each["experts"]) for each in listed] == [([3], [3])]  # type: ignore[attr-defined]
    schema = send("GET", "/openapi.json")[1]["components"]["schemas"]  # type: ignore[index]
    assert (schema["project"]["properties"]["people"]["type"], "experts" in schema["project.change"]["properties"]) == (
        ["array", "null"],
        False,
    )
