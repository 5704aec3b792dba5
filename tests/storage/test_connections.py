import os
import signal
import threading
import time
from collections import deque
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from engine import storage
from engine.storage import Connection, Database, lending, open_database
from engine.storage.lending import Lending
from engine.storage.turns import ABOUT, SUFFIXES, Door, Place, Turn
from engine.storage.write_ahead import CARRYING, ENOUGH, PAGES, Carrier

END_ALL = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def pid_of(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


@pytest.mark.postgresql
def test_connections_that_the_server_has_ended_are_not_used(postgresql_url: str) -> None:
    """What a restart of the server or a proxy with little patience leaves in the pool must not cost a person a page."""
    database = open_database(postgresql_url)
    with database.write() as first, database.write() as second:
        ended = {pid_of(first), pid_of(second)}
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute(END_ALL)
    with database.write() as connection:
        storage.prepare(connection)
        assert pid_of(connection) not in ended
    with database.read() as connection, database.glance() as another:
        assert {pid_of(connection), pid_of(another)}.isdisjoint(ended)
    database.dispose()


def break_in(database: Database, connection: Connection) -> None:
    """Use a connection until it breaks."""
    if database.dialect == "sqlite":
        connection.connection.dbapi_connection.close()  # type: ignore[union-attr]
    connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")


def test_connections_stay_open_and_come_back_clean(database_url: str) -> None:
    """What is left open on one is rolled back; one that broke is not lent again."""
    database = open_database(database_url)
    with database.glance() as connection:
        first = connection.connection.dbapi_connection
    with pytest.raises(sa.exc.DBAPIError), database.read() as connection:
        connection.exec_driver_sql("SELECT a mistake")
    for use in (database.read, database.glance):
        with use() as connection:
            assert connection.connection.dbapi_connection is first
            assert not connection.in_transaction()
    with pytest.raises(sa.exc.DBAPIError), database.read() as connection:
        break_in(database, connection)
    with database.read() as connection, database.glance() as another:
        assert connection.exec_driver_sql("SELECT 1").scalar() == another.exec_driver_sql("SELECT 1").scalar() == 1
        assert first not in (connection.connection.dbapi_connection, another.connection.dbapi_connection)
    database.dispose()


@pytest.mark.postgresql
def test_the_ways_to_use_postgresql(postgresql_url: str) -> None:
    def settings(connection: Connection) -> tuple[str, str, str]:
        return tuple(
            connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("transaction_isolation", "transaction_read_only", "timezone")
        )

    database = open_database(postgresql_url)
    for _ in range(2):  # the modes of a pooled connection do not stay with it
        with database.write() as connection:
            storage.prepare(connection)
            assert settings(connection) == ("read committed", "off", "UTC")
        with database.read() as connection:
            assert settings(connection) == ("repeatable read", "on", "UTC")
        with database.glance() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
            assert status_of(connection) == psycopg.pq.TransactionStatus.IDLE
        with database.write() as connection:
            assert storage.fence(connection) == 0
            assert settings(connection)[:2] == ("read committed", "off")
    database.dispose()


def status_of(connection: Connection) -> psycopg.pq.TransactionStatus:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.info.transaction_status


@pytest.mark.postgresql
def test_a_fence_in_the_middle_of_a_transaction_stays_in_it(postgresql_url: str) -> None:
    database = open_database(postgresql_url)

    def give_up() -> None:
        with database.write() as connection:
            storage.next_value(connection, "a")
            storage.fence(connection)
            raise ZeroDivisionError

    with database.write() as connection:
        storage.prepare(connection)
    with pytest.raises(ZeroDivisionError):
        give_up()
    with database.write() as connection:
        assert storage.next_value(connection, "a") == 1
    database.dispose()


def test_the_settings_of_sqlite(sqlite_url: str) -> None:
    database = open_database(sqlite_url)

    def settings(connection: Connection) -> list[object]:
        names = ("journal_mode", "foreign_keys", "query_only", "busy_timeout", "wal_autocheckpoint")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    with database.write() as connection:
        assert settings(connection) == ["wal", 1, 0, 30000, PAGES]
    with database.read() as connection:
        assert settings(connection) == ["wal", 1, 1, 30000, PAGES]
    with database.glance() as connection:
        assert settings(connection) == ["wal", 1, 1, 30000, PAGES]
    database.dispose()


def test_writers_of_sqlite_wait_for_each_other_and_a_locked_file_is_worth_another_try(sqlite_url: str) -> None:
    database, other = open_database(sqlite_url), open_database(sqlite_url)
    with database.write() as connection:
        storage.prepare(connection)
        with other.reader.connect() as impatient:
            impatient.exec_driver_sql("PRAGMA query_only = OFF")
            impatient.exec_driver_sql("PRAGMA busy_timeout = 1")
            with pytest.raises(sa.exc.OperationalError) as locked:
                impatient.exec_driver_sql("BEGIN IMMEDIATE")
            impatient.invalidate()
    assert other.is_transient(locked.value)
    assert not other.is_transient(ValueError())
    for one in (database, other):
        one.dispose()


def test_who_holds_all_connections_and_wants_another_does_not_wait_for_ever(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lending, "PATIENCE", 0.01)
    database = open_database(sqlite_url)
    lent = Lending(database.reader, 1, 1)
    with lent.lent(), pytest.raises(sa.exc.TimeoutError), lent.lent():
        pass
    for one in (lent, database):
        one.dispose()


def transient_of(database: Database, state: str) -> bool:
    return database.is_transient(psycopg.errors.lookup(state)())


def test_what_postgresql_ends_for_the_sake_of_others_is_worth_another_try() -> None:
    database = open_database("postgresql://nobody@localhost/none")
    assert [transient_of(database, state) for state in ("40P01", "40001", "55P03", "23505")] == [True, True, True, False]


class Queue(deque[Place]):
    """Tells when somebody has taken a place in it."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = threading.Semaphore(0)

    def append(self, place: Place) -> None:
        super().append(place)
        self.taken.release()


def test_writers_of_one_process_come_in_the_order_in_which_they_asked(tmp_path: Path) -> None:
    queue, came, door = Queue(), list[int](), Door(tmp_path / "file")
    turn = Turn(door, queue)

    def write(number: int) -> None:
        with turn:
            came.append(number)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    with turn:
        for writer in writers:
            writer.start()
            queue.taken.acquire()
        with pytest.raises(RuntimeError, match="open already"):
            turn.__enter__()
    for writer in writers:
        writer.join()
    assert came == list(range(8))
    door.close()


@pytest.mark.parametrize(("later", "order"), [(0, [100, 0, 1, 2]), (ABOUT * 3 // 2, [0, 1, 100, 2])])
def test_processes_take_turns_unless_one_of_them_has_waited_longer(tmp_path: Path, later: int, order: list[int]) -> None:
    """Two doors of one file know each other as those of two processes do: by the kernel. Times are told, not waited for."""
    queue, came, here, there = Queue(), list[int](), Door(tmp_path / "file"), Door(tmp_path / "file")
    turn, started = Turn(here, queue), time.monotonic_ns()

    def write(number: int) -> None:
        with turn:
            came.append(number)

    def write_there() -> None:
        there.take(started + later)
        came.append(100)
        there.leave()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    other = threading.Thread(target=write_there)
    with turn:
        for at, writer in enumerate(writers):
            writer.start()
            queue.taken.acquire()
            queue[-1] = queue[-1]._replace(came=started + at * ABOUT // 2)
        other.start()
        while not here.is_awaited(started + later + 1):
            pass
    for thread in (*writers, other):
        thread.join()
    assert came == order
    for door in (here, there):
        door.close()


def test_who_is_killed_leaves_the_door_open(tmp_path: Path) -> None:
    door, (hear, tell) = Door(tmp_path / "file"), os.pipe()
    holder = os.fork()
    if holder == 0:
        Door(tmp_path / "file").take(1)
        os.write(tell, b".")
        threading.Event().wait()
    assert os.read(hear, 1) == b"."
    threading.Thread(target=os.kill, args=(holder, signal.SIGKILL)).start()
    door.take(time.monotonic_ns())
    assert os.waitpid(holder, 0)[1] == signal.SIGKILL
    door.leave()
    door.close()


def test_whoever_may_use_the_database_may_wait_at_its_door(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    file = Path(str(database.writer.url.database))
    file.touch()
    file.chmod(0o660)
    if os.geteuid() == 0:
        os.chown(file, 1234, 1234)
    with database.write() as connection:
        storage.prepare(connection)
    beside = [Path(f"{file}{suffix}").stat() for suffix in ("", "-wal", *SUFFIXES)]
    assert len({(one.st_uid, one.st_gid, one.st_mode) for one in beside}) == 1
    database.dispose()


def test_one_thread_carries_the_log_over_whenever_enough_was_written() -> None:
    told, go = threading.Semaphore(0), threading.Semaphore(0)

    def carry() -> None:
        told.release()
        go.acquire()

    carrier = Carrier(carry)
    carrier.wrote(ENOUGH - 1)
    assert not told.acquire(blocking=False)
    carrier.wrote(1)
    assert told.acquire(timeout=10)
    carrier.wrote(ENOUGH)
    assert not told.acquire(blocking=False)
    go.release(2)
    carrier.wait()
    carrier.wrote(1)
    assert told.acquire(timeout=10)
    carrier.wait()


def test_what_is_in_the_log_reaches_the_file_before_the_log_is_full(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ENOUGH}) SELECT i FROM n"
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE many (words TEXT)")
        connection.exec_driver_sql(f"INSERT INTO many SELECT zeroblob(4000) FROM ({numbers})")
    for thread in threading.enumerate():
        if thread.name == CARRYING:
            thread.join()
    assert Path(str(database.writer.url.database)).stat().st_size > ENOUGH * 4000
    database.dispose()
