"""
app: tenders
timezone: Asia/Shanghai
roles: {buyer: {label: Buyer}, bidder: {label: Bidder}, visitor: {label: Visitor}}
---
entity: event
title: subject
fields:
  subject: {type: text, required: true}
  kind: {type: choice, of: [tender, auction], default: tender}
  closes_at: {type: datetime}
  best: {type: money, formula: MIN(bids.price)}
  bid_count: {type: integer, formula: COUNT(bids)}
access:
  buyer: {read: true, create: true, update: true}
  bidder: {read: true}
  visitor: {read: true}
---
entity: bid
title: name
fields:
  name: {type: text, required: true}
  event: {type: link, to: event, required: true, inverse: bids}
  bidder: {type: user, default: =user}
  qty: {type: integer, default: 1}
  price:
    type: money
    required: true
    sealed: {until: event.closes_at, when: 'event.kind = "tender"', except: bidder = user}
  words: {type: long_text, sealed: {until: event.closes_at, when: 'event.kind = "tender"', except: bidder = user}}
  total: {type: money, formula: 'ROUND(price * qty, 2)'}
  double: {type: money, formula: 'price * 2', keep: virtual}
  parts_total: {type: money, formula: SUM(parts.price)}
  note: {type: text}
  parts:
    type: table
    sealed: {until: event.closes_at, when: 'event.kind = "tender"', except: bidder = user}
    fields:
      part: {type: text}
      price: {type: money}
checks:
  - {require: price > 0, field: price, say: '{price} is not enough'}
access:
  buyer: {read: true, create: true, update: true, delete: true, export: true}
  bidder: {read: true, create: true, update: bidder = user}
  visitor: {read: qty > 2}
---
entity: round
title: name
fields:
  name: {type: text}
  bids: {type: links, to: bid}
  one: {type: link, to: bid}
  best: {type: money, formula: MIN(bids.price)}
  sum: {type: money, formula: 'SUM(bids.total, price > 0) / 2'}
  first: {type: money, formula: one.price}
  known: {type: money, formula: 'COALESCE(one.price, 0)'}
  bid_count: {type: integer, formula: COUNT(bids)}
  lots:
    type: table
    fields:
      bid: {type: link, to: bid}
      price: {type: money, formula: bid.price}
access:
  buyer: {read: true, create: true, update: true, export: true}
---
list: bid
columns: [name, total, qty]
totals: [total, qty]
---
report: offers
from: bid
label: Offers
rows: [name]
values:
  asked: {formula: SUM(rows.total), label: Asked}
  dear: {formula: 'COUNT(rows, price > 50)', label: Dear}
  pieces: {formula: SUM(rows.qty), label: Pieces}
chart: {kind: bar, x: name, y: [asked]}
---
report: by_price
from: bid
where: price > 50 OR qty > 0
rows: [price]
values: {count: COUNT(rows)}
---
report: by_part
from: bid.parts
values: {sum: SUM(rows.price)}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import migration, records, reports, storage
from engine.errors import Invalid
from engine.loading import check_sources, load_sources
from engine.metadata import GroupBy, SortKey
from engine.records import Query, Record
from tests.applications import START, World, sources
from tests.copies import Copies, Place

HOUR = timedelta(hours=1)
CLOSES = START + 10 * HOUR
HIDDEN = {"price", "words", "total", "double", "parts_total", "parts.part", "parts.price"}


def begun(world: World) -> None:
    """An event that closes in ten hours, with a bid of each of two bidders."""
    world.person("bea", roles=["buyer"])
    world.person("ada", roles=["admin"])
    for name in ("bob", "bill"):
        world.person(name, roles=["bidder"])
    world.person("gus", roles=["visitor"])
    world.save("bea", "event", subject="Steel", closes_at=CLOSES)
    offer(world, "bob", 100)
    offer(world, "bill", 90)


@pytest.fixture(scope="module")
def tenders() -> Iterator[Copies]:
    with Copies(str(__doc__), begun) as copies:
        yield copies


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return tmp_path if request.param == "sqlite" else str(request.getfixturevalue("postgresql_server_url"))


@pytest.fixture
def world(tenders: Copies, place: Place) -> Iterator[World]:
    with tenders.open(place) as found:
        yield found


def offer(world: World, who: str, price: int, **more: object) -> int:
    parts = [{"part": f"bolt of {who}", "price": price - 1}, {"part": "nut", "price": 1}]
    values = {"name": who, "event": 1, "price": price, "qty": 2, "words": f"secret of {who}", "parts": parts, **more}
    row = world.save(who, "bid", **values)
    return int(str(row["id"]))


def seen(world: World, who: str, number: int = 1) -> Record:
    with world.look(who) as view:
        return records.load(view, "bid", number)


def move(world: World, at: datetime) -> None:
    world.app.jobs.run_due(at)


def test_before_the_time_only_the_excepted_read_and_nobody_computes_with_it(world: World) -> None:
    own = seen(world, "bob")
    assert (own.values["price"], own.values["total"], own.values["double"], own.values["parts_total"]) == (100, 200, 200, 100)
    assert [row["part"] for row in own.values["parts"]] == ["bolt of bob", "nut"]  # type: ignore[attr-defined]
    assert own.sealed == {}
    for who in ("bea", "ada", "bill"):
        theirs = seen(world, who)
        assert HIDDEN & theirs.values.keys() == set()
        assert theirs.sealed == dict.fromkeys(HIDDEN, CLOSES)
        assert "parts" not in theirs.values
        assert world.find(who, "bid", "price > 0") == []
        assert world.find(who, "bid", "parts_total > 0") == []
    with world.look("bea") as view:
        event = records.load(view, "event", 1)
    assert (event.values["best"], event.values["bid_count"]) == (None, 2)


def test_nothing_of_it_lies_in_the_database(world: World) -> None:
    world.save("bob", "bid", 1, price=987654, words="another secret")
    world.delete("bea", "bid", 2)
    with world.app.database.read() as connection:
        for name in sa.inspect(connection).get_table_names():
            if not name.startswith("loom_search"):
                rows = connection.execute(sa.text(f'SELECT * FROM "{name}"')).mappings().all()
                told = repr([{key: value for key, value in row.items() if key not in ("sealed_values", "blob")} for row in rows])
                for secret in ("secret", "bolt", "987654", "1975308"):
                    assert secret not in told or name == "loom_revision", (name, secret, told)
    with world.look("ada") as view:
        assert records.search(view, "secret") == []


def test_when_the_time_has_come_it_is_open_to_whom_access_says(world: World) -> None:
    move(world, CLOSES - HOUR)
    assert seen(world, "bea").sealed
    move(world, CLOSES)
    theirs = seen(world, "bea")
    assert (theirs.values["price"], theirs.values["total"], theirs.values["double"], theirs.sealed) == (100, 200, 200, {})
    assert theirs.values["parts"][0]["part"] == "bolt of bob"  # type: ignore[index]
    assert world.find("bea", "bid", "price < 95") == [2]
    assert world.find("bea", "bid", sort=(SortKey("price"),)) == [2, 1]
    with world.look("bea") as view:
        assert records.load(view, "event", 1).values["best"] == 90
        assert [hit.records[0].id for hit in records.search(view, "secret of bill")] == [2]
        changes = records.activity(view, view.metadata.entities["bid"], theirs)
    assert changes[0].cause == "unseal"
    assert {each.field.name for each in changes[0].differences} >= {"price", "total", "parts"}
    with world.app.database.read() as connection:
        assert list(storage.verify(connection, world.ground.audit_key)) == []


def test_what_others_compute_is_blank_until_all_of_it_is_open(world: World) -> None:
    """Of two bids one is open, by another closing: neither the best nor the sum of one of them is told."""

    def said(who: str, *entities: str) -> list[set[str]]:
        with world.look(who) as view:
            return [set(records.load(view, entity, 1).sealed) for entity in entities]

    assert said("gus", "event") == [set()], "of bids that somebody does not see they are not told that there are some"
    world.save("bob", "bid", 1, qty=3)
    assert said("gus", "event") == [{"best"}]
    world.save("bob", "bid", 1, qty=2)
    world.save("bea", "round", name="Both", bids=[1, 2], one=1, lots=[{"bid": 1}, {"bid": 2}, {}])
    world.save("bea", "event", subject="Copper", closes_at=CLOSES + 2 * HOUR)
    world.save("bob", "bid", 1, event=2)

    def told(entity: str) -> list[object]:
        with world.look("bea") as view:
            found = records.load(view, entity, 1).values
        return [found.get(name) for name in ("best", "sum", "first", "known", "bid_count")]

    sealed = [None, None, None, None]
    assert told("round") == [*sealed, 2]
    assert said("bea", "event", "round") == [{"best"}, {"best", "sum", "first", "known", "lots.price"}]
    move(world, CLOSES)
    assert seen(world, "bea", 2).values["price"] == 90
    assert (told("event")[0], told("round")) == (90, [*sealed, 2])
    assert said("bea", "event", "round") == [set(), {"best", "sum", "first", "known", "lots.price"}], "a cell of a row that is sealed still"
    move(world, CLOSES + 2 * HOUR)
    assert told("round") == [90, 190, 100, 100, 2]
    assert said("bea", "event", "round") == [set(), set()]


def test_it_may_only_be_put_off(world: World) -> None:
    world.save("bea", "event", 1, closes_at=CLOSES - 5 * HOUR)
    move(world, CLOSES - 4 * HOUR)
    assert seen(world, "bea").sealed, "not earlier than what was said when it was entered"
    world.save("bea", "event", 1, closes_at=CLOSES + 5 * HOUR)
    move(world, CLOSES + HOUR)
    assert seen(world, "bea").sealed
    world.save("bea", "event", 1, closes_at=None)
    move(world, CLOSES + 9 * HOUR)
    assert seen(world, "bea").sealed, "a time that is not known has not come"
    world.save("bea", "event", 1, closes_at=CLOSES)
    move(world, CLOSES + 9 * HOUR)
    assert not seen(world, "bea").sealed


def test_a_time_that_becomes_known_later_counts(world: World) -> None:
    world.save("bea", "event", subject="Copper")
    number = offer(world, "bob", 50, event=2)
    assert seen(world, "bill", number).sealed["price"] is None
    world.save("bea", "event", 2, closes_at=CLOSES)
    move(world, CLOSES)
    assert seen(world, "bill", number).values["price"] == 50


def test_others_change_the_rest_and_the_sealed_stays(world: World) -> None:
    world.save("bea", "bid", 1, note="complete", qty=3)
    for name in ("price", "words"):
        with pytest.raises(Invalid) as refused:
            world.save("bea", "bid", 1, **{name: "1"})
        assert [(problem.path, problem.code) for problem in refused.value.problems] == [(name, "sealed")]
    own = seen(world, "bob")
    assert (own.values["price"], own.values["note"], own.values["qty"]) == (100, "complete", 3)
    move(world, CLOSES)
    assert seen(world, "bea").values["total"] == 300, "what was computed from it follows when it is opened"


def test_whose_values_are_never_sealed(world: World) -> None:
    world.save("bea", "event", subject="Scrap", kind="auction", closes_at=CLOSES)
    number = offer(world, "bill", 7, event=2)
    assert seen(world, "bob", number).values["price"] == 7
    assert world.find("bea", "bid", "price = 7") == [number]


def test_the_owner_reads_and_changes_their_own(world: World) -> None:
    with pytest.raises(Invalid, match="not enough"):
        world.save("bob", "bid", 1, price=-1)
    world.clock.move_to(START + HOUR)
    world.save("bob", "bid", 1, price=80, parts=[{"part": "screw", "price": 80}])
    assert seen(world, "bob").values["total"] == 160
    with world.look("bob") as view:
        before = records.past(view, "bid", 1, START)
        assert before.record.values["price"] == 100
    with world.look("bea") as view:
        assert HIDDEN & records.past(view, "bid", 1, START).record.values.keys() == set()


PRICE = "  price:\n    type: money\n    required: true\n    sealed"
CHANGES = {
    "renamed": (PRICE, PRICE.replace("price:\n", "offer:\n    was: price\n")),
    "another type": (PRICE, PRICE.replace("money", "decimal")),
    "not sealed": (", sealed: {until: event.closes_at, when: 'event.kind = \"tender\"', except: bidder = user}}\n  total", "}\n  total"),
}


def test_a_field_with_sealed_values_stays_as_it_is_until_they_are_open(world: World) -> None:
    def blocked(change: str) -> list[str]:
        old, new = CHANGES[change]
        text = str(__doc__).split("---\nlist: bid")[0]
        assert old in text
        text = text.replace(old, new, 1)
        if change == "renamed":
            for told in ("bids.price", "price *", "price > 0", "{price}", "field: price", "one.price", "bid.price"):
                text = text.replace(told, told.replace("price", "offer"))
        written = sources(text)
        with world.app.database.read() as connection:
            return [str(step.message) for step in migration.plan(connection, written, load_sources(written)).blocked]

    words = "field bid.{} holds sealed values of 2 records. Change or remove it when they are open."
    told = {change: words.format("words" if change == "not sealed" else "price") for change in CHANGES}
    assert {change: blocked(change) for change in CHANGES} == {change: [each] for change, each in told.items()}
    move(world, CLOSES)
    assert not set(told.values()) & {each for change in CHANGES for each in blocked(change)}


@pytest.mark.parametrize("change", [0, 30, -5])
def test_a_changed_byte_opens_nothing(world: World, change: int) -> None:
    table = world.app.serving.current().tables.table("bid")
    with world.app.database.write() as connection:
        kept = connection.execute(sa.select(table.c.sealed_values).where(table.c.id == 1)).scalar_one()
        until, token = kept["price"]
        token = token[:change] + ("A" if token[change] != "A" else "B") + token[change:][1:]
        connection.execute(sa.update(table).where(table.c.id == 1).values(sealed_values={**kept, "price": [until, token]}))
    assert "price" not in seen(world, "bob").values
    move(world, CLOSES)
    assert "price" not in seen(world, "bea").values
    assert seen(world, "bea", 2).values["price"] == 90


def test_the_envelope_of_one_record_does_not_open_in_another(world: World) -> None:
    world.clock.move_to(START + HOUR)
    number = offer(world, "bob", 1)
    table = world.app.serving.current().tables.table("bid")
    with world.app.database.write() as connection:
        theirs = connection.execute(sa.select(table.c.sealed_values).where(table.c.id == 2)).scalar_one()
        connection.execute(sa.update(table).where(table.c.id == number).values(sealed_values=theirs))
    assert "price" not in seen(world, "bob", number).values


def test_no_byte_of_an_answer_depends_on_what_is_sealed(tenders: Copies, place: Place) -> None:
    """Applications that differ in sealed values only answer a buyer, an administrator and the other bidder alike."""
    told = []
    for price, text in ((100, "a"), (99999, "a much longer text that says more")):
        with tenders.open(place) as world:
            number = offer(world, "bob", price, words=text, parts=[{"part": text, "price": price}])
            told.append([answers(world, who, number) for who in ("bea", "ada", "bill")])
    assert told[0] == told[1]


def answers(world: World, who: str, number: int) -> str:
    with world.look(who) as view:
        entity = view.metadata.entities["bid"]
        record = records.load(view, "bid", number)._replace(titles={})
        asked: list[object] = [record, records.activity(view, entity, record), records.past(view, "bid", number, START).record]
        queries = [Query("bid", words="text"), Query("bid", search="a"), Query("bid", sort=(SortKey("price"),)), Query("bid", at=START)]
        queries += [Query("bid", typed=(typed,)) for typed in ("price > 1000", "total > 1000", "parts_total > 1000")]
        asked += [records.find(view, query) for query in queries]
        asked.append(records.groups(view, Query("bid"), None, ["price", "total"]))
        asked.append(records.load(view, "event", 1))
    return repr(asked)


MISTAKES: Mapping[str, tuple[str, str]] = {
    "S222 title": ("title: name\nfields:\n  name", "title: words\nfields:\n  name"),
    "S222 unique": (
        "qty: {type: integer",
        "code: {type: text, unique: true, sealed: {until: event.closes_at, except: bidder = user}}\n  qty: {type: integer",
    ),
    "S222 blank": (
        "qty: {type: integer",
        "num: {type: integer, blank: zero, sealed: {until: event.closes_at, except: bidder = user}}\n  qty: {type: integer",
    ),
    "S229": ("first: {type: money, formula: one.price}", "first: {type: money, keep: virtual, formula: one.price}"),
    "S223 own": ("      price: {type: money}", '      price: {type: money, sealed: {until: bid.event.closes_at, except: part = "x"}}'),
    "S223 circle": ("except: bidder = user}\n  words", 'except: bidder = user AND words = "x"}\n  words'),
    "FX": (
        "sealed: {until: event.closes_at, when: 'event.kind = \"tender\"', except: bidder = user}\n  words",
        "sealed: {until: event.subject, except: bidder = user}\n  words",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes(mistake: str) -> None:
    old, new = MISTAKES[mistake]
    text = str(__doc__)
    assert old in text
    codes = {issue.code for issue in check_sources(sources(text.replace(old, new, 1))).issues}
    assert any(code.startswith(mistake.split(maxsplit=1)[0]) for code in codes), codes


def test_what_is_asked_of_sealed_values_says_how_many_are(world: World) -> None:
    """They count as blank for whoever asks, also for their own bidder; how many there are is no secret, which they are is."""

    def told(who: str, *typed: str, **more: object) -> tuple[list[str], int] | None:
        with world.look(who) as view:
            found = records.sealed_among(view, Query("bid", typed=typed, **more))  # type: ignore[arg-type]
        return None if found is None else ([field.name for field in found.fields], found.records)

    offer(world, "bob", 70, words=None, parts=[])
    assert [
        told("bea"), told("bea", "name = null"), told("bea", "price > 5"), told("bob", "price > 5", "words = null"),
        told("ada", "double = 3"), told("bea", sort=(SortKey("total"),)), told("bea", by=GroupBy("words")),
        told("bea", "parts_total > 1"), told("bea", "event.best > 1"),
    ] == [
        None, None, (["price"], 3), (["price", "words"], 3),
        (["price"], 3), (["total"], 3), (["words"], 2), (["parts_total"], 3), None,
    ]  # fmt: skip
    with world.look("bea") as view:
        whole = records.groups(view, Query("bid"), None, ("total", "qty"))
        by_name = records.groups(view, Query("bid"), GroupBy("name"), ("total",))
    assert [(group.sums, group.sealed) for group in whole.groups] == [({"total": None, "qty": 6}, {"total": 3})]
    assert [(group.value, group.sealed) for group in by_name.groups] == [("bill", {"total": 1}), ("bob", {"total": 2})]
    move(world, CLOSES)
    assert told("bea", "price > 5") is None
    with world.look("bea") as view:
        assert [group.sealed for group in records.groups(view, Query("bid"), None, ("total",)).groups] == [{}]


def test_figures_of_reports_say_how_many_sealed_values_they_lack(world: World) -> None:
    def told(name: str, who: str = "bea") -> reports.Outcome:
        with world.look(who) as view:
            return reports.compute(view, view.metadata.reports[name], {})

    def figures(outcome: reports.Outcome) -> list[tuple[object, list[tuple[object, int]]]]:
        return [(line.keys, [(figure.value, figure.sealed) for figure in line.total]) for line in outcome.lines]

    offer(world, "bob", 70)
    offers = told("offers")
    assert figures(offers) == [(("bill",), [(0, 1), (0, 1), (2, 0)]), (("bob",), [(0, 2), (0, 2), (4, 0)])]
    assert offers.whole is not None
    assert [figure.sealed for figure in offers.whole.total] == [3, 3, 0]
    assert offers.sealed is None, "nothing is put together by sealed values"
    prices = told("by_price")
    assert figures(prices) == [((None,), [(3, 0)])]
    assert prices.sealed is not None
    assert ([field.name for field in prices.sealed.fields], prices.sealed.records) == (["price"], 3)
    assert figures(told("by_part")) == [((), [(0, 6)])]
    move(world, CLOSES)
    assert [figure.sealed for line in told("offers").lines for figure in line.total] == [0] * 6
    assert told("by_price").sealed is None


def test_of_a_hidden_field_it_is_not_even_told_that_it_is_sealed(tmp_path: Path) -> None:
    own = "  bidder: {read: true, create: true, update: bidder = user}"
    text = str(__doc__).replace("visitor: {label: Visitor}}", "visitor: {label: Visitor}, guest: {label: Guest}}")
    with (
        Copies(text.replace(own, f"{own}\n  guest: {{read: true, hide: [words, parts.part]}}"), begun) as copies,
        copies.open(tmp_path) as world,
    ):
        world.person("gil", roles=["guest"])
        told = seen(world, "gil").sealed.keys()
        assert not {"words", "parts.part"} & told
        assert {"price", "parts.price"} <= told
        with world.look("gil") as view:
            found = records.sealed_among(view, Query("bid", typed=("price > 1",)))
            assert found is not None
            assert found.records == 2
            assert records.sealed_among(view, Query("bid", typed=("words = null",))) is None
