"""The checks of the hand-written twin: every problem of an order at once, and its computed amounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from benchmarks.hand_tables import supplier

CENT = Decimal("0.01")
TEXTS = {"ship_to": 255, "reference": 60, "note": 32767}
CHOICES = {"incoterm": {"exw", "fob", "cif"}, "terms": {"net30", "net60", "prepaid"}}
DATES = ("order_date", "delivery_date")
Row = dict[str, Any]

_SUPPLIER = sa.select(supplier.c.id).where(supplier.c.id == sa.bindparam("supplier"))


class Wrong(Exception):
    """Input with a problem per field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(str(problems))
        self.problems = problems


def checked(connection: sa.Connection, given: Row, defaults: Row) -> tuple[Row, list[Row]]:
    """The values of an order and its lines, computed; raises Wrong with every problem."""
    problems: dict[str, str] = {}
    values = defaults | _own(problems, given, defaults)
    lines = [_line(problems, number, row) for number, row in enumerate(given.get("lines") or [], 1)]
    values["total"] = sum((row["amount"] for row in lines if row["amount"] is not None), Decimal(0))
    if values["order_date"] is None:
        problems.setdefault("order_date", "needed")
    if values["delivery_date"] and values["order_date"] and values["delivery_date"] < values["order_date"]:
        problems["delivery_date"] = "delivery comes after the order"
    if values["supplier"] is None or not connection.execute(_SUPPLIER, {"supplier": values["supplier"]}).first():
        problems["supplier"] = "no such supplier"
    if problems:
        raise Wrong(problems)
    return values, lines


def _own(problems: dict[str, str], given: Row, defaults: Row) -> Row:
    values: Row = {name: given.get(name, defaults.get(name)) for name in ("buyer", "department", "supplier")}
    for name in DATES:
        values[name] = _try(problems, name, _date, given.get(name))
    for name, most in TEXTS.items():
        values[name] = given.get(name)
        if values[name] is not None and (not isinstance(values[name], str) or len(values[name]) > most):
            problems[name] = f"at most {most} characters"
    for name, codes in CHOICES.items():
        values[name] = given.get(name, defaults.get(name))
        if values[name] is not None and values[name] not in codes:
            problems[name] = "no such choice"
    return values


def _line(problems: dict[str, str], number: int, given: Row) -> Row:
    qty = _try(problems, f"lines.{number}.qty", Decimal, given.get("qty"))
    price = _try(problems, f"lines.{number}.price", Decimal, given.get("price"))
    if not given.get("product"):
        problems[f"lines.{number}.product"] = "needed"
    if qty is None or qty <= 0:
        problems.setdefault(f"lines.{number}.qty", "must be positive")
    if price is None:
        problems.setdefault(f"lines.{number}.price", "needed")
    amount = None if qty is None or price is None else (qty * price).quantize(CENT)
    return {"row_no": number, "product": given.get("product"), "qty": qty, "price": price, "amount": amount}


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _try(problems: dict[str, str], name: str, read: Callable[[Any], Any], value: object) -> Any:
    try:
        return None if value is None else read(value)
    except (ValueError, InvalidOperation, TypeError):
        problems[name] = "cannot be read"
        return None
