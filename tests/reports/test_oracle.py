"""A report is what anybody would count by hand over the records that the reader may see: random data, rules, blanks, currencies.

app: sales
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.records import Query, find
from engine.reports import Figure, compute, given_by
from engine.unit_of_work import View
from tests.applications import World, opened

SALES = """
    app: sales
    label: Sales
    currency: CNY
    timezone: Asia/Shanghai
    roles: {all: {label: All}, own: {label: Own}, part: {label: Part}, blind: {label: Blind}, none: {label: None}}
    ---
    entity: customer
    label: Customer
    title: name
    fields: {name: {type: text}, region: {type: choice, of: [north, south]}}
    access: {all: {read: true}, own: {read: 'region = "north"'}, part: {read: true}, blind: {read: true}}
    ---
    entity: sale
    label: Sale
    title: kind
    fields:
      kind: {type: choice, of: [goods, service, rent]}
      seller: {type: user}
      customer: {type: link, to: customer}
      day: {type: date}
      currency: {type: choice, of: [CNY, USD]}
      amount: {type: money}
      qty: {type: decimal, digits: 3}
      good: {type: boolean}
      lines: {type: table, fields: {part: {type: text}, pieces: {type: integer}}}
    access:
      all: {read: true}
      own: {read: seller = user}
      part: [{read: seller = user}, {read: 'kind = "goods"', hide: [amount, qty]}]
      blind: {read: true, hide: [amount], mask: {qty: last4}}
    ---
    report: by_kind
    from: sale
    rows: [kind]
    values:
      n: COUNT(rows)
      qty: SUM(rows.qty)
      mean: AVERAGE(rows.qty)
      least: MIN(rows.qty)
      most: MAX(rows.qty)
      big: COUNT(rows, qty > 5)
      sellers: COUNTDISTINCT(rows.seller)
      some: ANY(rows, good)
      every: ALL(rows, good)
      twice: SUM(rows, qty * 2 + 1)
      share: {formula: 'COUNT(rows, good) / COUNT(rows)', type: percent}
      pieces: SUM(rows.lines.pieces)
    ---
    report: by_month
    from: sale
    rows: [{field: day, by: month}]
    columns: [currency]
    totals: [rows, columns]
    values: {money: SUM(rows.amount), n: COUNT(rows)}
    ---
    report: by_region
    from: sale
    parameters: {least: {type: integer, default: 2}}
    where: qty > least OR qty = null
    rows: [customer.region, {field: day, by: quarter}]
    values: {n: COUNT(rows)}
    ---
    report: by_week
    from: sale
    rows: [{field: day, by: week}]
    ---
    report: by_year
    from: sale
    rows: [{field: day, by: year}, customer]
    ---
    report: parts
    from: sale.lines
    rows: [part, sale.kind]
    values: {n: COUNT(rows), pieces: SUM(rows.pieces)}
    ---
    report: whole
    from: sale
    values: {n: COUNT(rows), qty: SUM(rows.qty)}
