"""A report of several sources is what anybody would count by hand in each, put beside each other on the lines they have in common.

app: trade
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import Forbidden
from engine.records import Query, find
from engine.reports import Line, Outcome, compute, drilled, explain_report, given_by, may_take_away
from engine.unit_of_work import View
from tests.applications import World, opened

TRADE = """
    app: trade
    label: Trade
    currency: CNY
    timezone: Asia/Shanghai
    roles: {all: {label: All}, north: {label: North}, seller: {label: Seller}, blind: {label: Blind}, none: {label: None}}
    ---
    entity: customer
    title: name
    fields: {name: {type: text}, region: {type: choice, of: [north, south]}}
    access: {all: {read: true}, north: {read: true}, seller: {read: true}, blind: {read: true}}
    ---
    entity: sale
    label: Sale
    plural: Sales
    title: customer.name
    fields:
      customer: {type: link, to: customer}
      day: {type: date}
      currency: {type: choice, of: [CNY, USD]}
      amount: {type: money}
      pieces: {type: integer}
      lines: {type: table, fields: {returned: {type: integer}}}
    access:
      all: {read: true, export: true}
      north: {read: 'customer.region = "north"'}
      seller: {read: true, export: true}
      blind: {read: true, hide: [pieces, lines]}
    ---
    entity: complaint
    label: Complaint
    plural: Complaints
    title: about.name
    fields:
      about: {type: link, to: customer}
      since: {type: datetime}
      grave: {type: boolean}
    access: {all: {read: true}, north: {read: 'about.region = "north"'}, blind: {read: true}}
    ---
    report: customers
    parameters: {least: {type: integer, default: 0}}
    sources:
      sales: {from: sale, rows: {customer: customer, month: day}, values: {sales: COUNT(rows), pieces: SUM(rows.pieces)}, drill: [customer, day]}
      complaints: {from: complaint, where: grave OR least = 0, rows: {customer: about, month: since}}
      back: {from: sale.lines, rows: {customer: sale.customer, month: sale.day}, values: {returned: SUM(rows.returned)}}
    rows: [customer]
    columns: [{field: month, by: year}]
    totals: [rows, columns]
    values:
      bad: {formula: complaints / sales, type: percent}
      kept: pieces - returned
    having: sales + complaints > 1
    sort: -kept
    ---
    report: money
    sources:
      sold: {from: sale, rows: {currency: currency}, values: {sold: SUM(rows.amount)}}
      large: {from: sale, where: amount > 500, rows: {currency: currency}, values: {large: SUM(rows.amount)}}
    values: {small: sold - large}
    ---
    report: in_all
    sources:
      sales: {from: sale}
      complaints: {from: complaint}
