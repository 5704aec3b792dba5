"""Fields of another type on an application with records: what converts, what does not, and an apply that is cut short anywhere."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from engine import migration, records, storage
from engine.access import SYSTEM
from engine.errors import Invalid, Refusal
from engine.loading import Sources, load_sources
from engine.metadata import Metadata
from engine.migration import Plan
from tests.applications import START, World, opened, sources

THING = """\
app: shop
languages: [en, zh]
timezone: Asia/Shanghai
roles: {{buyer: {{label: Buyer}}}}
---
choices: size
values: {{s: {{label: {{en: Small, zh: 小}}}}, m: {{label: Medium}}, l: {{label: Large}}}}
---
entity: maker
fields: {{code: {{type: text, unique: true}}, name: {{type: text}}}}
access: {{buyer: {{read: true}}}}
---
entity: thing
fields:
  name: {{type: text}}
  it: {it}
  lines: {{type: table, fields: {{cell: {cell}}}}}
access: {{buyer: {{read: true}}}}
"""


def text(it: str = "{type: text}", cell: str = "{type: text}") -> str:
    return THING.format(it=it, cell=cell)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(text(), database_url) as found:
        yield found


@cache
def loaded(definition: str) -> tuple[Sources, Metadata]:
    written = sources(definition)
    return written, load_sources(written)


def planned(world: World, definition: str) -> Plan:
    with world.app.database.read() as connection:
        return migration.plan(connection, *loaded(definition))


class Cut(Exception):
    """The apply is cut short here."""


def apply(world: World, definition: str, cut_after: int | None = None) -> Plan:
    done = []

    def told(what: str) -> None:
        done.append(what)
        if cut_after == len(done):
            raise Cut

    found = migration.apply(world.app.database, *loaded(definition), "Li Na", START, told=told)
    world.app.serving.reload()
    return found


def tidy(world: World) -> None:
    """Let the workers do what an apply leaves to them."""
    world.app.jobs.run_due(START + timedelta(minutes=1))


def value(world: World, number: int, name: str = "it") -> Any:
    with world.look("system") as view:
        return records.fetch(view, "thing", number)[name]


WAYS = [
    ("{type: text}", " 1,250.50 ", "{type: decimal}", Decimal("1250.50")),
    ("{type: text}", "2026-03-02", "{type: date}", date(2026, 3, 2)),
    ("{type: text}", "是", "{type: boolean}", True),
    ("{type: text}", "small", "{type: choice, of: size}", "s"),
    ("{type: text}", "小、Large", "{type: multi_choice, of: size}", ("s", "l")),
    ("{type: text}", "A7", "{type: link, to: maker}", 1),
    ("{type: text}", "a < b", "{type: rich_text}", "<p>a &lt; b</p>"),
    ("{type: decimal}", Decimal("2.50"), "{type: text}", "2.50"),
    ("{type: decimal}", Decimal("2.50"), "{type: decimal, digits: 4}", Decimal("2.5000")),
    ("{type: decimal}", Decimal("2.00"), "{type: integer}", Decimal(2)),
    ("{type: integer}", 3, "{type: duration, unit: hours}", timedelta(hours=3)),
    ("{type: boolean}", True, "{type: integer}", Decimal(1)),
    ("{type: date}", date(2026, 3, 2), "{type: datetime}", datetime(2026, 3, 1, 16, tzinfo=UTC)),
    ("{type: datetime}", datetime(2026, 3, 1, 16, tzinfo=UTC), "{type: date}", date(2026, 3, 2)),
    ("{type: choice, of: size}", "m", "{type: multi_choice, of: size}", ("m",)),
    ("{type: multi_choice, of: size}", ("m",), "{type: choice, of: size}", "m"),
    ("{type: choice, of: size}", "m", "{type: text}", "m"),
]


def every(which: int) -> str:
    """All ways at once: a field, and a cell of the rows, for each of them, of the type before or after."""
    fields = [f"w{number}: {way[which]}" for number, way in enumerate(WAYS)]
    joined = ", ".join(fields)
    whole = text().replace("  it: {type: text}\n", "".join(f"  {field}\n" for field in fields))
    return whole.replace("fields: {cell: {type: text}}", f"fields: {{{joined}}}")


def test_values_are_converted_with_their_history(database_url: str) -> None:
    """Every way, on the record, on a row of it, and on what they were before."""
    before, after = ({f"w{number}": way[which] for number, way in enumerate(WAYS)} for which in (1, 3))
    with opened(every(0), database_url) as world:
        world.save("system", "maker", code="A7")
        number: int = world.save("system", "thing", lines=[before], **before)["id"]  # type: ignore[assignment]
        bare: int = world.save("system", "thing", name="first", **before)["id"]  # type: ignore[assignment]
        world.save("system", "thing", bare, name="second", **dict.fromkeys(before))
        found = apply(world, every(2))
        assert [(step.kind, step.blocked) for step in found.steps if step.kind == "column"] == [("column", False)] * 2 * len(WAYS)
        assert {name: value(world, number, name) for name in after} == after
        (row,) = value(world, number, "lines")
        assert {name: row[name] for name in after} == after
        assert {name: value(world, bare, name) for name in after} == dict.fromkeys(after)
        tidy(world)
        with world.look("system") as view:
            (earlier,) = storage.history(view.connection, view.tables, "thing", bare)
        assert {name: earlier[name] for name in after} == after
        assert apply(world, every(2)).nothing


MISFITS = [
    ("{type: text}", "7", "seven", "{type: integer}", "Please enter a whole number, such as 1250."),
    ("{type: decimal}", "7.00", "7.25", "{type: integer}", "Please enter a whole number, such as 1250."),
    ("{type: text}", "s", "huge", "{type: choice, of: size}", "There is no such choice: huge."),
    ("{type: text}", "A7", "B7", "{type: link, to: maker}", "There is no record with this key: B7."),
    ("{type: text}", "a@b.example", "a at b", "{type: email}", "Please enter an e-mail address, such as name@example.com."),
]


def misfits(which: int) -> str:
    """A field for each of them, of the type before or after."""
    return text().replace("  it: {type: text}\n", "".join(f"  w{n}: {way[which]}\n" for n, way in enumerate(MISFITS)))


def test_what_does_not_convert_is_listed_and_nothing_happens(database_url: str) -> None:
    good, bad = ({f"w{n}": way[which] for n, way in enumerate(MISFITS)} for which in (1, 2))
    with opened(misfits(0), database_url) as world:
        world.save("system", "maker", code="A7")
        world.save("system", "thing", **good)
        number = world.save("system", "thing", **bad)["id"]
        with pytest.raises(Refusal, match="do not fit"):
            apply(world, misfits(3))
        steps = {step.subject: step for step in planned(world, misfits(3)).blocked}
        assert {subject: (step.rows, [str(one) for one in step.examples]) for subject, step in steps.items()} == {
            f"field:thing.w{n}": (1, [f"“{way[2]}” in record {number}: {way[4]}"]) for n, way in enumerate(MISFITS)
        }
        assert planned(world, misfits(0)).nothing


def test_narrower_limits_are_told_and_another_currency_is_refused(world: World) -> None:
    apply(world, text("{type: money, currency: CNY}", "{type: text}"))
    number = world.save("system", "thing", it=5, name="a long name")["id"]
    (step,) = planned(world, text("{type: money, currency: USD}")).blocked
    assert "would be in USD instead of CNY, but 1 record has an amount in CNY" in str(step.message)
    shorter = text("{type: money, currency: CNY}").replace("name: {type: text}\n  it", "name: {type: text, max: 5}\n  it")
    (step,) = apply(world, shorter).steps
    assert (step.kind, step.rows, step.blocked) == ("values", 1, False)
    assert [str(one) for one in step.examples] == [f"“a long name” in record {number}: At most 5 characters are possible here."]


def test_an_apply_that_is_cut_short_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After every part that an apply reports, the process is gone; meanwhile people change what was carried already."""
    monkeypatch.setattr("engine.storage.carrying.BATCH", 2)
    number = [world.save("system", "thing", it=str(n), lines=[{"cell": str(n)}])["id"] for n in range(5)]
    wanted = text("{type: integer}", "{type: integer}")
    cuts = 0
    while True:
        try:
            apply(world, wanted, cuts + 1)
        except Cut:
            cuts += 1
            world.app.serving.reload()
            if world.app.serving.current().number > 1:
                break
            world.save("system", "thing", number[cuts % 5], it=str(100 + cuts), lines=[{"cell": str(200 + cuts)}])  # type: ignore[arg-type]
        else:
            break
    assert cuts > 5
    world.app.serving.reload()
    assert apply(world, wanted).nothing
    assert world.metadata.identity.column("thing", "it") == "it_2"
    changed = {number[cut % 5]: cut for cut in range(1, cuts)}
    for n, each in enumerate(number):
        cut = changed.get(each)
        assert value(world, each) == (n if cut is None else 100 + cut)  # type: ignore[arg-type]
        assert value(world, each, "lines")[0]["cell"] == (n if cut is None else 200 + cut)  # type: ignore[arg-type]


