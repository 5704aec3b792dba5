"""Searching everything and the recycle bin over HTTP, on both databases."""

from typing import TYPE_CHECKING

from tests.api.orders import order

if TYPE_CHECKING:
    from tests.api.conftest import World


def test_a_record_as_it_was(world: "World", supplier: int) -> None:
    ann = world["ann"]
    made = ann.made("purchase_order", {**order(supplier), "remark": "first"})
    path = f"/records/purchase_order/{made['id']}"
    assert ann.send("PATCH", path, {"remark": "second"}, If_Match='"1"').status_code == 200
    then = ann.get(path, as_of=made["created_at"]).get_json()
    assert (then["remark"], then["version"], [line["amount"] for line in then["lines"]]) == ("first", 1, ["25.00", "5.00"])
    for wrong in ("yesterday", "2026-03-02T09:00:00", "0001-01-01T00:00:00+14:00"):
        assert ann.get(path, as_of=wrong).status_code == 422
    assert ann.get(path, as_of="1999-01-01T00:00:00Z").status_code == 404


def test_search_and_bin(world: "World", supplier: int) -> None:
    ann, cleo = world["ann"], world["cleo"]
    made = ann.made("purchase_order", {**order(supplier), "remark": "zebra"})
    [found] = ann.get("/search", q="zeb").get_json()["results"]
    assert (found["entity"], [record["id"] for record in found["records"]], found["more"]) == ("purchase_order", [made["id"]], False)
    assert ann.get("/search").status_code == 422
    assert ann.get("/search", q="a", limit="0").status_code == 422
    assert ann.send("DELETE", f"/records/purchase_order/{made['id']}", If_Match='"1"').status_code == 204
    [line] = ann.get("/bin").get_json()["deleted"]
    assert (line["entity"], line["id"]) == ("purchase_order", made["id"])
    assert cleo.get("/bin").get_json()["deleted"] == []
    assert cleo.send("POST", f"/bin/{line['number']}/restore").status_code == 404
    assert ann.send("DELETE", f"/bin/{line['number']}").status_code == 403
    assert ann.send("POST", f"/bin/{line['number']}/restore").get_json() == {"entity": "purchase_order", "id": made["id"]}
    assert ann.get(f"/records/purchase_order/{made['id']}").get_json()["remark"] == "zebra"
    assert ann.get("/bin", before="x").status_code == 422
