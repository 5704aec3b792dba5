"""Many rows in one go: however many they are, each is written once, in order, and nothing stays of those that cannot be."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.storage import Database, attempt, open_database
from engine.storage.filling import TOGETHER, StandingFilling

PLACE = sa.Table("place", sa.MetaData(), sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("said", sa.Text))
FILL = StandingFilling(PLACE, ["id", "said"])


@pytest.fixture
def database(database_url: str) -> Database:
    opened = open_database(database_url)
    with opened.write() as connection:
        PLACE.create(connection)
    return opened


def kept(database: Database) -> list[tuple[int, str | None]]:
    with database.glance() as connection:
        return [(row.id, row.said) for row in connection.execute(sa.select(PLACE).order_by(PLACE.c.id))]


@pytest.mark.parametrize("count", [0, 1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 3 * TOGETHER, 3 * TOGETHER + 5])
def test_however_many_rows_there_are_each_is_written_once(database: Database, count: int) -> None:
    rows = [{"id": number, "said": f"number {number}"} if number % 7 else {"id": number} for number in range(count)]
    with database.write() as connection:
        FILL.on(connection).write(connection, rows)
    assert kept(database) == [(row["id"], row.get("said")) for row in rows]


@pytest.mark.parametrize("again", [3, TOGETHER + 3, 2 * TOGETHER + 1])
def test_where_one_cannot_be_written_none_is(database: Database, again: int) -> None:
    with database.write() as connection:
        FILL.on(connection).write(connection, [{"id": again, "said": "first"}])
        with pytest.raises(Exception, match=r"UNIQUE|duplicate"), attempt(connection):
            FILL.on(connection).write(connection, [{"id": number} for number in range(2 * TOGETHER + 5)])
    assert kept(database) == [(again, "first")]
