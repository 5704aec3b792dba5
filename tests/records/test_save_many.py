"""Records that are saved many at a time become what they would have become one after the other, or are refused for the same reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine import records, storage
from engine.access import Actor
from engine.errors import Invalid, ObjectloomError
from engine.metadata import stands_apart
from engine.records import NewRows, Wish, save, save_many
from engine.storage.search.index import search_rows
from engine.unit_of_work import UnitOfWork
from tests.applications import World, opened
from tests.databases import postgresql_database

YAML = """
app: trade
languages: [en]
currency: CNY
timezone: Asia/Shanghai
roles:
  buyer: {label: Buyer}
  trainee: {label: Trainee}
---
entity: supplier
title: name
fields:
  name: {type: text, unique: true}
  open: {type: boolean, default: true}
  keeper: {type: user}
  count: {type: integer, formula: COUNT(orders)}
  spent: {type: money, formula: SUM(orders.total)}
  urgent: {type: integer, formula: 'COUNT(orders, rush)', keep: deferred}
access:
  buyer: {read: open or keeper = user}
  trainee: {read: keeper = user}
---
entity: product
title: name
fields:
  name: {type: text, unique: true}
  price: {type: money}
access: {buyer: {read: true}, trainee: {read: true}}
---
entity: order
title: number
number: {pattern: 'O-{YYYY}-{000}', at: create}
fields:
  area: {type: choice, of: [north, south], default: north}
  code: {type: text, unique: true, max: 4}
  note: {type: long_text}
  plan: {type: file}
  due: {type: date, readonly: rush}
  rush: {type: boolean, default: '=COUNT(lines) > 2'}
  supplier: {type: link, to: supplier, inverse: orders, required: true, where: supplier.open}
  helpers: {type: links, to: user}
  lines:
    type: table
    max: 4
    fields:
      product: {type: link, to: product, required: true, fill: {price: =product.price}}
      qty: {type: decimal, digits: 1, default: 1, min: 0}
      price: {type: money}
      amount: {type: money, formula: 'ROUND(qty * price, 2)'}
  total: {type: money, formula: SUM(lines.amount)}
  owner: {type: text, formula: supplier.name, discloses: true}
  fulfilled: {type: integer, formula: COUNT(receipts)}
checks:
  - {require: 'total < 1000', say: Too much, field: total}
  - {require: 'total < 500', say: A lot, level: warn}
access:
  buyer: {read: true, create: true, update: true}
  trainee: {read: true, create: total < 100, hide: [note]}
---
entity: receipt
fields:
  order: {type: link, to: order, inverse: receipts}
access: {buyer: {read: true}}
---
lifecycle: order
for: order
states: {draft: {}, sent: {final: true}}
actions: {send: {from: draft, to: sent, label: Send, who: role:buyer}}
---
automation: rushed
for: order
trigger: created
when: rush
do:
  - set: {note: =note & "!"}
---
entity: limited
fields:
  supplier: {type: link, to: supplier, inverse: limits}
checks:
  - {require: 'COUNT(supplier.limits) < 3', say: Three at most}
