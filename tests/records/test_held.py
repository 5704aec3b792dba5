"""A record that a unit of work has locked is not read twice, and is still never stale."""

from collections.abc import Iterator

import pytest

from engine import records
from engine.unit_of_work import UnitOfWork
from tests.applications import World, opened

YAML = """\
app: shop
roles: {clerk: {label: Clerk}}
---
entity: tariff
fields: {percent: {type: integer}}
access: {clerk: {read: true, create: true, update: true}}
---
entity: bill
fields:
  rate: {type: link, to: tariff}
  note: {type: text}
  discount: {type: integer, formula: rate.percent * 2, keep: virtual}
  lines: {type: table, fields: {n: {type: integer}, off: {type: integer, formula: n * bill.rate.percent, keep: virtual}}}
access: {clerk: {read: true, create: true, update: true}}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as found:
        found.person("cy", roles=["clerk"])
        rate = found.save("cy", "tariff", percent=5)["id"]
        found.save("cy", "bill", rate=rate, lines=[{"n": 3}])
        yield found


def read(uow: UnitOfWork) -> tuple[object, object, object]:
    row = records.fetch(uow, "bill", 1)
    lines = row["lines"]
    assert isinstance(lines, list)
    return row["note"], row["discount"], lines[0]["off"]


def test_what_is_computed_when_read_follows_what_it_reads(world: World) -> None:
    def work(uow: UnitOfWork) -> None:
        records.fetch(uow, "bill", 1, lock=True)
        assert read(uow) == (None, 10, 15)
        records.save(uow, "tariff", 1, {"percent": 7})
        assert read(uow) == (None, 14, 21)

    world.app.run(world.actor("cy"), work)


def test_a_write_is_seen(world: World) -> None:
    def work(uow: UnitOfWork) -> None:
        records.fetch(uow, "bill", 1, lock=True)
        records.save(uow, "bill", 1, {"note": "new"})
        assert read(uow) == ("new", 10, 15)

    world.app.run(world.actor("cy"), work)


def test_who_changes_the_row_in_hand_changes_no_other(world: World) -> None:
    def work(uow: UnitOfWork) -> None:
        row = records.fetch(uow, "bill", 1, lock=True)
        row["note"] = "scratch"
        row["lines"][0]["n"] = 100  # type: ignore[index]
        assert read(uow) == (None, 10, 15)

    world.app.run(world.actor("cy"), work)
