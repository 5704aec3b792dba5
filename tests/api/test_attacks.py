"""Requests that no honest program sends: strange ids of rows, texts that are none, deep and endless JSON, hostile formulas."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.orders import order

if TYPE_CHECKING:
    from tests.api.conftest import World

ORDERS = "/records/purchase_order"
ODD: list[Any] = [[], {}, [[1]], True, -1, 0, 10**30, 1.5, "9" * 5000, "x", "\x00", {"id": {}}, "x" * 10_000]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_strange_row_is_a_problem_and_no_error(world: "World", supplier: int, method: str) -> None:
    ann = world["ann"]
    made = ann.made("purchase_order", order(supplier))
    path = ORDERS if method == "POST" else f"{ORDERS}/{made['id']}"
    base = order(supplier) if method == "POST" else {}
    for number in ODD:
        answer = ann.send(method, path, {**base, "lines": [{"id": number, "product": "Bolt"}]}, If_Match="*")
        assert answer.status_code == 422, (number, answer.text)
    assert len(ann.get(f"{ORDERS}/{made['id']}").get_json()["lines"]) == 2


@pytest.mark.parametrize("name", ["supplier", "order_date", "remark", "lines", "buyer", "nothing"])
def test_a_value_of_the_wrong_type_is_never_an_error(world: "World", supplier: int, name: str) -> None:
    for value in ODD:
        answer = world["ann"].send("POST", ORDERS, {**order(supplier), name: value})
        assert answer.status_code in (201, 403, 422), (name, value, answer.text)


def test_a_row_named_by_a_text_is_changed_and_not_doubled(world: "World", supplier: int) -> None:
    ann = world["ann"]
    made = ann.made("purchase_order", order(supplier))
    first, second = (row["id"] for row in made["lines"])
    answer = ann.send("PATCH", f"{ORDERS}/{made['id']}", {"lines": [{"id": str(first), "product": "Screw"}]}, If_Match="*")
    assert [(row["id"], row["product"]) for row in answer.get_json()["lines"]] == [(first, "Screw"), (second, "Nut")]


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "[]",
        "1",
        "nul",
        '{"a":NaN}',
        '{"a":1,"a":2}',
        '{"a":1' + "0" * 5000 + "}",
        "\ud800",
        r'{"remark": "\ud800"}',
        r'{"tags": ["\udc00\ud800"]}',
    ],
)
def test_what_is_no_object_is_a_bad_request(world: "World", body: str) -> None:
    ann = world["ann"]
    headers = {"Authorization": f"Bearer {ann.token}"}
    answer = ann.flask.post(
        f"/api/v1{ORDERS}", data=body.encode("utf-8", "surrogatepass"), content_type="application/json", headers=headers
    )
    assert answer.status_code == 400, answer.text[:300]
    assert json.loads(answer.text)["code"] == "bad_json"


@pytest.mark.parametrize(
    "where",
    [
        "(" * 500 + "1 = 1" + ")" * 500,
        "NOT " * 300 + "TRUE",
        "-" * 900 + "1 = 1",
        'MATCHES(remark, "(a+)+$")',
        "1" * 900 + " = 1",
        "9 ^ 9 ^ 9 ^ 9 > 1",
        'remark = "\x00"',
        'remark = "\ud7ff\u202e"',
        "__import__('os')",
        "remark.__class__ = 1",
        "1 = 1; DROP TABLE user",
        "remark = 'x' OR 1=1 --",
        "COUNT(lines) > 0",
        "1 / 0 > 1",
        "x" * 5000,
        'REPT("x", 1000000000) = "x"',
        "DATE(99999, 99, 99) = order_date",
        "created_by.created_by = 1",
        "supplier",
        "lines",
        "",
    ],
)  # fmt: skip
def test_a_hostile_filter_is_answered_and_no_error(world: "World", where: str) -> None:
    for question in ({"where": where}, {"sort": where}, {"search": where}, {"fields": where}, {"after": where}):
        answer = world["ann"].get(ORDERS, **question)
        assert answer.status_code in (200, 400, 422), (question, answer.text)


def test_missing_and_invisible_records_answer_alike(world: "World", supplier: int) -> None:
    theirs = world["ann"].made("purchase_order", order(supplier))["id"]
    calls: list[tuple[str, str, object, dict[str, str]]] = [
        ("GET", "", None, {}),
        ("GET", "?fields=id", None, {}),
        ("GET", "/actions", None, {}),
        ("PATCH", "", {"remark": "x"}, {"If_Match": '"99"'}),
        ("PATCH", "", {"nothing": "x"}, {"If_Match": "*"}),
        ("DELETE", "", None, {"If_Match": '"99"'}),
        ("POST", "/actions/note", {"comment": "x"}, {}),
    ]
    for method, rest, values, headers in calls:
        answers = [world["bob"].send(method, f"{ORDERS}/{number}{rest}", values, **headers) for number in (theirs, 999_999)]
        assert [answer.status_code for answer in answers] == [404, 404]
        first, second = ({k: v for k, v in answer.get_json().items() if k != "request_id"} for answer in answers)
        assert first == second
