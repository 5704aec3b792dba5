"""The price of a formula: generated Python against the function one would write by hand (FORMULA 2.13), and against closures.

Run with `./dev bench formula`; ends with 1 when generated code is more than 1.1 times as slow as the hand-written function.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from engine.formula import Context, Formula, Names, compile
from engine.formula.evaluate import Alone, clock
from engine.formula.types import number
from tests.formula.cases import Catalog

TEXT = "IF(AND(qty > 0, price != null), ROUND(qty * price * (1 - discount / 100), 2), 0)"
TYPES = {"qty": number(9, 3), "price": number(9, 2), "discount": number(5, 2)}
ZERO, ONE, CENT, QUANTUM = Decimal(0), Decimal(1), Decimal("0.01"), Decimal("0.01")
ROUNDS, REPEATS, LIMIT = 20_000, 9, 1.1
Row = dict[str, Decimal | None]


def by_hand(row: Row) -> Decimal | None:
    """The same formula as a programmer would write it, with the same rules for null and the constant divisor turned round."""
    qty, price, discount = row["qty"], row["price"], row["discount"]
    if qty is not None and qty > ZERO and price is not None:
        if discount is None:
            return None
        return (qty * price * (ONE - discount * CENT)).quantize(QUANTUM, ROUND_HALF_UP)
    return ZERO


def compiled() -> Formula:
    """The formula over the fields of a record."""
    return compile(TEXT, Names("case", user=None), Catalog(TYPES), Context.VIRTUAL)


def best(run: Callable[[], object]) -> float:
    """Seconds per call, the best of several rounds."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        for _ in range(ROUNDS):
            run()
        times.append(time.perf_counter() - start)
    return min(times) / ROUNDS


def main() -> int:
    """Prints nanoseconds and ratios; 1 when the limit is passed."""
    formula, at = compiled(), clock("2024-03-15T09:30:00")
    frame = Alone(at.now, at.zone)
    worst = 0.0
    for name, qty in (("all branches", Decimal("3.000")), ("guard false", Decimal(0))):
        row: Row = {"qty": qty, "price": Decimal("9.99"), "discount": Decimal("12.5")}
        assert formula.function(row, frame) == by_hand(row) == formula.closure(row, frame)
        hand = best(partial(by_hand, row))
        generated = best(partial(formula.function, row, frame))
        closures = best(partial(formula.closure, row, frame))
        worst = max(worst, generated / hand)
        print(f"{name:14} hand {hand * 1e9:6.0f} ns   generated {generated / hand:5.2f}   closures {closures / hand:5.2f}")
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
