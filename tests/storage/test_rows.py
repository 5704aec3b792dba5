from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine import storage
from engine.metadata import Identity
from engine.storage import Database, Entry, Head, NotUnique, Referenced, Tables, create_schema, open_database
from tests.storage.samples import shop

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.dispose()


@pytest.fixture
def tables(database: Database) -> Tables:
    found = Tables(shop(), database.dialect)
    with database.write() as connection:
        create_schema(connection, found)
    return found


def stamped(**values: Any) -> dict[str, Any]:
    return {"version": 1, "created_at": NOW, "created_by": 7, "updated_at": NOW, "updated_by": 7, **values}


def add(connection: storage.Connection, tables: Tables, entity: str, **values: Any) -> int:
    return storage.insert(connection, tables, entity, stamped(**values), NOW)


def test_what_was_inserted_is_fetched_by_field_name(database: Database, tables: Tables) -> None:
    with database.write() as connection:
        one = add(connection, tables, "supplier", name="Acme", credit=Decimal("1.50"), state="draft", ignored=["no column"])
        two = add(connection, tables, "supplier", name="Bolt", state="draft")
    with database.glance() as connection:
        found = storage.fetch(connection, tables, "supplier", [two, one, 999])
    assert list(found) == [one, two]
    expected = stamped(id=one, name="Acme", credit=Decimal("1.50"), state="draft", number=None)
    assert found[one] == expected
    assert type(found[one]["created_at"].tzinfo) is type(UTC)


def test_rows_of_a_table_keep_their_order_and_get_ids(database: Database, tables: Tables) -> None:
    with database.write() as connection:
        order = add(connection, tables, "order", placed_on=date(2026, 1, 1))
        lines = [{"document_id": order, "product": f"p{n}", "qty": Decimal(n), "row_no": n} for n in range(1, 121)]
        other = add(connection, tables, "order")
        ids = storage.insert_rows(connection, tables, "order.lines", lines, NOW)
        storage.update_rows(connection, tables, "order.lines", [{**lines[0], "id": ids[0], "row_no": 500}], LATER)
        storage.delete_rows(connection, tables, "order.lines", ids[1:100], LATER)
        found = storage.fetch_rows(connection, tables, "order.lines", [order, other])
        assert [(row["id"], row["product"], row["document_id"], row["version"]) for row in found[order]] == [
            *((ids[n], f"p{n + 1}", order, 1) for n in range(100, 120)),
            (ids[0], "p1", order, 2),
        ]
        assert found[other] == []
        assert [row["qty"] for row in storage.history(connection, tables, "order.lines", ids[1])] == [Decimal(2)]


def test_an_update_keeps_the_row_as_it_was(database: Database, tables: Tables) -> None:
    with database.write() as connection:
        number = add(connection, tables, "supplier", name="Acme", credit=Decimal(5), state="draft")
    with database.write() as connection:
        assert storage.update(connection, tables, "supplier", {"id": number, "version": 1, "name": "Ajax", "updated_at": LATER}, LATER)
        assert not storage.update(connection, tables, "supplier", {"id": number, "version": 1, "name": "Lost", "updated_at": LATER}, LATER)
        row = storage.fetch(connection, tables, "supplier", [number], lock=True)[number]
        assert (row["name"], row["credit"], row["version"], row["updated_at"]) == ("Ajax", Decimal(5), 2, LATER)
        (earlier,) = storage.history(connection, tables, "supplier", number)
        assert (earlier["name"], earlier["version"], earlier["current_from"], earlier["current_until"]) == ("Acme", 1, NOW, LATER)


def test_a_derived_write_is_no_new_version(database: Database, tables: Tables) -> None:
    with database.write() as connection:
        number = add(connection, tables, "supplier", name="Acme", state="draft")
        storage.update(connection, tables, "supplier", {"id": number, "version": 1, "credit": Decimal(5)}, LATER)
        row = storage.fetch(connection, tables, "supplier", [number])[number]
        assert (row["version"], row["credit"]) == (1, Decimal(5))
        (earlier,) = storage.history(connection, tables, "supplier", number)
        assert (earlier["credit"], earlier["current_from"], earlier["current_until"]) == (None, NOW, LATER)


