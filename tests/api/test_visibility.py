"""What a person may not see is in no answer, and no filter or order tells it."""

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.api.orders import order

if TYPE_CHECKING:
    from tests.api.conftest import World

ORDERS = "/records/purchase_order"
SECRET = "under-the-table"


@pytest.fixture
def made(world: "World", supplier: int) -> dict[str, Any]:
    """An order of Ann's in which the lead has filled everything."""
    lines = [{"product": "Bolt", "qty": 10, "price": 2, "margin": "0.4321"}]
    values = order(supplier, buyer=world["ann"].user, secret=SECRET, bank_account="6222021234567890", cost_center="CC-7", lines=lines)
    return world["lea"].made("purchase_order", values)


def test_hidden_fields_are_absent_and_masked_ones_show_a_part(world: "World", made: dict[str, Any]) -> None:
    ann, path = world["ann"], f"{ORDERS}/{made['id']}"
    changed = ann.send("PATCH", path, {"remark": "seen"}, If_Match='"1"')
    actions = ann.send("POST", f"{path}/actions/note", {"comment": "why", "values": {"remark": "noted"}})
    answers = [
        ann.get(path),
        ann.get(path, titles="true"),
        changed,
        actions,
        ann.get(ORDERS, fields="secret,bank_account,lines", where=f"id = {made['id']}"),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        record = json.loads(answer.text)
        record = record["records"][0] if "records" in record else record
        assert "secret" not in record
        assert record["bank_account"] == "•••7890"
        assert record["_masked"] == ["bank_account"]
        assert all("margin" not in row for row in record["lines"])
        assert SECRET not in answer.text
        assert "0.4321" not in answer.text
        assert "622202" not in answer.text
    assert world["lea"].get(path).get_json()["secret"] == SECRET


def test_what_is_masked_cannot_be_written_back(world: "World", made: dict[str, Any]) -> None:
    path = f"{ORDERS}/{made['id']}"
    answer = world["ann"].send("PATCH", path, {"bank_account": "•••7890"}, If_Match="*")
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "not_editable")
    assert world["lea"].get(path).get_json()["bank_account"] == "6222021234567890"


@pytest.mark.parametrize(
    "question",
    [
        {"sort": "secret"},
        {"sort": "-bank_account"},
        {"where": f'secret = "{SECRET}"'},
        {"where": 'LEFT(bank_account, 1) = "6"'},
        {"where": "ISBLANK(secret)"},
    ],
)
def test_hidden_fields_can_be_no_filter_and_no_order(world: "World", made: dict[str, Any], question: dict[str, str]) -> None:
    answer = world["ann"].get(ORDERS, **question)
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "hidden_field")
    assert SECRET not in answer.text
    assert world["lea"].get(ORDERS, **question).status_code == 200


def test_a_record_that_may_not_be_seen_has_no_title_and_decides_no_filter(world: "World", supplier: int) -> None:
    ann, lea = world["ann"], world["lea"]
    mine = ann.made("purchase_order", order(supplier))
    name = lea.get(f"/records/supplier/{supplier}").get_json()["name"]
    assert ann.get(f"{ORDERS}/{mine['id']}", titles="true").get_json()["supplier"] == {"id": supplier, "title": name}
    asked = {"where": f'id = {mine["id"]} AND supplier.name = "{name}"'}
    assert len(ann.get(ORDERS, **asked).get_json()["records"]) == 1
    assert lea.send("PATCH", f"/records/supplier/{supplier}", {"blocked": True}, If_Match="*").status_code == 200
    assert ann.get(f"{ORDERS}/{mine['id']}", titles="true").get_json()["supplier"] == {"id": supplier, "title": None}
    assert ann.get(ORDERS, **asked).get_json()["records"] == []
    assert len(lea.get(ORDERS, **asked).get_json()["records"]) == 1
    assert ann.get(f"/records/supplier/{supplier}").status_code == 404


def test_lists_and_counts_hold_only_what_may_be_seen(world: "World", supplier: int) -> None:
    tag = uuid4().hex
    own = world["bob"].made("purchase_order", order(supplier, remark=tag))
    world["ann"].made("purchase_order", order(supplier, remark=tag))
    asked = {"where": f'remark = "{tag}"', "count": "true"}
    for name, count in {"bob": 1, "ann": 1, "lea": 2, "cleo": 2}.items():
        found = world[name].get(ORDERS, **asked).get_json()
        assert (len(found["records"]), found["count"], found["count_is_capped"]) == (count, count, False)
    assert world["bob"].get(ORDERS, **asked).get_json()["records"][0]["id"] == own["id"]
    assert world["nobody"].get(ORDERS, **asked).get_json()["records"] == []
    assert {one["entity"] for one in world["nobody"].get("/me").get_json()["entities"]}.isdisjoint({"purchase_order", "supplier"})
