"""The inbox over HTTP: what waits for whom, and deciding it."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.api.orders import order

if TYPE_CHECKING:
    from tests.api.conftest import World

ORDERS = "/records/purchase_order"


@pytest.fixture
def submitted(world: "World", supplier: int) -> dict[str, Any]:
    """An order of Ann's that waits for the lead."""
    made = world["ann"].made("purchase_order", order(supplier))
    answer = world["ann"].send("POST", f"{ORDERS}/{made['id']}/actions/submit", {}, If_Match='"1"')
    assert (answer.status_code, answer.get_json()["state"]) == (200, "in_review"), answer.text
    return dict(answer.get_json())


def task_of(world: "World", record: dict[str, Any]) -> dict[str, Any]:
    return next(dict(task) for task in world["lea"].get("/tasks").get_json()["tasks"] if task["record"] == record["id"])


def test_a_task_is_found_read_and_decided(world: "World", submitted: dict[str, Any]) -> None:
    lea = world["lea"]
    task = task_of(world, submitted)
    assert (task["entity"], task["step"], task["step_label"], task["submitter"]) == ("purchase_order", "check", "Check by the lead", "Ann")
    read = lea.get(f"/tasks/{task['id']}").get_json()
    assert read["edit"] == ["remark"]
    assert [(d["decision"], d["needs_comment"]) for d in read["decisions"]] == [("approve", False), ("reject", True)]
    reject = lea.send("POST", f"/tasks/{task['id']}/reject", {})
    assert (reject.status_code, reject.get_json()["errors"][0]["path"]) == (422, "comment")
    assert lea.send("POST", f"/tasks/{task['id']}/approve", {"values": {"remark": "fine"}}).status_code == 200
    after = world["ann"].get(f"{ORDERS}/{submitted['id']}").get_json()
    assert (after["state"], after["remark"]) == ("approved", "fine")
    again = lea.send("POST", f"/tasks/{task['id']}/approve", {})
    assert (again.status_code, again.get_json()["code"]) == (409, "conflict")


def test_a_task_belongs_to_its_person(world: "World", submitted: dict[str, Any]) -> None:
    number = task_of(world, submitted)["id"]
    assert world["ann"].get("/tasks").get_json()["tasks"] == []
    assert world["ann"].get(f"/tasks/{number}").status_code == 404
    assert world["bob"].send("POST", f"/tasks/{number}/approve", {}).status_code == 404
    assert world["ann"].send("POST", f"/tasks/{number}/approve", {}).status_code == 403
    assert world["lea"].send("POST", "/tasks/4711/approve", {}).status_code == 404


def test_a_wrong_decision_is_refused(world: "World", submitted: dict[str, Any]) -> None:
    lea, number = world["lea"], task_of(world, submitted)["id"]
    assert lea.send("POST", f"/tasks/{number}/celebrate", {}).status_code == 409
    assert lea.send("POST", f"/tasks/{number}/return", {"comment": "again"}).status_code == 409
    assert lea.send("POST", f"/tasks/{number}/approve", {"hurry": 1}).status_code == 422
    assert lea.send("POST", f"/tasks/{number}/approve", {"values": {"supplier": 1}}).status_code in {403, 422}
    assert task_of(world, submitted)["id"] == number


def test_actions_say_why_not(world: "World", submitted: dict[str, Any], supplier: int) -> None:
    ann = world["ann"]
    found = {a["action"]: a for a in ann.get(f"{ORDERS}/{submitted['id']}/actions").get_json()["actions"]}
    assert not found["submit"]["allowed"]
    assert found["submit"]["reason"]
    assert "approve" not in found
    empty = ann.made("purchase_order", {"supplier": supplier})
    now = {a["action"]: a for a in ann.get(f"{ORDERS}/{empty['id']}/actions").get_json()["actions"]}
    assert (now["submit"]["allowed"], now["submit"]["reason"]) == (False, "The order is empty")
    assert (now["note"]["allowed"], now["note"]["ask"], now["note"]["comment"]) == (True, ["remark"], "required")


def test_the_inbox_is_paged(world: "World", submitted: dict[str, Any]) -> None:
    lea = world["lea"]
    first = lea.get("/tasks").get_json()["tasks"]
    assert [task["id"] for task in first] == sorted((task["id"] for task in first), reverse=True)
    assert lea.get("/tasks", before=str(first[-1]["id"])).get_json() == {"tasks": [], "next": None}
    assert lea.get("/tasks", before="x").status_code == 422


def test_several_tasks_are_approved_each_with_its_own_result(world: "World", submitted: dict[str, Any]) -> None:
    lea, number = world["lea"], task_of(world, submitted)["id"]
    answer = lea.send("POST", "/tasks/approve", {"tasks": [number, 999_999], "comment": "Both"}).get_json()
    assert (answer["done"], answer["failed"]) == (1, 1)
    assert [(result["id"], result["status"]) for result in answer["results"]] == [(number, 200), (999_999, 404)]
    assert world["ann"].get(f"{ORDERS}/{submitted['id']}").get_json()["state"] == "approved"
    again = lea.send("POST", "/tasks/approve", {"tasks": [number]}).get_json()
    assert (again["results"][0]["status"], again["results"][0]["problem"]["code"]) == (409, "conflict")
    for odd in ([], [2**63], [-(2**63)], [True], ["1"], 1):
        assert lea.send("POST", "/tasks/approve", {"tasks": odd}).status_code == 422, odd
