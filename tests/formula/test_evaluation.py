"""`loom eval` as a function: typed variables in, type, value and engine or one error out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.formula import Formula, Frame, clock, evaluate_batch, evaluate_request

AT = clock("2024-03-15T09:30:00")


@pytest.mark.parametrize(
    ("expr", "variables", "type_", "value"),
    [
        ("x * y", {"x": {"number": "1.50"}, "y": {"number": "2"}}, "number", "3"),
        ("t & x", {"t": {"text": "采购"}, "x": {"number": "1.50"}}, "text", "采购1.5"),
        ("b AND TRUE", {"b": {"boolean": None}}, "boolean", None),
        ("d + 1", {"d": {"date": "2024-02-28"}}, "date", "2024-02-29"),
        ('m + DURATION(1, "hours")', {"m": {"datetime": "2024-02-28T23:30:00"}}, "datetime", "2024-02-29T00:30:00"),
        ("SUM(xs)", {"xs": {"list_number": ["0.1", None, "0.2"]}}, "number", "0.3"),
        ("MAX(xs)", {"xs": {"list_date": ["2024-01-01", "2023-01-01"]}}, "date", "2024-01-01"),
        ('TEXTJOIN(",", TRUE, xs)', {"xs": {"list_text": ["b", None, "a"]}}, "text", "b,a"),
        ("today()", {}, "date", "2024-03-15"),
        ("null", {}, "null", None),
        ('DURATION(90, "minutes")', {}, "duration", "PT1H30M0S"),
        ("1 = 1", {}, "boolean", True),
        ("x * 1234567890123456789012345.55%", {"x": {"number": "1"}}, "number", "12345678901234567890123.4555"),
        ("x + 1", {"x": {"number": -3}}, "number", "-2"),
        ("订单 + 1", {"订单": {"number": "1"}}, "number", "2"),
    ],
)  # fmt: skip
def test_answers(expr: str, variables: dict[str, object], type_: str, value: object) -> None:
    assert evaluate_request(expr, variables, AT) == {"type": type_, "value": value, "engine": "python"}


@pytest.mark.parametrize(
    ("expr", "variables", "code", "kind"),
    [
        ("x +", {"x": {"number": "1"}}, "FX108", "syntax"),
        ("custmer + 1", {"customer": {"number": "1"}}, "FX201", "name"),
        ("t + 1", {"t": {"text": "a"}}, "FX301", "type"),
        ("ROUND(1, 2, 3)", {}, "FX402", "arity"),
        ("1 / 0", {}, "FX505", "value"),
        ("x * x", {"x": {"number": "100000000000000"}}, "FX605", "limit"),
        ("user.name", {}, "FX703", "name"),
        ("x", {"x": {"number": "1e5"}}, "FX508", "value"),
        ("x", {"x": {"number": 1.5}}, "FX508", "value"),
        ("x", {"x": {"number": "+-1"}}, "FX508", "value"),
        ("x", {"x": {"number": "１"}}, "FX508", "value"),
        ("x", {"x": {"number": "1" + "0" * 28}}, "FX605", "limit"),
        ("x", {"x": {"date": "2024-02-30"}}, "FX508", "value"),
        ("x", {"x": "1"}, "FX508", "value"),
        ("x", {"x": {"list_number": "1"}}, "FX508", "value"),
        ("x", {"x": {"boolean": "yes"}}, "FX508", "value"),
    ],
)
def test_errors(expr: str, variables: dict[str, object], code: str, kind: str) -> None:
    error = evaluate_request(expr, variables, AT)["error"]
    assert isinstance(error, dict)
    assert (error["code"], error["kind"]) == (code, kind)
    assert set(error) == {"code", "kind", "message", "start", "end"}


def test_the_zone_is_that_of_the_request() -> None:
    shanghai = clock("2024-03-15T02:30:00", "Asia/Shanghai")
    assert evaluate_request("today()", {}, shanghai)["value"] == "2024-03-15"
    assert evaluate_request("HOUR(m)", {"m": {"datetime": "2024-03-15T02:30:00"}}, shanghai)["value"] == "2"
    assert evaluate_request("m", {"m": {"datetime": "2024-03-15T02:30:00Z"}}, shanghai)["value"] == "2024-03-15T10:30:00"


def test_a_batch_answers_in_order_and_an_engine_names_itself() -> None:
    def told(formula: Formula, frame: Frame) -> tuple[object, str]:
        return formula({}, frame), "sqlite"

    requests: list[Mapping[str, object]] = [{"expr": "1 + 1", "vars": {}}, {"expr": "1 +"}, {"expr": "2"}]
    first, second, third = evaluate_batch(requests, AT, told)
    assert first == {"type": "number", "value": "2", "engine": "sqlite"}
    assert "error" in second
    assert third["value"] == "2"


def test_a_clock_that_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="not a datetime"):
        clock("soon")
