import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from engine import storage
from engine.storage import Database, Tables, create_schema, open_database
from tests.storage.racing import NOW, add_ones
from tests.storage.samples import shop

ROOT = Path(__file__).parent.parent.parent
WRITERS, TIMES = 4, 100


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    tables = Tables(shop(), found.dialect)
    with found.write() as connection:
        create_schema(connection, tables)
        stamps = {"created_at": NOW, "updated_at": NOW}
        storage.insert(connection, tables, "supplier", {"name": "Acme", "credit": Decimal(0), "state": "draft", **stamps}, NOW)
    yield found
    found.dispose()


def arrived(database: Database) -> tuple[Decimal, int, int, int]:
    """The sum, the version, how many earlier versions are kept, and the next number of the series."""
    tables = Tables(shop(), database.dialect)
    with database.write() as connection:
        row = storage.fetch(connection, tables, "supplier", [1])[1]
        kept = storage.history(connection, tables, "supplier", 1)
        return row["credit"], row["version"], len(kept), storage.next_value(connection, "added")


ALL = (Decimal(WRITERS * TIMES), WRITERS * TIMES + 1, WRITERS * TIMES, WRITERS * TIMES + 1)


def test_no_update_of_four_threads_is_lost(database: Database) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(add_ones, database, TIMES) for _ in range(WRITERS)]:
            done.result()
    assert arrived(database) == ALL


def test_no_update_of_four_processes_is_lost(database: Database, database_url: str) -> None:
    command = [sys.executable, "-m", "tests.storage.racing", database_url, str(TIMES)]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(WRITERS)]
    for process in running:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    assert arrived(database) == ALL
