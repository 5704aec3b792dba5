"""Keyset paging gives every record once, whatever is equal or blank."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.api.orders import order

if TYPE_CHECKING:
    from tests.api.conftest import Client, World

ORDERS = "/records/purchase_order"
DATES = [None, "2026-01-01", "2026-01-01", "2026-02-01", None, "2026-01-01", "2026-03-01"]
PRIORITIES = [1, None, 1, 2, 2, None, None]


def pages(client: "Client", limit: int, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    for _ in range(50):
        page = client.get(ORDERS, limit=str(limit), **query, **after).get_json()
        found += page["records"]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
@pytest.mark.parametrize(
    "sort",
    [
        "",
        "order_date",
        "-order_date",
        "priority,-order_date",
        "-priority,order_date",
        "-total,number",
        "id",
        "-id",
        "discount",
        "supplier.name,priority",
    ],
)
def test_every_record_comes_once_in_order(world: "World", supplier: int, sort: str, limit: int) -> None:
    ann = world["ann"]
    made = [
        ann.made("purchase_order", order(supplier, order_date=date, priority=priority, lines=[]))["id"]
        for date, priority in zip(DATES, PRIORITIES, strict=True)
    ]
    query = {"where": f"supplier.id = {supplier}", **({"sort": sort} if sort else {})}
    found = pages(ann, limit, **query)
    whole = ann.get(ORDERS, **query).get_json()["records"]
    assert [record["id"] for record in found] == [record["id"] for record in whole]
    assert sorted(record["id"] for record in found) == sorted(made)
    if sort in ("order_date", "-order_date"):
        given = [record["order_date"] for record in found if record["order_date"]]
        assert given == sorted(given, reverse=sort.startswith("-"))
        assert [record["order_date"] for record in found[len(given) :]] == [None, None]


def test_a_cursor_belongs_to_its_reader_and_its_question(world: "World", supplier: int) -> None:
    ann = world["ann"]
    for _ in range(3):
        ann.made("purchase_order", order(supplier))
    asked = {"where": f"supplier.id = {supplier}", "sort": "-order_date", "limit": "1"}
    after = ann.get(ORDERS, **asked).get_json()["next"]
    assert ann.get(ORDERS, **asked, after=after).status_code == 200
    assert ann.get(ORDERS, **{**asked, "limit": "2"}, after=after).status_code == 200
    wrong = [
        world["lea"].get(ORDERS, **asked, after=after),
        ann.get(ORDERS, **{**asked, "sort": "order_date"}, after=after),
        ann.get(ORDERS, **{**asked, "where": "id > 0"}, after=after),
        ann.get("/records/supplier", limit="1", after=after),
        ann.get(ORDERS, **asked, after=after[:-2] + ("AA" if after[-2:] != "AA" else "BB")),
    ]
    assert [(answer.status_code, answer.get_json()["code"]) for answer in wrong] == [(400, "bad_cursor")] * 5
