"""Making one record of two over HTTP."""

from typing import TYPE_CHECKING

from tests.api.orders import order

if TYPE_CHECKING:
    from tests.api.conftest import World


def test_merge_and_unmerge(world: "World", supplier: int) -> None:
    lea = world["lea"]
    one, two = (lea.made("purchase_order", order(supplier, remark=remark))["id"] for remark in ("one", "two"))
    at = f"/records/purchase_order/{one}"
    assert lea.send("POST", f"{at}/merge", {"gone": two, "take": "remark"}).status_code == 422
    assert lea.send("POST", f"{at}/merge", {"gone": one}).status_code == 422
    assert lea.send("POST", f"{at}/merge", {"gone": True}).status_code == 422
    assert lea.send("POST", f"{at}/merge", {"gone": 10**9}).status_code == 404
    merged = lea.send("POST", f"{at}/merge", {"gone": two, "take": ["remark"]})
    assert (merged.status_code, merged.get_json()["remark"]) == (200, "two")
    assert lea.get(f"/records/purchase_order/{two}").status_code == 404
    assert lea.send("POST", f"{at}/unmerge").get_json() == {"id": two}
    assert lea.get(at).get_json()["remark"] == "one"
    assert lea.send("POST", f"{at}/unmerge").status_code == 409
    assert lea.get(f"{at}/duplicates").get_json() == {"duplicates": [], "hidden": 0}
