"""Many changes in one request: each with its own end, or all or none; and how many requests there may be."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from engine.errors import TooMany
from engine.web.limits import Limit, Limits
from tests.api.orders import order

if TYPE_CHECKING:
    from tests.api.conftest import World

BULK = "/records/purchase_order/bulk"


def test_each_item_has_its_own_end(world: "World", supplier: int) -> None:
    ann = world["ann"]
    first, second = (ann.made("purchase_order", order(supplier))["id"] for _ in range(2))
    items: list[Any] = [
        {"do": "create", "values": order(supplier, remark="new")},
        {"do": "change", "id": first, "version": 1, "values": {"remark": "seen"}},
        {"do": "change", "id": first, "version": 1, "values": {"remark": "too late"}},
        {"do": "create", "values": {"supplier": supplier, "lines": [{"product": "Bolt", "qty": 0}]}},
        {"do": "submit", "id": second},
        {"do": "delete", "id": first},
        {"do": "change", "id": 999_999, "values": {}},
    ]
    told = ann.send("POST", BULK, {"items": items}).get_json()
    assert [result["status"] for result in told["results"]] == [201, 200, 412, 422, 200, 204, 404]
    assert (told["done"], told["failed"]) == (4, 3)
    assert told["results"][3]["problem"]["errors"][0]["path"] == "lines.1.qty"
    assert told["results"][4]["record"]["state"] == "in_review"
    assert ann.get(f"/records/purchase_order/{first}").status_code == 404


def test_all_or_none(world: "World", supplier: int) -> None:
    ann = world["ann"]
    one = ann.made("purchase_order", order(supplier))
    good = {"do": "change", "id": one["id"], "values": {"remark": "together"}}
    bad = {"do": "create", "values": {"supplier": supplier, "lines": [{"product": "Bolt", "qty": 0}]}}
    refused = ann.send("POST", BULK, {"mode": "all", "items": [good, bad]})
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["path"] == "items.2.lines.1.qty"
    assert ann.get(f"/records/purchase_order/{one['id']}").get_json()["remark"] is None
    done = ann.send("POST", BULK, {"mode": "all", "items": [good, {"do": "submit", "id": one["id"]}]}).get_json()
    assert [result["status"] for result in done["results"]] == [200, 200]
    assert done["results"][1]["record"]["state"] == "in_review"


def test_a_refusal_names_the_item(world: "World", supplier: int) -> None:
    ann = world["ann"]
    empty = ann.made("purchase_order", {"supplier": supplier})["id"]
    refused = ann.send("POST", BULK, {"mode": "all", "items": [{"do": "submit", "id": empty}]})
    assert (refused.status_code, refused.get_json()["detail"]) == (409, "Item 1: The order is empty")


def test_sent_again_it_does_what_is_missing(world: "World", supplier: int) -> None:
    ann, key = world["ann"], uuid4().hex
    remark = uuid4().hex
    sent = {"items": [{"do": "create", "values": order(supplier, remark=remark)} for _ in range(3)]}
    first = ann.send("POST", BULK, sent, Idempotency_Key=key).get_json()
    assert ann.send("POST", BULK, sent, Idempotency_Key=key).get_json() == first
    assert len(ann.get("/records/purchase_order", where=f'remark = "{remark}"').get_json()["records"]) == 3


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, ["items"]),
        ({"items": []}, ["items"]),
        ({"items": [{"do": "create"}] * 501}, ["items"]),
        ({"mode": "all", "items": [{"do": "create"}] * 101}, ["items"]),
        ({"mode": "some", "items": [{"do": "create"}]}, ["mode"]),
        ({"items": [7]}, ["items.1"]),
        ({"items": [{"do": "explode", "id": 1}]}, ["items.1.do"]),
        ({"items": [{"do": "change", "id": "7"}, {"do": "delete", "id": True}]}, ["items.1.id", "items.2.id"]),
        ({"items": [{"do": "create", "colour": 1, "values": 3, "comment": 4}]}, ["items.1.colour", "items.1.values", "items.1.comment"]),
    ],
)
def test_what_is_no_list_of_changes(world: "World", body: dict[str, Any], paths: list[str]) -> None:
    answer = world["ann"].send("POST", BULK, body)
    assert answer.status_code == 422
    assert [problem["path"] for problem in answer.get_json()["errors"]] == paths


def test_it_gives_no_other_rights(world: "World", supplier: int) -> None:
    foreign = world["lea"].made("purchase_order", order(supplier))["id"]
    items = [{"do": "change", "id": foreign, "values": {"remark": "mine"}}, {"do": "change", "id": foreign, "values": {"secret": "x"}}]
    told = world["ann"].send("POST", BULK, {"items": items}).get_json()
    assert [result["status"] for result in told["results"]] == [404, 404]
    assert world.token("ann", "read").send("POST", BULK, {"items": items}).status_code == 403
    assert world["cleo"].send("POST", BULK, {"items": [{"do": "create", "values": order(supplier)}]}).get_json()["failed"] == 1


def test_a_limit_is_counted_for_all_processes_together(world: "World") -> None:
    key, limit = uuid4().hex, Limit(10, timedelta(days=3650), shares=5)
    processes = [Limits(world.app), Limits(world.app)]
    let_in = 0
    for turn in range(30):
        try:
            processes[turn % 2].take(key, limit)
            let_in += 1
        except TooMany:
            continue
    assert let_in == 10
    processes[0].forget(key)
    processes[0].take(key, limit)
    for _ in range(100):
        processes[1].take(key, Limit(0, timedelta(minutes=1)))


def test_too_many_requests_are_told_when_to_come_again(world: "World", monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.web.api import make_api  # noqa: PLC0415 - the limit is read when the API is made

    monkeypatch.setenv("LOOM_API_PER_MINUTE", "1")
    ann = world.token("ann")
    ann.flask = make_api(world.app).test_client()
    answers = [ann.get("/me") for _ in range(3)]
    assert 429 in {answer.status_code for answer in answers}
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
    assert answers[-1].get_json()["code"] == "too_many"