"""
PEOPLE = ("all", "north", "seller", "blind")
NAMES = ("sales", "pieces", "complaints", "returned", "bad", "kept")


@pytest.fixture(scope="module")
def world(shared_database_url: str) -> Iterator[World]:
    """Sales and complaints of two years, blanks among them."""
    with opened(TRADE, shared_database_url) as world:
        fill(world, random.Random(11))  # noqa: S311 - dice, no secrets
        yield world


def fill(world: World, dice: random.Random) -> None:
    for name in (*PEOPLE, "none"):
        world.person(name, roles=[name])
    customers: list[Any] = [
        None,
        *(world.save("system", "customer", name=f"C{at}", region="north" if at < 2 else "south")["id"] for at in range(4)),
    ]
    for _ in range(40):
        day = date(2025, 3, 1) + timedelta(dice.randrange(500))
        lines = [{"returned": dice.choice([None, 1, 2])} for _ in range(dice.randrange(3))]
        values = {
            "currency": dice.choice(["CNY", "USD"]),
            "amount": dice.randrange(1000),
            "pieces": dice.choice([None, 5, 9]),
            "lines": lines,
        }
        world.save("system", "sale", customer=dice.choice(customers), day=day, **values)
    for _ in range(12):
        values = {"grave": dice.random() < 0.5, "since": f"2026-0{dice.randrange(1, 7)}-01T10:00"}
        world.save("system", "complaint", about=dice.choice(customers[:3]), **values)


def told(view: View, name: str, **texts: object) -> Outcome:
    report = view.metadata.reports[name]
    return compute(view, report, given_by(view, report.parameters, texts))


def by_hand(view: View, who: str, *, grave: bool) -> Mapping[object, Mapping[str, Any]]:
    """The counts per customer, from the records themselves; None for what the reader may not see."""
    found: dict[object, dict[str, Any]] = defaultdict(lambda: dict.fromkeys(NAMES[:4], 0))
    for sale in rows_of(view, "sale"):
        line = found[sale["customer"]]
        line["sales"] += 1
        line["pieces"] += 0 if who == "blind" else sale["pieces"] or 0
        line["returned"] += 0 if who == "blind" else sum(each["returned"] or 0 for each in sale["lines"])
    for complaint in rows_of(view, "complaint") if who != "seller" else ():
        if complaint["grave"] or not grave:
            found[complaint["about"]]["complaints"] += 1
    return found


def rows_of(view: View, entity: str) -> list[Mapping[str, Any]]:
    """The records as the reader may see them."""
    return [record.values for record in find(view, Query(entity, limit=200, tables=True, sort=())).records]


def figures(line: Mapping[str, Any], who: str) -> tuple[object, ...]:
    hidden = {"blind": {"pieces", "returned", "kept"}, "seller": {"complaints", "bad"}}.get(who, set())
    bad = (Decimal(line["complaints"]) / line["sales"]).quantize(Decimal("1E-20")) if line["sales"] else None
    whole = {**line, "bad": bad, "kept": line["pieces"] - line["returned"]}
    return tuple(None if name in hidden else whole[name] for name in NAMES)


def shown(line: Line) -> tuple[object, ...]:
    return tuple(figure.value for figure in line.total)


def added(lines: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return {name: sum(line[name] for line in lines) for name in NAMES[:4]}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("least", [0, 1])
def test_each_source_is_counted_as_the_reader_may_see_it(world: World, who: str, least: int) -> None:
    """report: customers"""
    with world.look(who) as view:
        outcome = told(view, "customers", least=least)
        counted = by_hand(view, who, grave=bool(least))
    stays = {key: line for key, line in counted.items() if line["sales"] + line["complaints"] > 1 and who != "seller"}
    assert {line.keys[0]: shown(line) for line in outcome.lines} == {key: figures(line, who) for key, line in stays.items()}
    assert outcome.whole is None or shown(outcome.whole) == figures(added(list(stays.values())), who)
    assert outcome.whole is not None or not stays
    ranked = [line.total[-1].value for line in outcome.lines if line.total[-1].value is not None]
    assert ranked == sorted(ranked, reverse=True)  # type: ignore[type-var]


def test_cells_of_several_sources_stand_in_one_column(world: World) -> None:
    with world.look("all") as view:
        outcome = told(view, "customers")
    assert outcome.columns == ((date(2025, 1, 1),), (date(2026, 1, 1),))
    for line in outcome.lines:
        for at in range(4):
            assert sum(cell[at].value or 0 for cell in line.cells) == line.total[at].value  # type: ignore[misc]


def test_amounts_keep_their_currency(world: World) -> None:
    """report: money"""
    with world.look("all") as view:
        outcome = told(view, "money")
        sales = rows_of(view, "sale")
    for line in outcome.lines:
        mine = [row["amount"] for row in sales if row["currency"] == line.keys[0]]
        assert [figure.value for figure in line.total] == [
            sum(mine),
            sum(each for each in mine if each > 500),
            sum(e for e in mine if e <= 500),
        ]
        assert {figure.currency for figure in line.total} == {line.keys[0]}
    assert outcome.whole is not None
    assert all(figure.mixed for figure in outcome.whole.total)


def test_the_records_behind_a_number_are_those_of_its_source(world: World) -> None:
    with world.look("all") as view:
        report, outcome = view.metadata.reports["customers"], told(view, "customers", least=1)
        for line in outcome.lines:
            token = "" if line.keys[0] is None else str(line.keys[0])
            for source, at in (("sales", 0), ("complaints", 2)):
                of = next(each for each in report.sources if each.name == source)
                behind = find(view, drilled(view, report, of, {"least": 1}, {0: token}))
                assert len(behind.records) == line.total[at].value


def test_who_may_read_one_source_may_open_the_report(world: World) -> None:
    with world.look("none") as view, pytest.raises(Forbidden):
        told(view, "customers")
    with world.look("seller") as view:
        report = view.metadata.reports["customers"]
        with pytest.raises(Forbidden):
            drilled(view, report, report.sources[1], {"least": 0}, {})
        assert may_take_away(view, report)
        assert len(explain_report(view, report, {"least": 0})) == 2
    with world.look("all") as view:
        assert not may_take_away(view, view.metadata.reports["customers"])  # complaints may be read, not exported


def test_sources_without_rows_stand_in_one_line(world: World) -> None:
    """report: in_all"""
    with world.look("all") as view:
        (line,) = told(view, "in_all").lines
        assert shown(line) == (40, 12)
        assert [measure.label["en"] for measure in view.metadata.reports["in_all"].measures] == ["Sales", "Complaints"]