access: {buyer: {read: true, create: true}}
"""
lines = st.lists(
    st.fixed_dictionaries(
        {"product": st.sampled_from([1, 2, 2, 9])},
        optional={"qty": st.sampled_from(["1", "2.5", "-1", "x", None, 1, Decimal(1), True]), "price": st.just("7")},
    ),
    max_size=5,
)
orders = st.fixed_dictionaries(
    {"supplier": st.sampled_from([1, 1, 1, 2, 3, None])},
    optional={
        "code": st.sampled_from(["a", "b", "c", "d", "e", "too long"]),
        "note": st.sampled_from(["some words", "锅炉", None]),
        "area": st.sampled_from(["south", "west"]),
        "due": st.sampled_from(["2026-04-01", date(2026, 4, 1)]),
        "helpers": st.just([1, 2]),
        "total": st.just("3"),
        "lines": lines,
    },
)
good_orders = st.fixed_dictionaries(
    {
        "supplier": st.sampled_from([1, 2]),
        "lines": st.lists(st.fixed_dictionaries({"product": st.sampled_from([1, 2]), "qty": st.integers(0, 9)}), max_size=4),
    },
    optional={"note": st.just("some words"), "area": st.just("south"), "helpers": st.just([1, 2])},
)
Values = Mapping[str, object]
TABLES = ("order", "order.lines", "order.helpers", "supplier", "limited")


class _Undone(Exception):
    pass


@dataclass(frozen=True)
class Outcome:
    """What became of the wishes: problems, or everything that lies in the database."""

    wrong: list[object]
    stored: object


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with _opened(request, tmp_path_factory.mktemp("many")) as found:
        for name, role in (("bea", "buyer"), ("tom", "trainee")):
            found.person(name, roles=[role])
        suppliers: dict[str, dict[str, object]] = {"North": {}, "South": {"keeper": found.people["tom"]}, "Closed": {"open": False}}
        for name, values in suppliers.items():
            found.save("system", "supplier", name=name, **values)
        for name, price in (("Pan", 30), ("Pot", 120)):
            found.save("system", "product", name=name, price=price)
        found.save("bea", "order", supplier=1, code="e")
        yield found


@contextmanager
def _opened(request: pytest.FixtureRequest, folder: Path) -> Iterator[World]:
    if request.param == "sqlite":
        with opened(YAML, f"sqlite:///{folder / 'many.db'}") as world:
            yield world
        return
    with postgresql_database(request.getfixturevalue("postgresql_server_url")) as url, opened(YAML, url) as world:
        yield world


def one_by_one(uow: UnitOfWork, entity: str, wishes: Sequence[Wish]) -> list[records.Row | ObjectloomError]:
    found: list[records.Row | ObjectloomError] = []
    for wish in wishes:
        try:
            with storage.attempt(uow.connection):
                found.append(save(uow, entity, wish.number, wish.values, wish.version))
        except ObjectloomError as error:
            found.append(error)
    return found


def outcome(world: World, actor: Actor, work: Callable[..., list[Any]], entity: str, values: Sequence[Values]) -> Outcome:
    """What saving these does, undone again."""
    found: list[Outcome] = []

    def once(uow: UnitOfWork) -> None:
        before = _last(uow)
        results = work(uow, entity, [Wish(None, each) for each in values])
        wrong = [_problems(result) for result in results]
        if not any(wrong):
            uow.finish()
        found.append(Outcome(wrong, None if any(wrong) else _stored(uow, before)))
        raise _Undone

    with pytest.raises(_Undone):
        world.app.run(actor, once)
    return found[0]


def _problems(result: object) -> object:
    if isinstance(result, Invalid):
        return [(problem.path, problem.code, str(problem.message)) for problem in result.problems]
    return (type(result).__name__, str(result)) if isinstance(result, ObjectloomError) else None


def _last(uow: UnitOfWork) -> dict[str, int]:
    """The last ids that were given before; on PostgreSQL what was undone has taken some."""
    return {name: uow.connection.execute(sa.select(sa.func.max(uow.tables.table(name).c.id))).scalar() or 0 for name in TABLES}


def _stored(uow: UnitOfWork, before: Mapping[str, int]) -> object:
    """Every row, its words and its history, with ids as places among those of now; and of the audit what the entries say."""
    found: dict[str, object] = {"numbers": storage.counted(uow.connection, "number:"), "warnings": sorted(map(str, uow.warnings))}
    places: dict[tuple[str, int], int] = {}
    for name in TABLES:
        table = uow.tables.table(name)
        rows = uow.connection.execute(sa.select(table).where(table.c.id > (0 if name == "supplier" else before[name])).order_by(table.c.id))
        mappings = [dict(row) for row in rows.mappings()]
        places |= {(name, row["id"]): place for place, row in enumerate(mappings)}
        owner = name.partition(".")[0]
        found[name] = [
            {k: places[owner, v] if k == "document_id" else v for k, v in row.items() if k != "id" and not _moving(name, k)}
            for row in mappings
        ]
    number = uow.metadata.identity.number("entity:order")
    assert number is not None
    fresh = sorted(record for name, record in places if name == "order")
    found["words"] = [sorted(words) for entity, record, words in search_rows(uow.connection) if entity == number and record in fresh]  # type: ignore[call-overload]
    entries = [storage.entries(uow.connection, number, record) for record in fresh]
    found["audit"] = [[(e.action, e.cause, e.actor_name, _without_ids(e.changes)) for e in each] for each in entries]
    found["history"] = [len(storage.history(uow.connection, uow.tables, "order", record)) for record in fresh]
    found["stale"] = sorted(uow.deferred)
    return found


def _moving(name: str, column: str) -> bool:
    """What one computation for all leaves out of a supplier: when it was the last time."""
    return name == "supplier" and column in ("current_from", "version")


def _without_ids(changes: Mapping[str, tuple[object, object]]) -> object:
    def bare(value: object) -> object:
        return (
            [{k: v for k, v in each.items() if k != "id"} if isinstance(each, dict) else each for each in value]
            if isinstance(value, list)
            else value
        )

    return {name: (bare(old), bare(new)) for name, (old, new) in changes.items()}


def agree(world: World, who: str, entity: str, values: Sequence[Values], work: Callable[..., list[Any]] = save_many) -> Outcome:
    actor = world.actor(who)
    alone = outcome(world, actor, one_by_one, entity, values)
    together = outcome(world, actor, work, entity, values)
    assert together.wrong == alone.wrong
    assert together.stored == alone.stored
    return together


@settings(
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    max_examples=max(8, settings().max_examples // 4),
    deadline=None,
)
@given(
    st.sampled_from(["bea", "bea", "tom", "system"]),
    st.one_of(st.lists(orders, min_size=2, max_size=5), st.lists(good_orders, min_size=2, max_size=5)),
)
def test_many_are_saved_as_one_after_the_other(world: World, who: str, wishes: list[Values]) -> None:
    assert len(agree(world, who, "order", wishes).wrong) == len(wishes)


cells = {"product": st.sampled_from([1, 2, 2, 9]), "qty": st.sampled_from(["1", "2.5", "-1", "x", 1, None]), "color": st.just("red")}
names = st.sampled_from([("product",), ("qty", "product"), ("qty", "product"), ("product", "color")])
tables = names.flatmap(
    lambda some: st.lists(st.lists(st.tuples(*(cells[name] for name in some)), max_size=5).map(lambda r: NewRows(some, r)))
)


@settings(suppress_health_check=list(HealthCheck), max_examples=max(8, settings().max_examples // 8), deadline=None)
@given(st.sampled_from(["bea", "tom"]), tables)
def test_rows_that_are_alike_are_saved_as_any_others(world: World, who: str, lines: list[NewRows]) -> None:
    actor = world.actor(who)
    wishes: list[Values] = [{"supplier": 1, "lines": rows} for rows in lines]
    alone = outcome(world, actor, one_by_one, "order", [{**wish, "lines": rows.each()} for wish, rows in zip(wishes, lines, strict=True)])
    assert outcome(world, actor, one_by_one, "order", wishes) == alone
    assert outcome(world, actor, save_many, "order", wishes) == alone


def test_records_that_stand_apart_are_written_together(world: World) -> None:
    entities = world.metadata.entities
    assert [name for name in ("order", "product", "limited", "user") if stands_apart(world.metadata, entities[name])] == [
        "order",
        "product",
    ]


def test_rules_that_count_the_others_hold_in_a_batch(world: World) -> None:
    found = agree(world, "bea", "limited", [{"supplier": 1}] * 4)
    assert [bool(each) for each in found.wrong] == [False, False, False, True], "a check does not see the rows being saved"


def test_each_that_repeats_a_unique_value_is_told(world: World) -> None:
    wishes: list[Values] = [{"supplier": 1, "code": code} for code in ("a", "e", "b", "a")]
    found = agree(world, "bea", "order", wishes)
    assert found.wrong == [None, [("code", "not_unique", found.wrong[1][0][2])], None, [("code", "not_unique", found.wrong[3][0][2])]]  # type: ignore[index]


def test_many_rows_are_written_and_numbered_in_order(world: World) -> None:
    wishes: list[Values] = [{"supplier": 1, "lines": [{"product": 1}]} for _ in range(130)]
    pauses: list[None] = []
    assert agree(world, "bea", "order", wishes, partial(save_many, pause=lambda: pauses.append(None))).wrong == [None] * 130
    assert len(pauses) > 15, "people who are answered meanwhile do not wait for all of them"
