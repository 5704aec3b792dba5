"""Views of lists are saved, told and deleted over the API, by whom they belong to."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.api.conftest import World

VIEWS = "/records/purchase_order/views"


def test_views_are_saved_for_oneself_or_for_everybody(world: "World") -> None:
    ann, lea = world["ann"], world["lea"]
    mine = ann.send("POST", VIEWS, {"name": "Dear", "parameters": "sort=-total", "first": True, "home": True}).get_json()["id"]
    shared = ann.send("POST", VIEWS, {"name": "Open", "parameters": "where=state%3D%22draft%22", "shared": True}).get_json()["id"]
    assert ann.send("POST", VIEWS, {"name": "Dear", "parameters": "sort=total"}).get_json()["id"] == mine
    told = {one["id"]: (one["name"], one["parameters"], one["own"], one["home"]) for one in ann.get(VIEWS).get_json()["views"]}
    assert (told[mine], told[shared][2]) == (("Dear", "sort=total", True, False), True)
    theirs = {one["id"]: one["own"] for one in lea.get(VIEWS).get_json()["views"]}
    assert (mine in theirs, theirs[shared]) == (False, False)
    assert lea.send("DELETE", f"{VIEWS}/{shared}").status_code == 403
    assert lea.send("DELETE", f"{VIEWS}/{mine}").status_code == 404
    assert [ann.send("DELETE", f"{VIEWS}/{number}").status_code for number in (mine, shared, mine)] == [204, 204, 404]
    wrong = ann.send("POST", VIEWS, {"name": "", "parameters": 7})
    assert (wrong.status_code, ann.send("POST", VIEWS, {"name": "x", "first": "yes"}).status_code) == (422, 422)
    ann.send("POST", VIEWS, {"name": "Secret plans", "shared": True})
    assert world["nobody"].get(VIEWS).get_json() == {"views": []}
