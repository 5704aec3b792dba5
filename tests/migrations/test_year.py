"""A year of one application, a revision a month: whoever began in any month has their data in December, step by step or at one go."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine import migration, records
from engine.loading import load_sources
from tests.applications import START, World, opened, sources

YEAR = Path(__file__).parent / "year"
DECEMBER = 12


def text(month: int) -> str:
    return (YEAR / f"{month:02}.yaml").read_text("utf-8")


def write(world: World, month: int) -> dict[str, int]:
    """What people typed in a month, in the words of its definition."""
    partner = "supplier" if month < 6 else "vendor"
    risk = {"low": "small", "high": "big"} if month >= 9 else {"low": "low", "high": "high"}
    order: dict[str, object] = {"amount": 40, "due": "2026-05-01"}
    if month >= 2:
        world.save("system", "product", code="B-1")
        order["lines"] = [{"product": "B-1", "qty": 2, "price": Decimal("2.50")}, {"product": "B-1", "qty": 1, "price": Decimal("1.25")}]
    if month >= 4:
        order["urgent"] = "yes" if month < 10 else True
    if month != 11:
        order["note" if month < 3 else "remark"] = "By boat"
    numbers = {}
    for name, each in (("Acme", "low"), ("Bolt", "high")):
        made = world.save("system", partner, name=name, risk=risk[each])
        saved = world.save("system", "order", None, **{partner: made["id"], **order})
        numbers[name] = int(str(saved["id"]))
    return numbers


def bring(world: World, month: int) -> None:
    written = sources(text(month))
    migration.apply(world.app.database, written, load_sources(written), "Li Na", START)
    world.app.serving.reload()
    world.app.jobs.run_due(START + timedelta(days=month))


def check_arrived(world: World, began: int, numbers: dict[str, int]) -> None:
    """Everything that was typed is where it belongs in December."""
    with world.look("system") as view:
        for name, risk in (("Acme", "small"), ("Bolt", "big")):
            order = records.fetch(view, "order", numbers[name])
            vendor = records.fetch(view, "vendor", order["vendor"])  # type: ignore[arg-type]
            assert (vendor["name"], vendor["risk"], vendor["since"]) == (name, risk, 2026)
            assert (order["amount"], order["due"], order["priority"], order["state"]) == (40, date(2026, 5, 1), 3, "new")
            assert order["remark"] == (None if began == 11 else "By boat")
            assert order["urgent"] is (True if began >= 4 else None)
            lines: list[dict[str, object]] = order["lines"]  # type: ignore[assignment]
            assert [(line["qty"], line["price"], line["amount"]) for line in lines] == (
                [(2, Decimal("2.50"), 5), (1, Decimal("1.25"), Decimal("1.25"))] if began >= 2 else []
            )
            assert order["total"] == (Decimal("6.25") if began >= 2 else 0)
            for line in lines:
                assert records.fetch(view, "product", line["product"])["code"] == "B-1"  # type: ignore[arg-type]
    with world.app.database.read() as connection:
        written = sources(text(DECEMBER))
        assert migration.plan(connection, written, load_sources(written)).nothing


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("began", [1, *(pytest.param(month, marks=pytest.mark.long) for month in range(2, DECEMBER))])
def test_whoever_began_in_any_month_arrives(database_url: str, began: int, at_once: bool) -> None:
    with opened(text(began), database_url) as world:
        numbers = write(world, began)
        for month in (DECEMBER,) if at_once else range(began + 1, DECEMBER + 1):
            bring(world, month)
        check_arrived(world, began, numbers)