def test_a_write_tells_the_newest_entry_of_the_audit(database: Database, tables: Tables) -> None:
    numbered = Tables(shop(identity=Identity({"entity:supplier": 3})), database.dialect)
    with database.write() as connection:
        number = add(connection, tables, "supplier", name="Acme", state="draft")
        changed = {"id": number, "version": 1, "name": "Ajax", "updated_at": NOW}
        assert storage.update(connection, numbered, "supplier", changed, NOW) == Head()
        entry = Entry(3, number, NOW, 7, "Li Na", None, "person", "update", 1, "", {})
        storage.append_entry(connection, b"key", entry, Head())
        storage.append_entry(connection, b"key", entry)
        newest = storage.update(connection, numbered, "supplier", {**changed, "version": 2}, NOW)
        assert newest is not None
        assert (newest.seq, len(newest.hash)) == (2, 64)
        assert storage.delete(connection, numbered, "supplier", {"id": number, "version": 3}, NOW) == newest


def test_a_deleted_record_is_kept_in_its_history_with_its_rows(database: Database, tables: Tables) -> None:
    with database.write() as connection:
        number = add(connection, tables, "order")
        (line,) = storage.insert_rows(connection, tables, "order.lines", [{"document_id": number, "product": "p", "row_no": 1}], NOW)
        assert storage.delete(connection, tables, "order", {"id": number, "version": 1}, LATER)
        assert storage.fetch(connection, tables, "order", [number]) == {}
        assert storage.history(connection, tables, "order", number)[0]["current_until"] == LATER
        assert storage.history(connection, tables, "order.lines", line)[0]["product"] == "p"
        assert add(connection, tables, "order") > number, "an id is never used again"


def test_a_record_that_another_version_has_is_not_deleted(database: Database, tables: Tables) -> None:
    with database.write() as connection:
        number = add(connection, tables, "supplier", name="Acme", state="draft")
        assert not storage.delete(connection, tables, "supplier", {"id": number, "version": 2}, LATER)


def test_a_taken_value_names_its_fields(database: Database, tables: Tables) -> None:
    with database.write() as connection:
        supplier = add(connection, tables, "supplier", name="Acme", state="draft")
        add(connection, tables, "order", supplier=supplier, placed_on=date(2026, 1, 1))
    with pytest.raises(NotUnique) as taken, database.write() as connection:
        add(connection, tables, "order", supplier=supplier, placed_on=date(2026, 1, 1))
    assert (taken.value.entity, taken.value.fields) == ("order", ("supplier", "placed_on"))
    with database.write() as connection:
        order = add(connection, tables, "order")
    twice = [{"document_id": order, "product": "p", "row_no": n} for n in (1, 2)]
    with pytest.raises(NotUnique) as taken, database.write() as connection:
        storage.insert_rows(connection, tables, "order.lines", twice, NOW)
    assert taken.value.fields == ("product",)
    with database.read() as connection:
        assert len(storage.fetch_by(connection, tables, "order", "supplier", [supplier])) == 1


def test_what_others_lead_to_cannot_go(database: Database, tables: Tables) -> None:
    with database.write() as connection:
        supplier = add(connection, tables, "supplier", name="Acme", state="draft")
        add(connection, tables, "order", supplier=supplier)
    with pytest.raises(Referenced), database.write() as connection:
        storage.delete(connection, tables, "supplier", {"id": supplier, "version": 1}, LATER)
    with pytest.raises(Referenced), database.write() as connection:
        add(connection, tables, "order", supplier=999)


def test_reading_cannot_write(database: Database, tables: Tables) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"), database.read() as connection:
        add(connection, tables, "supplier", name="Acme", state="draft")


def test_a_snapshot_does_not_see_what_comes_later(database: Database, tables: Tables) -> None:
    with database.read() as reading:
        assert storage.fetch(reading, tables, "order", [1]) == {}
        with database.write() as connection:
            number = add(connection, tables, "order")
        assert storage.fetch(reading, tables, "order", [number]) == {}
    with database.glance() as connection:
        assert number in storage.fetch(connection, tables, "order", [number])


def test_nothing_of_a_failed_transaction_stays(database: Database, tables: Tables) -> None:
    def fail() -> None:
        with database.write() as connection:
            add(connection, tables, "supplier", name="Acme", state="draft")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.glance() as connection:
        assert storage.fetch(connection, tables, "supplier", [1]) == {}


def test_a_thread_cannot_wait_for_itself(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with pytest.raises(RuntimeError, match="open already"), database.write(), database.write():
        pass
    with database.write() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    database.dispose()


def test_only_files_and_servers_are_databases() -> None:
    for url in ("sqlite://", "sqlite:///:memory:", "mysql://x"):
        with pytest.raises(ValueError, match="database is"):
            open_database(url)
