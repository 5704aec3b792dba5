"""How often a save or a read waits for PostgreSQL: what makes an application slow when the database is on another machine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from engine import records
from engine.storage import Connection
from tests.applications import World, opened

YAML = """\
app: shop
roles: {buyer: {label: Buyer}}
---
entity: order
number: {pattern: 'O-{YYYY}-{0000}', at: create}
fields:
  qty: {type: integer}
  total: {type: integer, formula: SUM(lines.double)}
  lines: {type: table, fields: {n: {type: integer}, double: {type: integer, formula: n * 2}}}
access: {buyer: {read: true, create: true, update: true}}
"""
LINES = [{"n": n} for n in range(5)]

pytestmark = pytest.mark.postgresql


@pytest.fixture
def world(postgresql_url: str) -> Iterator[World]:
    with opened(YAML, postgresql_url) as found:
        found.person("bea", roles=["buyer"])
        yield found


@pytest.fixture
def trips(world: World, tmp_path: Path) -> Callable[[Callable[[], object]], int]:
    """How many messages that ask for an answer a piece of work sends; it is done twice before, so that everything is prepared."""

    def count(work: Callable[[], object]) -> int:
        for _ in range(7):
            work()
        with (tmp_path / "trace").open("wb") as trace:
            with world.ground.database.glance() as connection:
                driver_of(connection).pgconn.trace(trace.fileno())
            work()
            with world.ground.database.glance() as connection:
                driver_of(connection).pgconn.untrace()
        sent = [line.split("\t") for line in (tmp_path / "trace").read_text().splitlines()]
        return sum(line[1] == "F" and line[3] in ("Query", "Sync") for line in sent)

    return count


def driver_of(connection: Connection) -> psycopg.Connection[object]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def test_a_new_record_with_lines_and_a_number(world: World, trips: Callable[[Callable[[], object]], int]) -> None:
    assert trips(lambda: world.save("bea", "order", qty=1, lines=LINES)) <= 6


def test_a_change(world: World, trips: Callable[[Callable[[], object]], int]) -> None:
    number = int(str(world.save("bea", "order", qty=1, lines=LINES)["id"]))
    quantities = iter(range(2, 100))
    assert trips(lambda: world.save("bea", "order", number, qty=next(quantities))) <= 6


def test_a_record_with_its_lines(world: World, trips: Callable[[Callable[[], object]], int]) -> None:
    number = int(str(world.save("bea", "order", qty=1, lines=LINES)["id"]))

    def read() -> None:
        with world.look("bea") as view:
            records.load(view, "order", number)

    assert trips(read) <= 4
