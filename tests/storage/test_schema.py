from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from engine.metadata import Identity
from engine.storage import Catalogue, Connection, Database, Difference, Tables, add_missing, create_schema, differences, open_database
from tests.storage.samples import application, entity, field, order, shop, supplier, with_fields


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.dispose()


def lacking(connection: Connection, tables: Tables) -> tuple[Difference, ...]:
    return differences(Catalogue(connection), tables.blueprints)


def added(connection: Connection, tables: Tables) -> tuple[Difference, ...]:
    found = lacking(connection, tables)
    add_missing(connection, tables.blueprints, found)
    return found


def test_a_schema_is_made_once(database: Database) -> None:
    tables = Tables(shop(), database.dialect)
    with database.write() as connection:
        create_schema(connection, tables)
        assert {"supplier", "supplier_history", "order", "order__lines", "loom_audit"} <= set(sa.inspect(connection).get_table_names())
    with database.write() as connection:
        assert lacking(connection, tables) == ()
        create_schema(connection, tables)


def test_sqlite_tables_are_strict(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with database.write() as connection:
        create_schema(connection, Tables(shop(), "sqlite"))
        loose = connection.exec_driver_sql(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'"
        )
        assert loose.scalars().all() == []
    database.dispose()


def test_what_is_new_is_added_and_nothing_is_lost(database: Database) -> None:
    old = Tables(shop(), database.dialect)
    with database.write() as connection:
        create_schema(connection, old)
        connection.exec_driver_sql(
            "INSERT INTO supplier (version, current_from, created_at, updated_at, name)"
            " VALUES (1, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', 'Acme')"
        )
    grown = with_fields(supplier(), field("supplier", "parent", "link", to="supplier"), field("supplier", "rank", "integer", unique=True))
    new = Tables(application(grown, *order(), entity("site", field("site", "code", "text"))), database.dialect)
    with database.write() as connection:
        done = {(change.kind, change.table, change.name) for change in added(connection, new)}
        assert {
            ("table", "site", ""),
            ("table", "site_history", ""),
            ("column", "supplier", "parent"),
            ("column", "supplier_history", "rank"),
            ("index", "supplier", "uq_supplier_rank"),
        } <= done
        row = connection.execute(sa.select(new.table("supplier"))).mappings().one()
        assert (row["name"], row["state"], row["parent"]) == ("Acme", "draft", None)
    with database.write() as connection:
        assert lacking(connection, new) == ()


def test_an_index_that_nobody_wants_is_dropped(database: Database) -> None:
    with database.write() as connection:
        create_schema(connection, Tables(shop(), database.dialect))
        plain = entity("supplier", field("supplier", "number", "text"), field("supplier", "name", "text"))
        done = added(connection, Tables(application(plain), database.dialect))
        assert {(change.kind, change.name) for change in done} == {
            ("surplus_index", "uq_supplier_name"),
            ("surplus_index", "uq_supplier_number"),
        }


def test_a_renamed_field_keeps_its_column(database: Database) -> None:
    with database.write() as connection:
        create_schema(connection, Tables(shop(), database.dialect))
        identity = Identity(physical={"entity:vendor": "supplier", "field:vendor.title": "name"})
        vendor = entity("vendor", field("vendor", "title", "text", unique=True))
        renamed = Tables(application(vendor, identity=identity), database.dialect)
        assert all(change.kind == "surplus_index" for change in lacking(connection, renamed))
        assert renamed.column("vendor", "title").name == "name"
        assert renamed.table("vendor").name == "supplier"


def test_names_longer_than_postgresql_allows(database: Database) -> None:
    name = "a" * 60
    lines = entity(f"{name}.{'b' * 60}", field(f"{name}.{'b' * 60}", "c" * 60, "text", unique=True), document=name)
    tables = Tables(application(entity(name, field(name, "d", "text")), lines), database.dialect)
    with database.write() as connection:
        create_schema(connection, tables)
        assert lacking(connection, tables) == ()


def test_entities_that_link_to_each_other(database: Database) -> None:
    user = entity("user", field("user", "department", "link", to="department"))
    department = entity("department", field("department", "head", "link", to="user"))
    tables = Tables(application(user, department), database.dialect)
    with database.write() as connection:
        create_schema(connection, tables)
        assert lacking(connection, tables) == ()


def test_views_show_numbers_with_their_point_under_todays_names(database: Database) -> None:
    identity = Identity(physical={"field:supplier.credit": "credit_limit"})
    tables = Tables(shop(identity=identity), database.dialect)
    with database.write() as connection:
        create_schema(connection, tables)
        scaled = "123450" if database.dialect == "sqlite" else "1234.50"
        connection.exec_driver_sql(
            "INSERT INTO supplier (version, current_from, created_at, updated_at, name, credit_limit)"
            f" VALUES (1, '2026-01-01', '2026-01-01', '2026-01-01', 'Acme', {scaled})"
        )
        assert float(connection.exec_driver_sql("SELECT credit FROM v_supplier").scalar_one()) == 1234.5


def test_a_field_may_not_take_a_column_of_the_engine() -> None:
    tables = Tables(application(entity("thing", field("thing", "version", "text"))), "sqlite")
    with pytest.raises(ValueError, match=r"thing\.version"):
        tables.table("thing")


def test_what_no_interface_shows_has_no_view(database: Database) -> None:
    secret = entity("credential", field("credential", "password", "text"), api=False)
    with database.write() as connection:
        create_schema(connection, Tables(application(secret, entity("site", field("site", "code", "text"))), database.dialect))
        assert sa.inspect(connection).get_view_names() == ["v_site"]
