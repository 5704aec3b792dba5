"""Two thousand formulas are parsed and checked within two seconds; nothing is generated before it is used."""

from __future__ import annotations

import time

from engine.formula import Context, Formula, Names, compile
from tests.formula.application import Application
from tests.yardstick import allowed

SHAPES = (
    "ROUND(SUM(lines.amount) * discount / 100, {0})", "IF(AND(qty > {0}, rate != null), ROUND(qty * rate * (1 - discount / 100), 2), 0)",
    'status = "draft" AND total > {0}', 'number & " " & supplier.name & "{0}"', "SUM(lines, qty * price, taxable) - {0}",
    "supplier = user.supplier OR total > {0}", "qty + {0}", "EDATE(order_date, {0})", "COALESCE(rate, {0}) * qty", "COUNT(lines, qty > {0}) = 0",
)  # fmt: skip


def test_two_thousand_formulas() -> None:
    names, application = Names("purchase_order"), Application()
    compile("1", names, application, Context.VIRTUAL)
    texts = [shape.format(number) for number in range(200) for shape in SHAPES]
    start = time.process_time()
    made: list[Formula] = [compile(text, names, application, Context.VIRTUAL) for text in texts]
    assert time.process_time() - start < allowed(2)
    assert len(made) == 2000
    assert not any("function" in formula.__dict__ for formula in made)
