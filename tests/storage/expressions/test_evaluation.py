"""`loom eval` on a database: the same answers as Python, and the name of the engine that gave them."""

from collections.abc import Callable

import pytest

from engine.formula import clock, evaluate_request
from engine.storage.expressions import evaluation

AT = clock("2024-03-15T09:30:00")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def ask(request: pytest.FixtureRequest) -> Callable[[str, dict[str, object]], dict[str, object]]:
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgresql_server_url")

    def answer(expr: str, variables: dict[str, object]) -> dict[str, object]:
        with evaluation(url) as engine:
            found = evaluate_request(expr, variables, AT, engine)
        assert found.pop("engine", request.param) in (request.param, "python")
        return found

    return answer


@pytest.mark.parametrize(
    ("expr", "variables", "answer"),
    [
        ("x / 3", {"x": {"number": "1"}}, {"type": "number", "value": "0.33333333333333333333"}),
        ("SUM(xs) + x", {"xs": {"list_number": ["0.1", None, "0.2"]}, "x": {"number": None}}, {"type": "number", "value": None}),
        ("SUM(xs)", {"xs": {"list_number": ["0.1", None, "0.2"]}}, {"type": "number", "value": "0.3"}),
        ('TEXTJOIN("、", TRUE, ts)', {"ts": {"list_text": ["采购", "", "订单"]}}, {"type": "text", "value": "采购、订单"}),
        ("d + 1", {"d": {"date": "2024-02-28"}}, {"type": "date", "value": "2024-02-29"}),
        ("m < now()", {"m": {"datetime": "2024-03-15T09:29:59"}}, {"type": "boolean", "value": True}),
        ("x + 1", {"x": {"number": "1234567890123456789012345"}}, {"type": "number", "value": "1234567890123456789012346"}),
        ("RMBUPPER(x)", {"x": {"number": "100"}}, {"type": "text", "value": "壹佰元整"}),
        ("id + row_no", {"id": {"number": "1"}, "row_no": {"number": "2"}}, {"type": "number", "value": "3"}),
        ("SUM(xs)", {"xs": {"list_number": ["100000000000000000", "0.01"]}}, {"type": "number", "value": "100000000000000000.01"}),
        ("1 + 1", {}, {"type": "number", "value": "2"}),
    ],
)
def test_answers(
    ask: Callable[[str, dict[str, object]], dict[str, object]], expr: str, variables: dict[str, object], answer: dict[str, object]
) -> None:
    assert ask(expr, variables) == answer


def test_failures_have_their_code(ask: Callable[[str, dict[str, object]], dict[str, object]]) -> None:
    found = ask("x * x", {"x": {"number": "1000000000000000"}})
    assert isinstance(found["error"], dict)
    assert found["error"]["code"] == "FX605"
