"""Random typed expressions over random rows: generated Python gives what the closures give, warnings and failures included."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.formula import Constant, Formula, FormulaErrors, FormulaFailure, Kind, Names, Node, Path, veiled
from engine.formula.types import TRUTH
from tests.formula.application import Around, line, made, order

LONG = settings().max_examples > 1000
NUMBERS = [Decimal(text) for text in ("0", "1", "-1", "0.5", "2.345", "-2.345", "1250", "0.05", "99999.99", "-0.01", "7", "100")]
TEXTS = ["", "a", "A", "采购订单", "PO-1", " a  b ", "12.50", "2024-02-29", "ß"]
DATES = [date(2024, 2, 29), date(2024, 1, 31), date(2023, 12, 31), date(1, 1, 1), date(9999, 12, 31), date(2024, 3, 15)]
TIMES = [datetime(2024, 3, 15, 9, 30, tzinfo=UTC), datetime(2024, 12, 31, 16, 0, tzinfo=UTC), datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)]


def maybe(values: list[object]) -> st.SearchStrategy[object]:
    return st.one_of(st.none(), st.sampled_from(values))


def rows() -> st.SearchStrategy[dict[str, object]]:
    cell = st.builds(
        line, qty=maybe([*NUMBERS]), price=maybe([*NUMBERS]), amount=maybe([*NUMBERS]), taxable=maybe([True, False]), product=maybe([1, 2])
    )
    return st.builds(
        order, number=maybe([*TEXTS]), note=maybe([*TEXTS]), supplier=maybe([7, 8]), customer=maybe([7, 8]), total=maybe([*NUMBERS]),
        budget=maybe([*NUMBERS]), qty=maybe([*NUMBERS]), rate=maybe([*NUMBERS]), discount=maybe([*NUMBERS]), urgent=maybe([True, False]),
        status=maybe(["draft", "sent"]), order_date=maybe([*DATES]), due=maybe([*DATES]), created_at=maybe([*TIMES]),
        lines=st.lists(cell, max_size=4),
    )  # fmt: skip


def call(name: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda args: f"{name}({', '.join(args)})")


def infix(ops: list[str], left: st.SearchStrategy[str], right: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(left, st.sampled_from(ops), right).map(lambda t: f"({t[0]} {t[1]} {t[2]})")


def expressions(depth: int, inside: bool) -> dict[str, st.SearchStrategy[str]]:
    """Strategies by type; `inside` a collection argument bare names are those of the line."""
    names = {
        "number": ["qty", "0", "1", "2.5", "100", "-3"] + (["parent.rate"] if inside else ["rate", "discount", "supplier.score"]),
        "text": ['"a"', '""', "parent.number" if inside else "number", "product.name" if inside else "note"],
        "boolean": ["TRUE", "FALSE", "taxable" if inside else "urgent"],
        "date": ["parent.due" if inside else "due", "DATE(2024, 2, 29)", "parent.order_date" if inside else "order_date"],
        "datetime": ["parent.created_at" if inside else "created_at"],
    }
    found: dict[str, st.SearchStrategy[str]] = {kind: st.sampled_from(values) for kind, values in names.items()}
    for _ in range(depth):
        found = deeper(found, inside)
    return found


def deeper(e: dict[str, st.SearchStrategy[str]], inside: bool) -> dict[str, st.SearchStrategy[str]]:
    n, t, b, d, m = e["number"], e["text"], e["boolean"], e["date"], e["datetime"]
    unit = st.sampled_from(['"days"', '"months"', '"years"', '"weeks"'])
    small = st.sampled_from(["0", "1", "2", "-1"])
    result = {
        "number": st.one_of(
            n, infix(["+", "-", "*", "/"], n, n), n.map(lambda x: f"(-{x})"), call("ROUND", n, small), call("MOD", n, n), call("IF", b, n, n),
            call("COALESCE", n, n), call("LEN", t), infix(["-"], d, d), call("DAY", d), call("HOUR", m), call("ABS", n), call("FLOOR", n, n),
            call("SUM", n, n, n), call("MIN", n, n), call("NULLIF", n, n), call("FIND", t, t), call("IFS", b, n, b, n), call("SWITCH", t, t, n, n),
            call("DATEDIF", d, d, st.just('"M"')), call("ROUNDUP", n, small), call("QUOTIENT", n, n), call("VALUE", t), call("INT", n),
        ),
        "text": st.one_of(
            t, infix(["&"], t, t), infix(["&"], t, n), call("IF", b, t, t), call("LEFT", t, n), call("MID", t, n, n), call("UPPER", t),
            call("TRIM", t), call("COALESCE", t, t), infix(["&"], d, t), call("SUBSTITUTE", t, t, t), call("TEXT", n, st.just('"#,##0.00"')),
        ),
        "boolean": st.one_of(
            b, infix(["=", "!=", "<", "<=", ">", ">="], n, n), infix(["=", "<>", "<"], t, t), infix(["and", "or"], b, b), call("NOT", b),
            call("AND", b, b, b), call("OR", b, b, b), call("XOR", b, b), call("ISBLANK", t), call("ISBLANK", n), infix(["=", "!="], n, st.just("null")),
            call("BETWEEN", n, n, n), call("ONEOF", n, n, n), call("CONTAINS", t, t), infix(["<", "="], d, d), call("IF", b, b, b),
            st.tuples(n, n).map(lambda p: f"({p[0]} in ({p[1]}, 2, null))"), infix(["=", "<>"], b, b),
        ),
        "date": st.one_of(d, infix(["+", "-"], d, n), call("EDATE", d, n), call("DATEADD", d, n, unit), call("IF", b, d, d), call("DATEVALUE", m), call("MAX", d, d)),
        "datetime": st.one_of(m, call("IF", b, m, m), infix(["+"], m, call("DURATION", n, st.just('"hours"')))),
    }  # fmt: skip
    if not inside:
        result["number"] |= collections()
        result["boolean"] |= st.one_of(call("ANY", st.just("lines"), INSIDE["boolean"]), call("ALL", st.just("lines"), INSIDE["boolean"]))
    return result


INSIDE = expressions(1, inside=True)


def collections() -> st.SearchStrategy[str]:
    lines, n, b = st.just("lines"), INSIDE["number"], INSIDE["boolean"]
    return st.one_of(
        call("SUM", st.just("lines.qty")), call("SUM", lines, n), call("SUM", lines, n, b), call("COUNT", lines, b), call("MAX", lines, n),
        call("AVERAGE", lines, n), call("COUNTDISTINCT", lines, n, b), call("FIRST", lines, n, n), call("LAST", lines, n, n, b), call("COUNT", lines),
    )  # fmt: skip


OUTSIDE = expressions(2, inside=False)
ANY = st.one_of(*OUTSIDE.values())


def around() -> Around:
    records: dict[tuple[str, int], dict[str, object]] = {
        ("supplier", 7): {"score": Decimal("3.5"), "name": "a"},
        ("product", 1): {"name": "采购"},
    }
    return Around(records=records, old=None)


def run(formula: Formula, engine: str, row: dict[str, object]) -> tuple[object, list[str]]:
    frame = around()
    try:
        return getattr(formula, engine)(row, frame), sorted(set(frame.warnings))
    except FormulaFailure as failure:
        return failure.code, []


REFUSED = frozenset({"FX110", "FX505", "FX605", "FX607", "FX602", "FX603"})
"""Mistakes that random expressions may make."""


def same(text: str, row: dict[str, object]) -> bool:
    """Whether the two engines agree about a formula, or it is refused for a good reason."""
    try:
        formula = made(text, names=Names("purchase_order"))
    except FormulaErrors as errors:
        return {issue.code for issue in errors.issues} <= REFUSED
    (slow, told), (quick, heard) = run(formula, "closure", row), run(formula, "function", row)
    if formula.type.kind is Kind.BOOLEAN and formula.test(row, around()) is not (slow is True):
        return False
    typed = slow is not None or formula.type.null
    return typed and slow == quick and type(slow) is type(quick) and set(heard) <= set(told)


@settings(max_examples=20_000 if LONG else 400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=not LONG)
@given(ANY, rows())
def test_generated_python_is_the_closures(text: str, row: dict[str, object]) -> None:
    assert same(text, row)


def test_a_row_without_a_field_reads_as_null() -> None:
    formula = made("IF(qty = null, 1, qty * 2)")
    assert formula({}, around()) == formula.closure({}, around()) == 1
    assert formula({"qty": Decimal(3)}, around()) == 6


def test_a_value_with_more_digits_than_its_field_is_still_exact() -> None:
    formula = made("ROUND(qty * rate, 2)")
    row = {"qty": Decimal("123456789.123456789123456789"), "rate": Decimal("123.123456789123456789")}
    assert formula(row, around()) == formula.closure(row, around())


def test_no_negative_zero() -> None:
    assert str(made("qty * rate")({"qty": Decimal(0), "rate": Decimal(-1)}, around())) == "0"
    assert str(made("ROUND(qty, 0)")({"qty": Decimal("-0.4")}, around())) == "0"


def test_durations() -> None:
    formula = made('SUM(lines, DURATION(qty, "hours"))')
    rows_ = [line(qty=Decimal(1)), line(), line(qty=Decimal("0.5"))]
    for engine in (formula.function, formula.closure):
        assert engine(order(lines=rows_), around()) == timedelta(minutes=90)
        assert engine(order(lines=[]), around()) == timedelta()


def hidden(path: Path) -> Node | None:
    """Every field but the text ones is closed to the reader."""
    return Constant(value=False, type=TRUTH) if path.field in ("qty", "rate", "urgent", "due", "lines") else None


@settings(max_examples=5_000 if LONG else 150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=not LONG)
@given(ANY, rows())
def test_what_is_veiled_is_null_in_both(text: str, row: dict[str, object]) -> None:
    try:
        formula = made(text, names=Names("purchase_order"))
    except FormulaErrors:
        return
    tree = veiled(formula.tree, hidden)
    closed = replace(formula, tree=tree)
    assert run(closed, "closure", row)[0] == run(closed, "function", row)[0]
