"""Lists by groups, and columns behind links."""

from typing import TYPE_CHECKING

import pytest

from tests.api.orders import order

if TYPE_CHECKING:
    from tests.api.conftest import World

GROUPS = "/records/purchase_order/groups"


def test_counts_and_sums_by_month(world: "World", supplier: int) -> None:
    ann = world["ann"]
    for day in ("2026-03-02", "2026-03-30", "2026-04-01"):
        ann.made("purchase_order", order(supplier, order_date=day))
    found = ann.get(GROUPS, by="order_date:month", totals="total,lines", where=f"supplier.id = {supplier}")
    assert found.status_code == 422
    found = ann.get(GROUPS, by="order_date:month", totals="total", where=f"supplier.id = {supplier}").get_json()
    assert [(each["key"], each["count"], each["totals"]) for each in found["groups"]] == [
        ("2026-03-01", 2, {"total": "60.00"}),
        ("2026-04-01", 1, {"total": "30.00"}),
    ]
    assert (found["number"], found["records"], found["cut"]) == (2, 3, False)
    whole = ann.get(GROUPS, totals="total", where=f"supplier.id = {supplier}").get_json()
    assert whole["groups"] == [{"key": None, "count": 3, "totals": {"total": "90.00"}}]


def test_keys_and_sums_are_written_as_their_fields_are(world: "World", supplier: int) -> None:
    ann = world["ann"]
    ann.made("purchase_order", order(supplier))
    ann.made("purchase_order", order(supplier, lines=[{"product": "Gift", "qty": "1", "price": "-0"}]))
    where = f"supplier.id = {supplier}"
    found = ann.get(GROUPS, by="total", totals="total", where=where).get_json()["groups"]
    assert [(each["key"], each["totals"]["total"]) for each in found] == [("0.00", "0.00"), ("30.00", "30.00")]


@pytest.mark.parametrize(
    "query",
    [
        {"by": "secret"},
        {"by": "bank_account"},
        {"totals": "secret"},
        {"by": "lines"},
        {"by": "x' OR 1"},
        {"by": "total:month"},
        {"x": "1"},
        {"by": "supplier.contacts"},
    ],
)
def test_what_cannot_be_asked_is_a_problem(world: "World", query: dict[str, str]) -> None:
    answer = world["ann"].get(GROUPS, **query)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")
    assert [each["path"] for each in answer.get_json()["errors"]] == list(query)


def test_a_token_for_one_entity_does_not_ask_about_others(world: "World", supplier: int) -> None:
    program = world.token("ann", "purchase_order:read")
    assert program.get(GROUPS, by="order_date").status_code == 200
    assert program.get(GROUPS, by="supplier.name").status_code == 403
    assert program.get("/records/purchase_order", fields="supplier.name").status_code == 403


def test_fields_behind_links(world: "World", supplier: int) -> None:
    ann = world["ann"]
    number = ann.made("purchase_order", order(supplier))["id"]
    name = ann.get(f"/records/supplier/{supplier}").get_json()["name"]
    found = ann.get("/records/purchase_order", fields="number,supplier.name,buyer.name", where=f"id = {number}").get_json()["records"]
    assert [(each["supplier.name"], each["buyer.name"]) for each in found] == [(name, "Ann")]
    assert ann.get("/records/purchase_order", fields="supplier.nothing").status_code == 422
    assert ann.get(f"/records/purchase_order/{number}", fields="supplier.name").status_code == 422


def test_a_list_as_it_was(world: "World", supplier: int) -> None:
    ann = world["ann"]
    made = ann.made("purchase_order", order(supplier))
    later = ann.get("/records/purchase_order", as_of="2999-01-01T00:00:00Z", where=f"id = {made['id']}").get_json()
    assert [each["number"] for each in later["records"]] == [made["number"]]
    before = ann.get("/records/purchase_order", as_of="2001-01-01T00:00:00Z", count="true").get_json()
    assert (before["records"], before["count"]) == ([], 0)
    assert ann.get("/records/purchase_order", as_of="yesterday").status_code == 422