def test_an_apply_that_is_given_up_leaves_no_trace_in_the_data(world: World) -> None:
    number: int = world.save("system", "thing", it="7")["id"]  # type: ignore[assignment]
    with pytest.raises(Cut):
        apply(world, text("{type: integer}"), 1)
    assert apply(world, text("{type: decimal}")).number == 2
    world.save("system", "thing", number, it="7.5")
    assert value(world, number) == Decimal("7.5")
    assert apply(world, text("{type: decimal}")).nothing


def test_what_is_written_meanwhile_and_does_not_fit_refuses_the_switch(world: World) -> None:
    number: int = world.save("system", "thing", it="7")["id"]  # type: ignore[assignment]
    with pytest.raises(Cut):
        apply(world, text("{type: integer}"), 1)
    world.save("system", "thing", number, it="seven")
    with pytest.raises(Refusal, match="do not fit"):
        apply(world, text("{type: integer}"))
    assert value(world, number) == "seven"
    assert world.app.run(SYSTEM, lambda uow: uow.metadata.number) == 1


def test_the_case_of_letters_may_begin_and_cease_to_count(world: World) -> None:
    """Texts that are there twice then are in the way; formulas that compare them are computed anew; keys are held by another index."""
    exact = text("{type: text, unique: true}").replace("  lines:", "  same: {type: boolean, formula: 'it = \"acme\"'}\n  lines:")
    loose = exact.replace("unique: true}\n  same", "unique: true, compare: ignore_case}\n  same")
    apply(world, exact)
    first, second = (int(str(world.save("system", "thing", it=each)["id"])) for each in ("ACME", "Acme"))
    twice = planned(world, loose)
    assert [(step.kind, step.blocked) for step in twice.steps if step.kind in ("compare", "index")][:2] == [
        ("compare", False),
        ("index", True),
    ]
    world.save("system", "thing", second, it="beta")
    apply(world, loose)
    tidy(world)
    assert world.find("system", "thing", "same") == [first]
    with pytest.raises(Invalid):
        world.save("system", "thing", it="acme")
    back = apply(world, exact)
    assert [str(step.message) for step in back.steps if step.kind == "compare"] == ["field thing.it: the case of letters counts."]
    tidy(world)
    assert world.find("system", "thing", "same") == []
    world.save("system", "thing", it="acme")
