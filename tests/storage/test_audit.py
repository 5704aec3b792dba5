from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine import storage
from engine.storage import Database, Entry, Head, Tables, create_schema, open_database
from engine.storage.system_tables import audit, audit_root
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


def signatures(database: Database) -> list[tuple[int, str]]:
    with database.read() as connection:
        return [(found.record_id, found.reason) for found in storage.verify_roots(connection, KEY)]


def sign(database: Database, hours: int) -> storage.Root | None:
    with database.write() as connection:
        return storage.sign_audit(connection, KEY, NOW + timedelta(hours=hours))


def test_cutting_off_the_newest_entries_shows(database: Database) -> None:
    assert sign(database, 0) is None, "what may stand beside others that are not committed yet waits"
    first = sign(database, 1)
    assert first is not None
    assert (first.number, first.count) == (1, 6)
    assert sign(database, 2) is None
    with database.write() as connection:
        storage.append_entry(connection, KEY, entry(1, "update", name=("Ajax", "Apex")))
    second = sign(database, 3)
    assert second is not None
    assert (second.number, second.count) == (2, 1)
    assert signatures(database) == []
    with database.write() as connection:
        storage.erase_values(connection, 3, 2)
    assert signatures(database) == [], "erased values were never signed"
    with database.write() as connection:
        connection.execute(sa.delete(audit).where(audit.c.record_id == 1, audit.c.seq == 4))
    assert breaks(database) == [], "the chain of a record does not know what came after"
    assert signatures(database) == [(2, "entries that were signed are missing or were changed")]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (sa.delete(audit_root).where(audit_root.c.number == 1), (2, "a signature before this one is missing")),
        (sa.update(audit_root).where(audit_root.c.number == 1).values(count=5), (1, "the signature was changed")),
        (sa.update(audit_root).where(audit_root.c.number == 1).values(seal="x"), (1, "the signature was changed")),
    ],
)
def test_signatures_are_sealed(database: Database, change: sa.Update | sa.Delete, found: tuple[int, str]) -> None:
    sign(database, 1)
    with database.write() as connection:
        storage.append_entry(connection, KEY, entry(1, "update", name=("Ajax", "Apex")))
    sign(database, 2)
    with database.write() as connection:
        connection.execute(change)
    assert found in signatures(database)


def test_a_name_that_is_erased_leaves_a_chain_that_verifies(database: Database) -> None:
    with database.write() as connection:
        assert storage.erase_name(connection, 7, "erased-7") == 6
    assert breaks(database) == []
    with database.glance() as connection:
        assert {one.actor_name for one in storage.entries(connection, 3, 1)} == {"erased-7"}
        assert storage.entries(connection, 3, 1)[1].changes == {"name": ("Acme", "Ajax")}
    with database.write() as connection:
        connection.execute(sa.update(audit).where(audit.c.record_id == 1, audit.c.seq == 1).values(actor=8))
    assert (1, 1, "the entry was changed") in breaks(database)
