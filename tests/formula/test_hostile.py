"""Hostile input: every text is answered with a formula or with issues, within a tenth of a second, never with a traceback."""

from __future__ import annotations

import random
import time
import tracemalloc

import pytest

from engine.formula import Context, FormulaErrors, FormulaFailure
from tests.formula.application import Around, made, order
from tests.formula.cases import cases
from tests.yardstick import allowed

PIECES = [
    *'()+-*/^&=<>!,."%_ \n\t',
    "不",
    "，",
    "“",
    "\u200b",
    "\x00",
    "not ",
    "and ",
    "in(",
    "null",
    "SUM(",
    "IF(",
    "lines",
    "9" * 40,
    "𝔘",
]


SPINES = [
    ("IF(urgent,qty,", ")"), ("IF(urgent,", ",qty)"), ("COALESCE(", ",1)"), ('SWITCH(number,"a",1,', ")"), ('SWITCH(number,"a",', ")"), ("IFS(urgent,", ")"),
    ("1=(AND(urgent,", ")=TRUE)"), ("SUM(qty,", ")"), ("ROUND(", ",2)"), ("NULLIF(", ",2)"), ("SUM(lines,", ")"),
]  # fmt: skip
"""What can be nested in itself, on either side."""


def attacks() -> list[str]:
    deep = [
        f"{a * n}1{b * n}"
        for a, b in (("(", ")"), ("ABS(", ")"), ("NOT(", ")"), ("IF(TRUE,", ",1)"), ("-", ""), ("not ", ""), *SPINES)
        for n in (30, 31, 32, 33, 200, 900)
    ]
    wide = [op.join(["qty"] * n) for op in ("+", "*", "-", "/", "&", " and ", " or ", "=", "^", ",", ".") for n in (30, 100, 120, 800)]
    long = [
        f"{name}({', '.join(['qty'] * n)})"
        for name in ("SUM", "COALESCE", "TEXTJOIN", "IFS", "SWITCH", "ONEOF")
        for n in (99, 100, 101, 700)
    ]
    big = [
        f"{base} ^ {exponent}"
        for base in ("9", "qty", "0.5", "(0-9)")
        for exponent in ("1000", "1001", "9" * 20, "(9 ^ 9)", "0.5", "(0-999)")
    ]
    text = [f'REPT("{"a" * n}", {m})' for n in (1, 900) for m in (1, 40_000, 10**9)] + [
        f'LPAD("a", {10**9})',
        'SUBSTITUTE(REPT("a", 30000), "a", "aaaa")',
    ]
    patterns = [
        f'MATCHES("{"a" * 60}b", "{p}")'
        for p in ("(a+)+$", "a?" * 25 + "a{25}", "a*a*a*a*$", "(.*)*", "[a-", "a{1000000}", "\\\\1", "(?=a)", "a**", ".*.*.*b")
    ]
    like = [f'LIKE(REPT("a", 30000), "{"*a" * n}b")' for n in (1, 10, 60)]
    twins = (
        ("AND(urgent,", ")"),
        ("AND(", ",urgent)"),
        ("OR(", ",NOT(urgent))"),
        ("NOT(", ")"),
        ("IF(", ",urgent,FALSE)"),
        ("XOR(", ",urgent)"),
    )
    logic = [a * n + "urgent" + b * n for n in (5, 20, 30) for a, b in twins]
    odd = (
        ["=" * n for n in (1, 2, 500)]
        + ['"' * n for n in (1, 2, 3, 999)]
        + ["." * n for n in (1, 50)]
        + ["a." * n + "b" for n in (5, 6, 500)]
    )
    code = [
        "__import__('os')", "qty.__class__", "this.__dict__", 'number & "{0.__class__}"', "lambda: 0", "qty if TRUE else 0", "[x for x in lines]",
        "eval(qty)", "exec(qty)", "open(number)", "qty; qty", "qty := 1", 'f"{qty}"', "'; DROP TABLE user; --", "qty -- 1", "qty /* */ + 1", "qty # 1",
        "SUM(lines.__len__)", "user.password", "${qty}", "{{qty}}", "%(qty)s", "\\u0041", "0x10", "1e999", "1_000", "１+１", "٣+٤", "NaN", "Infinity", "-" * 31 + "qty", "qty." * 900 + "x", "\ud800", "\ufeffqty", "null.null", "TRUE()", "x" * 3999,
    ]  # fmt: skip
    huge = ["9" * n for n in (28, 29, 4000, 5000)] + ["0." + "1" * n for n in (20, 21, 3000)] + ["qty * " + "9" * 28 + " * " + "9" * 28]
    return [*deep, *wide, *long, *big, *text, *patterns, *like, *logic, *odd, *code, *huge]


def mutated(count: int) -> list[str]:
    chance = random.Random(20240315)  # noqa: S311  the same mutations each time
    seeds = [case.expr for case in cases()]
    found = []
    for _ in range(count):
        text = list(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            at = chance.randint(0, len(text))
            step = chance.randint(0, 3)
            text[at : at + chance.randint(0, 3)] = [chance.choice(PIECES)] if step else chance.sample(text, min(3, len(text)))
        found.append("".join(text))
    return found


made("1")  # the parser is built once in a process


def answered(text: str) -> float:
    start = time.process_time()
    try:
        formula = made(text, Context.VIRTUAL)
        formula.closure(order(), Around())
        formula(order(), Around())
    except (FormulaErrors, FormulaFailure) as error:
        words = str(error)
    else:
        words = "no mistake"
    assert words
    return time.process_time() - start


def quick(text: str) -> bool:
    """Whether an answer takes less than a tenth of a second; a busy machine may try again."""
    return any(answered(text) < allowed(0.1) for _ in range(3))


def test_there_are_enough_attacks() -> None:
    assert len(attacks()) >= 200


@pytest.mark.parametrize("text", attacks(), ids=lambda text: repr(text[:30]) + str(len(text)))
def test_attack(text: str) -> None:
    assert quick(text)


def test_mutations() -> None:
    assert [text for text in mutated(2000) if not quick(text)] == []


@pytest.mark.parametrize(
    "text",
    ['LEN(REPT(REPT("x", 32767), 32767)) > 1', 'LEN(SUBSTITUTE(REPT("x", 32767), "x", REPT("y", 32767))) > 1', 'LEN(REPT("x", 1e27)) > 1'],
)
def test_a_text_that_is_too_long_is_not_made_first(text: str) -> None:
    """It would be of a gigabyte."""
    tracemalloc.start()
    try:
        answered(text)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
