"""Records over HTTP, on both databases."""

from typing import TYPE_CHECKING

from tests.api.orders import order

if TYPE_CHECKING:
    from tests.api.conftest import World


def test_a_record_is_made_read_changed_and_deleted(world: "World", supplier: int) -> None:
    ann = world["ann"]
    made = ann.made("purchase_order", order(supplier))
    assert (made["number"][:3], made["total"], made["state"], made["version"], made["buyer"]) == ("PO-", "30.00", "draft", 1, ann.user)
    assert [row["amount"] for row in made["lines"]] == ["25.00", "5.00"]
    path = f"/records/purchase_order/{made['id']}"
    read = ann.get(path)
    assert read.headers["ETag"] == '"1"'
    assert read.get_json() == made
    first, second = (row["id"] for row in made["lines"])
    changes = {
        "remark": "urgent",
        "lines": [{"id": first, "qty": "2"}, {"id": second, "_delete": True}, {"product": "Gear", "qty": 1, "price": "7"}],
    }
    changed = ann.send("PATCH", path, changes, If_Match='"1"')
    assert changed.status_code == 200, changed.get_data(as_text=True)
    assert [(row["product"], row["amount"]) for row in changed.get_json()["lines"]] == [("Bolt", "5.00"), ("Gear", "7.00")]
    assert (changed.get_json()["total"], changed.get_json()["version"]) == ("12.00", 2)
    assert ann.send("DELETE", path, If_Match='"2"').status_code == 204
    assert ann.get(path).status_code == 404


def test_a_comment_takes_files(world: "World", supplier: int) -> None:
    ann = world["ann"]
    path = f"/records/purchase_order/{ann.made('purchase_order', order(supplier))['id']}/comments"
    headers = {"Authorization": f"Bearer {ann.token}"}
    file = ann.flask.post("/api/v1/files?name=plan.pdf", data=b"%PDF-1.4", headers=headers).get_json()["id"]
    assert ann.send("POST", path, {"comment": "See the plan", "files": [file]}).status_code == 201
    (said,) = ann.get(path).get_json()["comments"]
    assert (said["comment"], said["files"]) == (
        "See the plan",
        [{"id": file, "name": "plan.pdf", "size": 8, "media_type": "application/pdf"}],
    )
    with ann.get(f"/files/{file}") as content:
        assert content.data == b"%PDF-1.4"
    refused = [ann.send("POST", path, {"comment": "again", "files": wrong}) for wrong in ([file], ["1"], 7, [10**30])]
    assert [(one.status_code, one.get_json()["errors"][0]["path"]) for one in refused] == [(422, "files")] * 4
    assert len(ann.get(path).get_json()["comments"]) == 1
