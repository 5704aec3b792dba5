"""Everything that is refused, in one shape and with the right status; what is refused changes nothing."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.orders import order

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.api.conftest import Client, World

ORDERS = "/records/purchase_order"


def details(response: "TestResponse", status: int, code: str) -> dict[str, Any]:
    text = response.get_data(as_text=True)
    assert response.status_code == status, text
    assert response.content_type == "application/problem+json"
    found = response.get_json()
    assert found["code"] == code
    assert found["status"] == status
    assert found["request_id"] == response.headers["X-Request-ID"]
    assert "Traceback" not in text
    return dict(found)


def errors(found: dict[str, Any]) -> dict[str, str]:
    return {error["path"]: error["code"] for error in found["errors"]}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"colour": 1}, {"colour": "unknown_field"}),
        ({"order_date": "yesterday"}, {"order_date": "type"}),
        ({"order_date": "2026-02-30"}, {"order_date": "type"}),
        ({"priority": 1.5}, {"priority": "type"}),
        ({"priority": True}, {"priority": "type"}),
        ({"priority": 10**18}, {"priority": "type"}),
        ({"discount": "9" * 20}, {"discount": "type"}),
        ({"lines": [{"product": "x", "qty": 1e300}]}, {"lines.1.qty": "type"}),
        ({"supplier": "Hong"}, {"supplier": "type"}),
        ({"supplier": 999}, {"supplier": "no_such_record"}),
        ({"supplier": None}, {"supplier": "required"}),
        ({"total": "5"}, {"total": "computed"}),
        ({"number": "PO-1"}, {"number": "computed"}),
        ({"state": "approved"}, {"state": "unknown_field"}),
        ({"id": 5}, {"id": "unknown_field"}),
        ({"secret": "x"}, {"secret": "not_editable"}),
        ({"lines": {}}, {"lines": "type"}),
        ({"lines": [{"product": "x", "qty": 0}]}, {"lines.1.qty": "check"}),
        (
            {"lines": [{"product": "x", "qty": "1.2345"}, {}]},
            {"lines.1.qty": "type", "lines.2.product": "required", "lines.2.qty": "required"},
        ),
        ({"lines": [{"id": 77, "product": "x", "qty": 1}]}, {"lines.1.id": "unknown_row"}),
        ({"lines": [{"product": "x", "qty": 1, "margin": 1}]}, {"lines.1.margin": "not_editable"}),
        ({"order_date": "x", "priority": "y"}, {"order_date": "type", "priority": "type"}),
    ],
)
def test_wrong_values_are_a_problem_per_field(world: "World", supplier: int, more: dict[str, object], expected: dict[str, str]) -> None:
    ann = world["ann"]
    before = ann.get(ORDERS, count="true", limit="1").get_json()
    found = details(ann.send("POST", ORDERS, order(supplier, **more)), 422, "invalid")
    assert expected.items() <= errors(found).items()
    assert ann.get(ORDERS, count="true", limit="1").get_json() == before


@pytest.mark.parametrize(
    ("send", "status", "code"),
    [
        (lambda c: c.flask.post(f"/api/v1{ORDERS}", data="{", content_type="application/json", headers=auth(c)), 400, "bad_json"),
        (lambda c: c.flask.post(f"/api/v1{ORDERS}", data="[]", content_type="application/json", headers=auth(c)), 400, "bad_json"),
        (
            lambda c: c.flask.post(f"/api/v1{ORDERS}", data='{"a":1,"a":2}', content_type="application/json", headers=auth(c)),
            400,
            "bad_json",
        ),
        (lambda c: c.flask.post(f"/api/v1{ORDERS}", data='{"a":NaN}', content_type="application/json", headers=auth(c)), 400, "bad_json"),
        (lambda c: c.flask.post(f"/api/v1{ORDERS}", data="[" * 100_000, content_type="application/json", headers=auth(c)), 400, "bad_json"),
        (lambda c: c.flask.post(f"/api/v1{ORDERS}", data="a=1", headers=auth(c)), 415, "unsupported_media_type"),
        (
            lambda c: c.flask.post(f"/api/v1{ORDERS}", data=b" " * 2_000_000, content_type="application/json", headers=auth(c)),
            413,
            "too_large",
        ),
        (lambda c: c.send("GET", "/records/nothing"), 404, "not_found"),
        (lambda c: c.send("GET", "/records/purchase_order.lines"), 404, "not_found"),
        (lambda c: c.send("GET", "/records/token"), 404, "not_found"),
        (lambda c: c.send("GET", "/records/credential/1"), 404, "not_found"),
        (lambda c: c.send("GET", f"{ORDERS}/abc"), 404, "not_found"),
        (lambda c: c.send("GET", f"{ORDERS}/99999999999999999999999"), 404, "not_found"),
        (lambda c: c.send("PUT", f"{ORDERS}/1", {}), 405, "method_not_allowed"),
        (lambda c: c.send("GET", "/nowhere"), 404, "not_found"),
        (lambda c: c.send("PATCH", f"{ORDERS}/1", {}), 428, "version_required"),
        (lambda c: c.send("DELETE", f"{ORDERS}/1"), 428, "version_required"),
        (lambda c: c.send("PATCH", f"{ORDERS}/1", {}, If_Match="newest"), 400, "bad_version"),
        (lambda c: c.send("PATCH", f"{ORDERS}/1", {}, If_Match="*"), 404, "not_found"),
        (lambda c: c.send("POST", f"{ORDERS}/1/actions/fly", {}), 404, "not_found"),
        (lambda c: c.send("POST", f"{ORDERS}/1/actions/submit", {"speed": 1}), 422, "invalid"),
        (lambda c: c.send("POST", ORDERS, {}, Idempotency_Key="x" * 201), 400, "bad_key"),
        (lambda c: c.get(ORDERS, limit="0"), 422, "invalid"),
        (lambda c: c.get(ORDERS, limit="many"), 422, "invalid"),
        (lambda c: c.get(ORDERS, count="perhaps"), 422, "invalid"),
        (lambda c: c.get(ORDERS, colour="red"), 422, "invalid"),
        (lambda c: c.get(ORDERS, fields="number,colour"), 422, "invalid"),
        (lambda c: c.get(ORDERS, sort="colour"), 422, "invalid"),
        (lambda c: c.get(ORDERS, sort="1+1"), 422, "invalid"),
        (lambda c: c.get(ORDERS, sort="lines"), 422, "invalid"),
        (lambda c: c.get(ORDERS, where="total >"), 422, "invalid"),
        (lambda c: c.get(ORDERS, where="total = colour"), 422, "invalid"),
        (lambda c: c.get(ORDERS, where="total"), 422, "invalid"),
        (lambda c: c.get(ORDERS, where="total > 1 " * 500), 422, "invalid"),
        (lambda c: c.get(ORDERS, after="bm90aGluZw"), 400, "bad_cursor"),
        (lambda c: c.get(ORDERS, after="???"), 400, "bad_cursor"),
    ],
)
def test_wrong_requests(world: "World", send: "Callable[[Client], TestResponse]", status: int, code: str) -> None:
    assert details(send(world["ann"]), status, code)["title"]


def auth(client: "Client") -> dict[str, str]:
    return {"Authorization": f"Bearer {client.token}"}


def test_whoever_has_no_valid_token_gets_one_answer(world: "World") -> None:
    ann = world["ann"]
    number, secret = ann.token.removeprefix("loom_").split("_", 1)
    wrong = [
        "",
        "Bearer",
        "Bearer x",
        f"Basic {ann.token}",
        f"Bearer loom_{number}_{secret[:-1]}",
        f"Bearer loom_{number}_",
        "Bearer loom_9_x",
        f"Bearer loom_x_{secret}",
    ]
    answers = [ann.flask.get("/api/v1/me", headers={"Authorization": text}) for text in wrong]
    found = [details(answer, 401, "unauthorised") for answer in answers]
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert len({one["detail"] for one in found}) == 1


def test_cookies_count_for_nothing(world: "World") -> None:
    ann = world["ann"]
    ann.flask.set_cookie("session", ann.token)
    answer = ann.flask.get("/api/v1/me")
    details(answer, 401, "unauthorised")
    assert "Set-Cookie" not in answer.headers


def test_a_stale_version_names_who_was_faster(world: "World", supplier: int) -> None:
    ann, lea = world["ann"], world["lea"]
    made = ann.made("purchase_order", order(supplier))
    path = f"{ORDERS}/{made['id']}"
    assert lea.send("PATCH", path, {"remark": "mine"}, If_Match='"1"').status_code == 200
    found = details(ann.send("PATCH", path, {"remark": "late"}, If_Match='"1"'), 412, "conflict")
    assert "Lea" in found["detail"]
    assert found["theirs"]["version"] == 2
    details(ann.send("DELETE", path, If_Match='"1"'), 412, "conflict")
    details(ann.send("POST", f"{path}/actions/submit", {}, If_Match='"1"'), 412, "conflict")
    assert ann.get(path).get_json()["remark"] == "mine"


def test_what_is_somebody_elses_does_not_exist(world: "World", supplier: int) -> None:
    path = f"{ORDERS}/{world['ann'].made('purchase_order', order(supplier))['id']}"
    bob = world["bob"]
    hidden = [
        bob.get(path),
        bob.get(f"{path}/actions"),
        bob.send("PATCH", path, {"remark": "x"}, If_Match="*"),
        bob.send("DELETE", path, If_Match="*"),
        bob.send("POST", f"{path}/actions/submit", {}),
    ]
    missing = bob.get(f"{ORDERS}/4711")
    for answer in hidden:
        assert details(answer, 404, "not_found")["detail"] == details(missing, 404, "not_found")["detail"]


def test_what_is_seen_but_not_allowed_is_forbidden(world: "World", supplier: int) -> None:
    path = f"{ORDERS}/{world['ann'].made('purchase_order', order(supplier))['id']}"
    cleo = world["cleo"]
    assert cleo.get(path).status_code == 200
    answers = [
        cleo.send("PATCH", path, {"remark": "x"}, If_Match="*"),
        cleo.send("DELETE", path, If_Match="*"),
        cleo.send("POST", ORDERS, order(supplier)),
        cleo.send("POST", f"{path}/actions/submit", {}),
        world["ann"].send("POST", ORDERS, order(supplier, buyer=world["bob"].user)),
    ]
    assert all(details(answer, 403, "forbidden")["detail"] for answer in answers)


def test_an_action_is_refused_with_its_reason(world: "World", supplier: int) -> None:
    ann = world["ann"]
    empty = ann.made("purchase_order", {"supplier": supplier})
    path = f"{ORDERS}/{empty['id']}"
    assert details(ann.send("POST", f"{path}/actions/submit", {}), 409, "refused")["detail"] == "The order is empty"
    zh = ann.send("POST", f"{path}/actions/submit", {}, Accept_Language="zh-CN,zh;q=0.9")
    assert details(zh, 409, "refused")["detail"] == "订单为空"
    assert ann.get(path).get_json()["state"] == "draft"
    assert errors(details(ann.send("POST", f"{path}/actions/note", {}), 422, "invalid")) == {"comment": "required"}


def test_problems_speak_the_readers_language(world: "World", supplier: int) -> None:
    zh = world["ann"].send("POST", ORDERS, order(supplier, lines=[{"product": "x", "qty": 0}]), Accept_Language="zh")
    assert details(zh, 422, "invalid")["errors"][0]["message"] == "数量必须大于零"


def test_a_request_id_is_kept_or_made(world: "World") -> None:
    ann = world["ann"]
    assert ann.send("GET", "/me", X_Request_ID="trace-7").headers["X-Request-ID"] == "trace-7"
    assert len(ann.send("GET", "/me", X_Request_ID="two\x07words").headers["X-Request-ID"]) == 16


def test_a_record_that_is_referred_to_stays(world: "World", supplier: int) -> None:
    world["ann"].made("purchase_order", order(supplier))
    found = details(world["lea"].send("DELETE", f"/records/supplier/{supplier}", If_Match="*"), 409, "refused")
    assert "PO-" in found["detail"]


def test_a_unique_value_that_is_taken_is_a_problem_of_its_field(world: "World", supplier: int) -> None:
    name = world["ann"].get(f"/records/supplier/{supplier}").get_json()["name"]
    found = details(world["ann"].send("POST", "/records/supplier", {"name": name}), 422, "invalid")
    assert errors(found) == {"name": "not_unique"}


def test_a_warning_comes_with_the_answer(world: "World", supplier: int) -> None:
    made = world["ann"].made("purchase_order", order(supplier, lines=[{"product": "x", "qty": 1, "price": "100001"}]))
    assert made["_warnings"] == ["This is a large order"]


def test_the_right_answer_has_no_state_for_others_to_see(world: "World") -> None:
    answer = world["ann"].get("/me")
    assert json.loads(answer.data)["name"] == "Ann"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_wrong_is_told_of_the_parameter_that_it_is_about(world: "World") -> None:
    for sort in ("colour", "supplier.colour", "-colour"):
        assert [error["path"] for error in details(world["ann"].get(ORDERS, sort=sort), 422, "invalid")["errors"]] == ["sort"], sort
    assert [error["path"] for error in details(world["ann"].get(ORDERS, where="colour = 1"), 422, "invalid")["errors"]] == ["where"]


def test_problems_are_told_in_the_language_of_the_reader(world: "World") -> None:
    found = details(world["ann"].send("GET", f"{ORDERS}?after=-", Accept_Language="zh"), 400, "bad_cursor")
    assert found["detail"] == "这个游标不属于此列表；请从第一页开始。"


@pytest.mark.parametrize(("path", "name"), [(ORDERS, "limit"), (ORDERS, "where"), (f"{ORDERS}/1", "titles"), (f"{ORDERS}/groups", "by")])
def test_a_parameter_is_given_once(world: "World", path: str, name: str) -> None:
    """Of two conditions one would not count, and nobody would notice."""
    twice = world["ann"].get(path, **{name: ["1", "1"]})  # type: ignore[arg-type]
    assert errors(details(twice, 422, "invalid")) == {name: "value"}