"""
PEOPLE = ("all", "own", "part", "blind")
Row = Mapping[str, Any]


@pytest.fixture(scope="module")
def world(shared_database_url: str) -> Iterator[World]:
    """The sales of a year and a half, told at random, blanks and two currencies among them."""
    with opened(SALES, shared_database_url) as world:
        fill(world, random.Random(7))  # noqa: S311 - dice, no secrets
        yield world


def fill(world: World, dice: random.Random) -> None:
    for name in (*PEOPLE, "none"):
        world.person(name, roles=[name])
    customers = [world.save("system", "customer", name=f"C{at}", region=dice.choice(["north", "south", None]))["id"] for at in range(5)]

    def maybe(value: object) -> object:
        return None if dice.random() < 0.2 else value

    for _ in range(90):
        world.save(
            "system",
            "sale",
            kind=maybe(dice.choice(["goods", "service", "rent"])),
            seller=maybe(world.people[dice.choice(PEOPLE)]),
            customer=maybe(dice.choice(customers)),
            day=maybe(date(2025, 6, 1) + timedelta(dice.randrange(500))),
            currency=maybe(dice.choice(["CNY", "USD"])),
            amount=maybe(Decimal(dice.randrange(-10_000, 100_000)).scaleb(-2)),
            qty=maybe(Decimal(dice.randrange(-2_000, 12_000)).scaleb(-3)),
            good=maybe(dice.random() < 0.5),
            lines=[{"part": dice.choice("ab"), "pieces": maybe(dice.randrange(9))} for _ in range(dice.randrange(3))],
        )


def readable(view: View) -> list[Row]:
    """The sales as the reader may see them, one by one: what is hidden is blank."""
    found = find(view, Query("sale", limit=500, tables=True, sort=())).records
    shown: list[Row] = []
    for record in found:
        values = dict(record.values)
        for name in ("amount", "qty"):
            if not record.sight.readable(name):
                values[name] = None
        shown.append(values)
    return shown


def grouped(rows: Sequence[Row], *keys: Callable[[Row], object]) -> dict[tuple[object, ...], list[Row]]:
    found: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(key(row) for key in keys)].append(row)
    return found


def known(rows: Sequence[Row], name: str) -> list[Any]:
    return [row[name] for row in rows if row.get(name) is not None]


def told(view: View, name: str, **texts: object) -> tuple[dict[tuple[object, ...], tuple[object, ...]], tuple[Figure, ...]]:
    report = view.metadata.reports[name]
    outcome = compute(view, report, given_by(view, report.parameters, texts))
    lines = {line.keys: tuple(figure.value for figure in line.total) for line in outcome.lines}
    assert len(lines) == len(outcome.lines)
    return lines, outcome.whole.total if outcome.whole is not None else outcome.lines[0].total


@pytest.mark.parametrize("who", PEOPLE)
def test_figures_are_those_of_the_readable_records(world: World, who: str) -> None:
    """report: by_kind"""
    with world.look(who) as view:
        rows = readable(view)
        lines, whole = told(view, "by_kind")
        groups = grouped(rows, lambda row: row["kind"])
        assert lines.keys() == groups.keys()
        for key, mine in [*groups.items(), (None, rows)]:
            figures = lines[key] if key is not None else tuple(figure.value for figure in whole)
            assert figures == by_hand(mine, hidden=who == "blind"), key


def by_hand(rows: list[Row], *, hidden: bool) -> tuple[object, ...]:
    qty, good = known(rows, "qty"), [row["good"] for row in rows]
    pieces = [line["pieces"] for row in rows for line in row["lines"] if line["pieces"] is not None]
    mean = (sum(qty, Decimal()) / len(qty)).quantize(Decimal("1E-20")) if qty else None
    of_qty = (
        sum(qty, Decimal()),
        mean,
        min(qty, default=None),
        max(qty, default=None),
        sum(each > 5 for each in qty),
    )
    every = False if False in good else None if None in good else True
    return (
        len(rows),
        *((None,) * 5 if hidden else of_qty),
        len(set(known(rows, "seller"))),
        True in good,
        every,
        None if hidden else sum((each * 2 + 1 for each in qty), Decimal()),
        (Decimal(good.count(True)) / len(rows)).quantize(Decimal("1E-20")),
        sum(pieces),
    )


@pytest.mark.parametrize("who", ["all", "own", "part"])
def test_money_of_several_currencies_has_no_sum(world: World, who: str) -> None:
    """report: by_month"""
    with world.look(who) as view:
        rows = readable(view)
        report = view.metadata.reports["by_month"]
        outcome = compute(view, report, {})
        groups = grouped(rows, lambda row: row["day"] and row["day"].replace(day=1), lambda row: row["currency"])
        for line in outcome.lines:
            for (currency,), (money, count) in zip(outcome.columns, line.cells, strict=True):
                mine = groups.get((line.keys[0], currency), [])
                assert count.value == (len(mine) or None)
                assert money.value == (sum(known(mine, "amount"), Decimal()) if mine else None)
            currencies = {
                row["currency"] for row in rows if (row["day"] and row["day"].replace(day=1)) == line.keys[0] and row["amount"] is not None
            }
            mixed = len(currencies - {None}) > 1
            assert line.total[0].mixed is mixed
            assert (line.total[0].value is None) is mixed


@pytest.mark.parametrize("who", PEOPLE)
def test_periods_paths_and_parameters(world: World, who: str) -> None:
    """report: by_region"""
    with world.look(who) as view:
        rows = readable(view)
        regions = {number: row["region"] for number, row in customers(view).items()}
        for least in (2, -1):
            if who == "blind":
                break
            mine = [row for row in rows if row["qty"] is None or row["qty"] > least]
            lines, _ = told(view, "by_region", least=least)
            assert {key: found[0] for key, found in lines.items()} == {
                key: len(found) for key, found in grouped(mine, lambda row: regions.get(row["customer"]), quarter).items()
            }
        assert {key[0]: found[0] for key, found in told(view, "by_week")[0].items()} == counts(rows, week)


def customers(view: View) -> dict[int, Row]:
    return {record.id: record.values for record in find(view, Query("customer", limit=50)).records}


def quarter(row: Row) -> object:
    return row["day"] and row["day"].replace(month=(row["day"].month - 1) // 3 * 3 + 1, day=1)


def week(row: Row) -> object:
    return row["day"] and row["day"] - timedelta(row["day"].weekday())


def counts(rows: Sequence[Row], key: Callable[[Row], object]) -> dict[object, int]:
    return {keys[0]: len(found) for keys, found in grouped(rows, key).items()}


@pytest.mark.parametrize("who", PEOPLE)
def test_rows_of_tables_are_seen_with_their_documents(world: World, who: str) -> None:
    """report: parts"""
    with world.look(who) as view:
        lines = [{**line, "kind": row["kind"]} for row in readable(view) for line in row["lines"]]
        found, _ = told(view, "parts")
        assert found == {
            key: (len(mine), sum(known(mine, "pieces")))
            for key, mine in grouped(lines, lambda row: row["part"], lambda row: row["kind"]).items()
        }
        count = len(readable(view))
        assert told(view, "whole")[0][()][0] == count


@pytest.mark.parametrize("shared_database_url", ["sqlite"], indirect=True)  # its driver tells what it runs
def test_a_report_is_one_statement(world: World) -> None:
    """report: by_month"""
    for name, statements in (
        ("by_month", 1),
        ("parts", 1),
        ("by_year", 2),
    ):  # the last names customers: those that may be seen
        with world.look("own") as view:
            told(view, name)
        with world.look("own") as view:
            asked: list[str] = []
            driver = view.connection.connection.driver_connection
            assert driver is not None
            driver.set_trace_callback(asked.append)
            told(view, name)
            driver.set_trace_callback(None)
            assert len([text for text in asked if text.lstrip().upper().startswith("SELECT")]) == statements, (name, asked)
