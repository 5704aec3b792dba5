from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from engine import storage
from engine.storage import Database, open_database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    with found.write() as connection:
        storage.prepare(connection)
    yield found
    found.dispose()


def serve(database: Database, number: int) -> int:
    with database.write() as connection:
        before = storage.close_fence(connection)
        storage.serve(connection, number)
        return before


def test_a_write_sees_the_revision_and_apply_the_one_before(database: Database) -> None:
    assert serve(database, 1) == 0
    assert serve(database, 2) == 1
    with database.write() as connection:
        assert storage.fence(connection) == 2
    with database.glance() as connection:
        assert storage.served(connection) == 2


def test_who_writes_while_another_applies_sees_the_new_revision(database: Database) -> None:
    closed, waiting = Event(), Event()

    def apply() -> None:
        with database.write() as connection:
            storage.close_fence(connection)
            closed.set()
            assert waiting.wait(10)
            storage.serve(connection, 1)

    def write() -> int:
        assert closed.wait(10)
        waiting.set()
        with database.write() as connection:
            return storage.fence(connection)

    with ThreadPoolExecutor(2) as pool:
        applied, written = pool.submit(apply), pool.submit(write)
        applied.result()
        assert written.result() == 1


def test_nobody_who_saves_without_pause_keeps_apply_waiting(database: Database) -> None:
    stop = Event()

    def write_on() -> None:
        while not stop.is_set():
            with database.write() as connection:
                storage.fence(connection)
                storage.next_value(connection, "a")

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(write_on) for _ in range(4)]
        for number in range(1, 6):
            assert serve(database, number) == number - 1
        stop.set()
        for done in running:
            done.result()
