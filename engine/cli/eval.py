"""`loom eval`: a formula calculated with typed variables, by Python or by a database (FORMULA section 4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from decimal import Decimal
from typing import Any, TextIO
from zoneinfo import ZoneInfoNotFoundError

import click

from engine.formula import Clock, clock, evaluate_batch, evaluate_request
from engine.settings import setting

EXAMPLE = 'such as {"x": {"number": "1.50"}}'
ENGINES = ("python", "sqlite", "postgresql")


@click.command("eval", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})  # -x * 2 is a formula
@click.argument("expr", required=False, type=click.UNPROCESSED)
@click.option("--with", "variables", type=click.File(encoding="utf-8"), help=f"Variables as JSON, {EXAMPLE}; - reads from stdin.")
@click.option("--engine", type=click.Choice(ENGINES), default="python", show_default=True, help="Who calculates.")
@click.option("--db", metavar="URL", help="The server that --engine postgresql asks; default: LOOM_DB.")
@click.option("--now", metavar="DATETIME", help="The time of the evaluation, such as 2024-03-15T09:30:00; default: now.")
@click.option("--zone", default="UTC", show_default=True, help="The time zone.")
@click.option("--batch", type=click.File(encoding="utf-8"), help='A JSON list of {"expr", "vars"}, answered in order.')
@click.option("--json", "as_json", is_flag=True, help="The answer is JSON in any case.")
def command(expr: str | None, *, variables: TextIO | None, batch: TextIO | None, as_json: bool, **place: str | None) -> None:
    """Calculate the formula EXPR and print its type and value, or what is wrong with it. Exit 1 when it has no value."""
    if (expr is None) == (batch is None):
        raise click.UsageError("Give either a formula or --batch FILE.")
    at = _clock(place["now"], str(place["zone"]))
    asked, given, address = _batch(batch), _variables(variables), _address(str(place["engine"]), place["db"])
    with ExitStack() as stack:
        engines = [stack.enter_context(_database(address))] if address else []
        answer = evaluate_batch(asked, at, *engines) if expr is None else evaluate_request(expr, given, at, *engines)
    _print(answer)
    raise click.exceptions.Exit("error" in answer)


def _clock(now: str | None, zone: str) -> Clock:
    try:
        return clock(now, zone)
    except (ValueError, ZoneInfoNotFoundError, OSError) as wrong:
        raise click.BadParameter(f"{wrong}", param_hint="--now/--zone") from wrong


def _address(engine: str, url: str | None) -> str:
    """The database that calculates; blank for Python."""
    address = {"python": "", "sqlite": "sqlite://"}.get(engine, url or setting("LOOM_DB"))
    if engine == "postgresql" and not address.startswith("postgresql"):
        raise click.UsageError("--engine postgresql needs a server: --db postgresql://… (or LOOM_DB).")
    return address


def _database(address: str) -> AbstractContextManager[Any]:
    from engine.storage import evaluation  # noqa: PLC0415 - half of the start-up time, which Python's answers need not pay

    return evaluation(address)


def _variables(file: TextIO | None) -> Mapping[str, object]:
    found = {} if file is None else _read(file)
    if not isinstance(found, dict):
        raise click.BadParameter(f"{_name(file)} holds no object {EXAMPLE}", param_hint="--with")
    return found


def _batch(file: TextIO | None) -> list[Mapping[str, object]]:
    found = [] if file is None else _read(file)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise click.BadParameter(f'{_name(file)} holds no list of {{"expr": …, "vars": {{…}}}}', param_hint="--batch")
    return found


def _read(file: TextIO) -> Any:
    """The JSON in a file, its numbers exact."""
    try:
        return json.load(file, parse_float=Decimal)
    except (ValueError, RecursionError) as wrong:
        raise click.BadParameter(f"{_name(file)} is no JSON: {wrong}") from wrong


def _name(file: TextIO | None) -> str:
    return getattr(file, "name", "the input")


def _print(answer: object) -> None:
    text = json.dumps(answer, ensure_ascii=False)
    click.echo(text.encode("utf-8", "backslashreplace").decode())  # a half of a surrogate pair is no text, but JSON can say it
