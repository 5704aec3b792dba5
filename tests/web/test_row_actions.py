"""Rows with a lifecycle of their own: their states and buttons on the page of the record, and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.access import AUTH
from engine.web.api import create_token, make_api
from tests.applications import World, opened
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person
from tests.workflow.test_row_actions import YAML


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as world:
        world.person("cle", roles=["clerk"])
        world.person("bo", roles=["boss"])
        world.save("cle", "request", subject="Tools", lines=[{"item": "saw"}, {"item": "drill", "qty": 0}])
        yield world


def test_rows_show_their_state_and_what_can_be_done(world: World) -> None:
    cle = Person(pages_of(world.app), "zh")
    come_in(cle, world.people["cle"])
    cle.open("/records/request/1")
    assert "状态" in cle.page.words
    assert "Nothing of drill is wanted" in cle.page.words, "why a button does nothing"
    cle.send("/lines/1/actions/order")
    assert cle.address == "/records/request/1"
    assert "Ordered" in cle.page.words
    sent = {"csrf_token": dict(cle.form("/lines/1/actions/give_back").fields)["csrf_token"]}
    page = cle.client.post("/records/request/1/lines/2/actions/order", data=sent, follow_redirects=True).get_data(as_text=True)
    assert "Nothing of drill is wanted" in page
    assert cle.client.post("/records/request/1/lines/9/actions/order", data=sent).status_code == 404


def test_rows_are_acted_on_over_http(world: World) -> None:
    tokens = {who: world.app.run(AUTH, lambda uow, who=who: create_token(uow, world.people[who], "t")) for who in ("cle", "bo")}  # type: ignore[misc]
    client = make_api(world.app).test_client()

    def send(who: str, method: str, path: str) -> tuple[int, dict[str, object]]:
        found = client.open(
            f"/api/v1{path}", method=method, json={} if method == "POST" else None, headers={"Authorization": f"Bearer {tokens[who]}"}
        )
        return found.status_code, found.get_json()

    status, offered = send("cle", "GET", "/records/request/1/lines/actions")
    assert (status, [[a["allowed"] for a in row["actions"]] for row in offered["rows"]]) == (200, [[True], [False]])  # type: ignore[attr-defined]
    status, record = send("cle", "POST", "/records/request/1/lines/1/actions/order")
    assert (status, record["version"], [row["state"] for row in record["lines"]]) == (200, 2, ["ordered", "open"])  # type: ignore[attr-defined]
    assert [send(who, "POST", f"/records/request/1/{path}")[0] for who, path in (
        ("bo", "lines/2/actions/order"), ("cle", "lines/2/actions/order"), ("cle", "lines/7/actions/order"), ("cle", "subject/1/actions/order"),
    )] == [403, 409, 404, 404]  # fmt: skip
    described = send("cle", "GET", "/openapi.json")[1]
    paths = described["paths"]
    assert {"/records/request/{id}/lines/actions", "/records/request/{id}/lines/{row}/actions/order"} <= set(paths)  # type: ignore[call-overload]
    rows = described["components"]["schemas"]["request"]["properties"]["lines"]["items"]["properties"]  # type: ignore[index]
    assert rows["state"]["enum"] == ["open", "ordered", "dropped"]
