"""Measures of a report: aggregates over the rows of the statement, per group, against the closures over the same rows."""

import pytest
import sqlalchemy as sa

from engine.formula import Context, Formula, Names, Value, compile
from tests.storage.expressions.world import Rows, Store, World, around

WORLD = World()


def measure(text: str) -> Formula:
    return compile(text, Names("order", rows="order"), WORLD, Context.MEASURE)


def per_status(store: Store, world: Rows, formula: Formula) -> dict[Value, Value]:
    frame = around(world)
    selection = store.expressions.select_from("order")
    value = selection.value(formula, store.expressions.shape(formula, frame))
    status = selection.column("status")
    statement = sa.select(status, value).select_from(selection.from_clause()).group_by(status)
    with store.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(statement, selection.parameters(frame))}


@pytest.mark.parametrize(
    "text",
    [
        "SUM(rows.price)",
        "SUM(rows.price, flag)",
        "SUM(rows, qty * price)",
        "SUM(rows, qty * price, LEN(note) > 1)",
        "COUNT(rows)",
        "COUNT(rows, customer.vip)",
        "COUNT(rows.note)",
        "AVERAGE(rows.price)",
        "AVERAGE(rows, customer.credit)",
        "MIN(rows.due)",
        "MAX(rows.note)",
        "COUNTDISTINCT(rows.customer)",
        "ALL(rows, flag)",
        "ANY(rows, price > 1000)",
        "LAST(rows.price, due)",
        "SUM(rows.price) / COUNT(rows)",
        "ROUND(100 * SUM(rows.price, flag) / SUM(rows.price), 1)",
    ],
)
def test_measures(store: Store, world: Rows, text: str) -> None:
    formula = measure(text)
    expected: dict[Value, Value] = {}
    for status in {row["status"] for row in world["order"]}:
        frame = around({**world, "order": [row for row in world["order"] if row["status"] == status]})
        expected[status] = formula.closure({}, frame)
    assert per_status(store, world, formula) == expected
