"""How prepared statements talk with PostgreSQL: what is told goes with what is asked next, and is undone with its transaction."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy as sa

from engine.storage import Connection, Database, attempt, open_database
from engine.storage.filling import Pouring
from engine.storage.postgresql import exchange_of
from engine.storage.prepared import Prepared, Standing

pytestmark = pytest.mark.postgresql
NUMBER = sa.Table("number", sa.MetaData(), sa.Column("n", sa.BigInteger, primary_key=True), sa.Column("said", sa.Text))
NEW = Standing(sa.insert(NUMBER).values(n=sa.bindparam("n", type_=sa.BigInteger), said=sa.bindparam("said", type_=sa.Text)))
WAITING = "SELECT 1 FROM pg_locks JOIN pg_database ON database = pg_database.oid AND datname = current_database() WHERE NOT granted"
ALL = Standing(sa.select(NUMBER.c.n).order_by(NUMBER.c.n))


@pytest.fixture
def database(postgresql_url: str) -> Iterator[Database]:
    found = open_database(postgresql_url)
    with found.write() as connection:
        NUMBER.create(connection)
    yield found
    found.dispose()


def tell(connection: Connection, *numbers: int) -> None:
    NEW.on(connection).tell_each(connection, ({"n": number, "said": f"{number} % \\"} for number in numbers))


def numbers(connection: Connection) -> list[int]:
    return [row[0] for row in ALL.on(connection).tuples(connection, {})]


def kept(database: Database) -> list[int]:
    with database.glance() as connection:
        return numbers(connection)


def test_what_is_told_is_there_for_whatever_comes_next(database: Database) -> None:
    with database.write() as connection:
        tell(connection, 1, 2)
        assert numbers(connection) == [1, 2]
        tell(connection, 3)
        assert connection.execute(sa.select(sa.func.count()).select_from(NUMBER)).scalar() == 3, "SQLAlchemy comes after it"
        tell(connection, 4)
        Pouring("number", ["n", "said"], "postgresql").run(connection, [(5, "five")])
        tell(connection, 6)
        assert Prepared.rows_of_each(connection, [(ALL.on(connection), {}), (ALL.on(connection), {})])[1][5] == {"n": 6}
        assert NEW.on(connection).each(connection, ({"n": n} for n in range(7, 1007))) == 1000
        tell(connection, 0)
    assert kept(database) == list(range(1007)), "and the commit takes the last with it"
    with database.glance() as connection:
        said = connection.execute(sa.select(NUMBER.c.said).where(NUMBER.c.n == 1)).scalar()
        assert said == "1 % \\"


def test_a_mistake_shows_with_what_comes_next_and_leaves_nothing(database: Database) -> None:
    def twice(connection: Connection, then: Callable[[Connection], object]) -> None:
        tell(connection, 1, 1, 2)
        then(connection)

    for then, error in ((bool, sa.exc.IntegrityError), (numbers, psycopg.errors.UniqueViolation), (give_up, ZeroDivisionError)):
        with pytest.raises(error), database.write() as connection:
            twice(connection, then)
    assert kept(database) == []


def give_up(connection: Connection, first: Callable[[], object] = bool) -> None:
    first()
    raise ZeroDivisionError


def test_a_part_that_is_undone_takes_back_what_was_told_in_it(database: Database) -> None:
    with database.write() as connection:
        tell(connection, 1)
        with pytest.raises(ZeroDivisionError), attempt(connection):
            give_up(connection, lambda: tell(connection, 1))
        with pytest.raises(psycopg.errors.UniqueViolation), attempt(connection):
            tell(connection, 2, 1)
        with attempt(connection):
            tell(connection, 3)
    assert kept(database) == [1, 3]


def test_what_is_prepared_outlives_tables_and_fails_once_where_a_column_has_another_type(database: Database) -> None:
    def anew(connection: Connection, *numbers: int) -> None:
        NUMBER.drop(connection)
        NUMBER.create(connection)
        tell(connection, *numbers)

    with database.write() as connection:
        tell(connection, 1)
    for _ in range(9):
        kept(database)
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        give_up(connection, lambda: anew(connection, 2))
    assert kept(database) == [1]
    with database.write() as connection:
        anew(connection, 3)
    assert kept(database) == [3]
    with psycopg.connect(database.url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute("ALTER TABLE number ALTER n TYPE numeric")
    with pytest.raises(psycopg.errors.FeatureNotSupported) as failed:
        kept(database)
    assert database.is_transient(failed.value)
    assert kept(database) == [3]


def test_who_talks_lets_others_work(database: Database) -> None:
    """Waiting for several answers must not stop the other threads of a process: here one of them holds what is waited for."""
    slow = Standing(sa.text("SELECT 1 AS one FROM pg_advisory_xact_lock(7)").columns(sa.column("one")))

    def wait() -> None:
        with database.write() as connection:
            connection.execute(sa.text("SET LOCAL lock_timeout = '30s'"))
            tell(connection, 1)
            slow.on(connection).tuples(connection, {})

    with psycopg.connect(database.url.replace("+psycopg", ""), autocommit=True) as other, ThreadPoolExecutor(1) as pool:
        other.execute("SELECT pg_advisory_lock(7)")
        waiting = pool.submit(wait)
        while not other.execute(WAITING).fetchall():
            assert not waiting.done()
        other.execute("SELECT pg_advisory_unlock(7)")
        waiting.result()


def test_a_connection_remembers_so_many_statements(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.storage.exchange.MOST", 3)
    with database.glance() as connection:
        exchange = exchange_of(connection)
        for number in range(6):
            for _ in range(7):
                assert exchange.rows(f"SELECT {number} + $1::int", [1]) == [(number + 1,)]
        assert exchange.rows("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'loom%'", [])[0][0] == 2
