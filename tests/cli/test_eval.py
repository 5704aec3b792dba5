"""`loom eval`: one formula or many, by Python or by a database, with the clock and the zone that one asks for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli import loom


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(loom, ["eval", *arguments], input=stdin)


@pytest.fixture(params=["python", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest) -> list[str]:
    place = ["--db", request.getfixturevalue("postgresql_server_url")] if request.param == "postgresql" else []
    return ["--engine", request.param, *place]


def test_type_value_and_engine(engine: list[str], tmp_path: Path) -> None:
    (tmp_path / "vars.json").write_text('{"x": {"number": "1.50"}, "xs": {"list_number": ["1", null]}, "t": {"text": "采购"}}', "utf-8")
    found = run('t & x * 2 & "-" & COUNT(xs)', "--with", str(tmp_path / "vars.json"), *engine)
    assert found.exit_code == 0
    assert json.loads(found.stdout) == {"type": "text", "value": "采购3-1", "engine": engine[1]}


def test_a_batch_is_answered_in_order(engine: list[str]) -> None:
    asked = [{"expr": "x / 3", "vars": {"x": {"number": "1"}}}, {"expr": "x +"}, {"expr": "d + 1", "vars": {"d": {"date": None}}}]
    found = run("--batch", "-", *engine, stdin=json.dumps(asked))
    first, second, third = json.loads(found.stdout)
    assert found.exit_code == 0
    assert first["value"] == "0.33333333333333333333"
    assert second["error"]["kind"] == "syntax"
    assert (third["type"], third["value"]) == ("date", None)


def test_the_clock_is_the_one_asked_for(engine: list[str]) -> None:
    found = run('TEXT(now(), "hh:mm") & " " & today()', "--now", "2024-03-15T23:30:00", "--zone", "Asia/Shanghai", *engine)
    assert json.loads(found.stdout)["value"] == "23:30 2024-03-15"


def test_a_mistake_is_an_answer_with_its_place() -> None:
    found = run("LEN(1)")
    error = json.loads(found.stdout)["error"]
    assert found.exit_code == 1
    assert (error["code"], error["kind"], error["start"], error["end"]) == ("FX302", "type", 4, 5)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_what_no_database_holds_is_no_text(engine: list[str], text: str) -> None:
    found = run("LEN(t)", "--with", "-", *engine, stdin=json.dumps({"t": {"text": text}}))
    assert json.loads(found.stdout)["error"]["code"] == "FX508"


def test_numbers_without_quotes_are_exact() -> None:
    found = run("x", "--with", "-", stdin='{"x": {"number": 0.10000000000000000001}}')
    assert json.loads(found.stdout)["value"] == "0.10000000000000000001"


@pytest.mark.parametrize(("expr", "value"), [("-1 + 2", "1"), ("-x * 2", "-6"), ("-h", "-4"), ("--x", "3"), ('-(x) & "-e"', "-3-e")])
def test_a_formula_may_begin_with_a_sign(expr: str, value: str) -> None:
    found = run(expr, "--with", "-", stdin='{"x": {"number": "3"}, "h": {"number": "4"}}')
    assert json.loads(found.stdout)["value"] == value


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        ((), ""),
        (("1", "--batch", "-"), "[]"),
        (("1", "--now", "soon"), ""),
        (("1", "--zone", "Nowhere"), ""),
        (("1", "--zone", "../etc"), ""),
        (("1", "--with", "-"), "[]"),
        (("1", "--with", "-"), "{"),
        (("1", "--with", "-"), "[" * 100_000),
        (("--batch", "-"), '["1"]'),
        (("1", "--engine", "oracle"), ""),
        (("1", "--engine", "postgresql"), ""),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], stdin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOM_DB", raising=False)
    found = run(*arguments, stdin=stdin)
    assert found.exit_code == 2
    assert "Traceback" not in found.output
