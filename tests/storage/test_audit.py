from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from engine import storage
from engine.storage import Database, Entry, Head, Tables, create_schema, open_database
from engine.storage.system_tables import audit
from tests.storage.samples import application

KEY = b"k" * 32
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    with found.write() as connection:
        create_schema(connection, Tables(application(), found.dialect))
        for record in (1, 2):
            storage.append_entry(connection, KEY, entry(record, "create", name=(None, "Acme"), credit=(None, "1.50")), Head())
            storage.append_entry(connection, KEY, entry(record, "update", name=("Acme", "Ajax")))
            storage.append_entry(connection, KEY, entry(record, "qualify", state=("draft", "qualified")))
    yield found
    found.dispose()


def entry(record: int, action: str, **changes: tuple[object, object]) -> Entry:
    return Entry(3, record, NOW, 7, "Li Na", None, "person", action, 5, "r-1", changes)


def breaks(database: Database, key: bytes = KEY) -> list[tuple[int, int, str]]:
    with database.read() as connection:
        return [(found.record_id, found.seq, found.reason) for found in storage.verify(connection, key)]


def test_what_was_written_verifies_and_reads_back(database: Database) -> None:
    assert breaks(database) == []
    with database.glance() as connection:
        newest, *earlier = storage.entries(connection, 3, 1)
        assert newest == entry(1, "qualify", state=("draft", "qualified"))
        assert [one.action for one in earlier] == ["update", "create"]
        assert [one.action for one in storage.entries(connection, 3, 1, limit=1)] == ["qualify"]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (sa.update(audit).values(actor=8), (1, 2, "the entry was changed")),
        (sa.update(audit).values(at=datetime(2020, 1, 1, tzinfo=UTC)), (1, 2, "the entry was changed")),
        (sa.update(audit).values(fields={}), (1, 2, "the entry was changed")),
        (sa.update(audit).values(details={"name": ["00", "Acme", "Other"]}), (1, 2, "the values were changed")),
        (sa.delete(audit), (1, 3, "an entry before this one is missing")),
    ],
)
def test_tampering_shows(database: Database, change: sa.Update | sa.Delete, found: tuple[int, int, str]) -> None:
    with database.write() as connection:
        connection.execute(change.where(audit.c.record_id == 1, audit.c.seq == 2))
    assert found in breaks(database)
    assert all(record == 1 for record, _, _ in breaks(database))


def test_another_key_does_not_fit(database: Database) -> None:
    assert len(breaks(database, b"x" * 32)) == 6


def test_swapped_entries_show(database: Database) -> None:
    with database.write() as connection:
        for seq, to in ((2, 9), (3, 2), (9, 3)):
            connection.execute(sa.update(audit).where(audit.c.record_id == 2, audit.c.seq == seq).values(seq=to))
    assert [seq for _, seq, _ in breaks(database)] == [2, 3]


def test_erased_values_leave_a_chain_that_verifies(database: Database) -> None:
    with database.write() as connection:
        storage.erase_values(connection, 3, 1)
    assert breaks(database) == []
    with database.glance() as connection:
        assert [(one.action, one.changes) for one in storage.entries(connection, 3, 1)] == [("qualify", {}), ("update", {}), ("create", {})]


def test_two_first_entries_of_one_record_are_impossible(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)unique"), database.write() as connection:
        storage.append_entry(connection, KEY, entry(1, "create"), Head())
