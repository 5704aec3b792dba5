from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from engine.storage import Database, open_database
from engine.storage.columns import scale_of
from engine.storage.types import Boolean, Codes, Date, Duration, Instant, Json, Number, Text
from tests.storage.samples import field

PARIS_MINUTES = timezone(timedelta(hours=1))
VALUES: list[tuple[sa.types.TypeEngine[Any], Any]] = [
    (Text(), "采购 ' \" % :x 😀"),
    (Text(), ""),
    (Number(2), Decimal("3.10")),
    (Number(2), Decimal("-0.01")),
    (Number(4), Decimal("12345678901234.5678")),
    (Number(0), Decimal(999999999999999999)),
    (Number(12), Decimal("-999999.999999999999")),
    (Date(), date(1, 1, 1)),
    (Date(), date(9999, 12, 31)),
    (Instant(), datetime(2026, 3, 1, 8, 30, 0, 1, tzinfo=UTC)),
    (Instant(), datetime(1, 1, 1, tzinfo=UTC)),
    (Boolean(), True),
    (Boolean(), False),
    (Duration(), timedelta(days=-3, microseconds=7)),
    (Duration(), timedelta(days=40000)),
    (Codes(), ("b", "a", '"')),
    (Codes(), ()),
    (Json(), {"a": "é", "b": [1, None]}),
    *((kind, None) for kind in (Text(), Number(2), Date(), Instant(), Boolean(), Duration(), Codes(), Json())),
]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.dispose()


def test_every_value_comes_back_as_it_went_in(database: Database) -> None:
    table = sa.Table("t", sa.MetaData(), *(sa.Column(f"c{n}", kind) for n, (kind, _) in enumerate(VALUES)), sqlite_strict=True)
    with database.write() as connection:
        table.create(connection)
        connection.execute(sa.insert(table), {f"c{n}": value for n, (_, value) in enumerate(VALUES)})
    with database.read() as connection:
        row = connection.execute(sa.select(table)).one()
    for (kind, value), found in zip(VALUES, row, strict=True):
        assert (found, type(found), str(found)) == (value, type(value), str(value)), kind


def test_an_instant_of_another_zone_comes_back_in_utc(database: Database) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("at", Instant()), sqlite_strict=True)
    with database.write() as connection:
        table.create(connection)
        connection.execute(sa.insert(table), {"at": datetime(2026, 1, 1, 0, 30, tzinfo=PARIS_MINUTES)})
        found = connection.execute(sa.select(table.c.at)).scalar_one()
        assert (found.isoformat(), found.tzinfo) == ("2025-12-31T23:30:00+00:00", UTC)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Number(2), Decimal("0.001")),
        (Number(2), Decimal(10) ** 16),
        (Number(0), Decimal(10) ** 18),
        (Number(2), Decimal("1E-40")),
        (Number(2), Decimal("12345678901234567890.123456789012345678901")),
        (Date(), datetime(2026, 1, 1, tzinfo=UTC)),
        (Instant(), datetime(2026, 1, 1)),  # noqa: DTZ001 -- an instant without a zone is the point
        (Duration(), timedelta(days=999_999_999)),
        (Text(), "a\0b"),
    ],
)
def test_what_does_not_fit_is_refused_and_never_rounded(database: Database, kind: sa.types.TypeEngine[Any], value: Any) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("c", kind), sqlite_strict=True)
    with database.write() as connection:
        table.create(connection)
        with pytest.raises((ValueError, sa.exc.StatementError)):
            connection.execute(sa.insert(table), {"c": value})


def test_sums_and_order_are_exact_to_eighteen_digits(database: Database) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("n", Number(2)), sqlite_strict=True)
    values = [
        Decimal("9999999999999999.99"),
        Decimal("-9999999999999999.98"),
        Decimal("0.10"),
        Decimal("0.20"),
        Decimal("100.00"),
        Decimal("20.00"),
    ]
    with database.write() as connection:
        table.create(connection)
        connection.execute(sa.insert(table), [{"n": value} for value in values])
        assert connection.execute(sa.select(sa.func.sum(table.c.n, type_=Number(2)))).scalar_one() == Decimal("120.31")
        assert connection.execute(sa.select(table.c.n).order_by(table.c.n)).scalars().all() == sorted(values)
        between = sa.select(table.c.n).where(table.c.n.between(Decimal(20), Decimal(100))).order_by(table.c.n)
        assert connection.execute(between).scalars().all() == [Decimal(20), Decimal(100)]


def test_texts_sort_by_code_point(database: Database) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("c", Text()), sqlite_strict=True)
    values = ["b", "A", "a", "é", "z", "采", "ａ", "😀"]
    with database.write() as connection:
        table.create(connection)
        connection.execute(sa.insert(table), [{"c": value} for value in values])
        assert connection.execute(sa.select(table.c.c).order_by(table.c.c)).scalars().all() == sorted(values)


def test_the_scale_of_money_is_that_of_its_currency() -> None:
    def money(**more: Any) -> int:
        return scale_of(field("t", "m", "money", **more))

    assert (money(currency="CNY"), money(currency="JPY"), money(currency="KWD"), money(), money(currency="JPY", scale=3)) == (2, 0, 3, 4, 3)
