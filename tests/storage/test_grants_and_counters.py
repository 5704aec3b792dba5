from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from engine import storage
from engine.storage import Database, Grant, Tables, create_schema, open_database
from engine.storage.system_tables import record_lock
from tests.storage.samples import application

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    with found.write() as connection:
        create_schema(connection, Tables(application(), found.dialect))
    yield found
    found.dispose()


def test_grants_are_for_a_person_or_a_role_until_they_end(database: Database) -> None:
    person = Grant(3, 1, 7, None, ("read", "update"), ("bank",), "task:12")
    role = Grant(3, 1, None, "auditor", ("read",), (), "share:1", NOW + timedelta(days=1))
    with database.write() as connection:
        for given in (person, role, Grant(3, 2, 7, None, ("read",), (), "task:13")):
            storage.add_grant(connection, given)
        found = storage.holds_of(connection, 3, 1, NOW)
        assert found.given(7, {"auditor"}) == [person, role]
        assert found.given(8, {"auditor"}) == [role]
        assert found.given(8, {"buyer"}) == []
        assert storage.holds_of(connection, 3, 1, NOW + timedelta(days=1)).grants == (person,)
        assert storage.holds_of(connection, 4, 1, NOW).grants == ()
        storage.remove_grants(connection, "task:12")
        assert storage.holds_of(connection, 3, 1, NOW).grants == (role,)


def test_locks_name_their_sources(database: Database) -> None:
    with database.write() as connection:
        connection.execute(record_lock.insert(), {"entity_id": 3, "record_id": 1, "source": "instance:4", "since": NOW})
        assert storage.holds_of(connection, 3, 1, NOW).locks == ("instance:4",)
        assert storage.holds_of(connection, 3, 2, NOW).locks == ()


def test_a_series_counts_from_one_and_takes_back_what_was_not_committed(database: Database) -> None:
    def give_up() -> None:
        with database.write() as connection:
            assert storage.next_value(connection, "PO-2026") == 3
            raise ZeroDivisionError

    with database.write() as connection:
        assert [storage.next_value(connection, key) for key in ("PO-2026", "PO-2026", "PO-2027")] == [1, 2, 1]
    with pytest.raises(ZeroDivisionError):
        give_up()
    with database.write() as connection:
        assert storage.next_value(connection, "PO-2026") == 3
