from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from engine import storage
from engine.errors import Refusal
from engine.loading import Sources, load_sources
from engine.metadata import Metadata
from engine.migration import Plan, apply, plan, stored
from engine.storage import Database, Tables, open_database

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
APP = "app: shop\nlabel: Shop\nroles: {buyer: {label: Buyer}, clerk: {label: Clerk}}\n"
SUPPLIER = """\
entity: supplier
fields:
  name: {type: text, required: true}
  risk: {type: choice, of: risk}
  tags: {type: multi_choice, of: risk}
  credit: {type: money}
  mother: {type: link, to: supplier}
  lines: {type: table, fields: {note: {type: text}}}
access: {buyer: {read: true}}
"""
RISK = "choices: risk\nvalues: {low: {label: Low}, high: {label: High}}\n"
LIFECYCLE = """\
lifecycle: supplier
for: supplier
states: {draft: {label: Draft}, active: {label: Active}}
actions: {activate: {from: draft, to: active, who: role:buyer}}
"""
BASE = {"app.yaml": APP, "models/supplier.yaml": SUPPLIER, "models/risk.yaml": RISK, "workflows/supplier.lifecycle.yaml": LIFECYCLE}
Applying = Callable[..., Plan]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.dispose()


def files(**changes: tuple[str, str]) -> dict[str, str]:
    """The base with one text replaced per file: `supplier=("name:", "title:")`."""
    changed = dict(BASE)
    for path in BASE:
        name = path.rpartition("/")[2].partition(".")[0] if "lifecycle" not in path else "lifecycle"
        if name in changes:
            old, new = changes[name]
            assert old in changed[path]
            changed[path] = changed[path].replace(old, new)
    return changed


def sources_of(texts: Mapping[str, str]) -> Sources:
    return Sources({path: text.encode() for path, text in texts.items()})


def do(database: Database, texts: Mapping[str, str]) -> Plan:
    sources = sources_of(texts)
    return apply(database, sources, load_sources(sources), "Li Na", NOW)


def planned(database: Database, texts: Mapping[str, str]) -> Plan:
    sources = sources_of(texts)
    with database.read() as connection:
        return plan(connection, sources, load_sources(sources))


def serving(database: Database) -> Metadata:
    with database.glance() as connection:
        number = storage.served(connection)
        found = stored(connection, number)
    return load_sources(found.sources, found.identity, number)


def add(database: Database, **values: Any) -> int:
    tables = Tables(serving(database), database.dialect)
    stamps = {"created_at": NOW, "updated_at": NOW, "state": "draft"}
    with database.write() as connection:
        return storage.insert(connection, tables, "supplier", {**stamps, **values}, NOW)


def row(database: Database, number: int) -> dict[str, Any]:
    tables = Tables(serving(database), database.dialect)
    with database.read() as connection:
        return storage.fetch(connection, tables, "supplier", [number])[number]


def words(found: Plan) -> list[str]:
    return [str(step.message) for step in found.steps]


def test_the_first_definition_is_applied_and_served(database: Database) -> None:
    assert planned(database, BASE).number == 1
    found = do(database, BASE)
    assert "New: entity supplier." in words(found)
    assert "New: field supplier.name." not in words(found), "what belongs to something new needs no line of its own"
    metadata = serving(database)
    assert metadata.number == 1
    assert metadata.identity.number("entity:supplier") is not None
    assert metadata.identity.number("state:supplier.draft") is not None
    number = add(database, name="Acme", credit=Decimal("1.50"))
    assert row(database, number)["credit"] == Decimal("1.50")


def test_applying_twice_does_nothing(database: Database) -> None:
    do(database, BASE)
    again = do(database, BASE)
    assert (again.nothing, again.number, again.steps) == (True, 1, ())
    with database.glance() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(storage.system_tables.revision)).scalar() == 1


def test_other_words_are_a_new_revision_without_steps(database: Database) -> None:
    do(database, BASE)
    found = do(database, files(app=("label: Shop", "label: Store")))
    assert (found.number, found.steps, found.nothing) == (2, (), False)
    assert serving(database).label == {"en": "Store"}
    with database.glance() as connection:
        assert b"label: Shop" in stored(connection, 1).sources.files["app.yaml"]


def test_a_renamed_field_keeps_its_values_and_its_number(database: Database) -> None:
    do(database, BASE)
    number = add(database, name="Acme")
    before = serving(database).identity
    found = do(database, files(supplier=("name: {type: text", "title: {was: name, type: text")))
    assert "field supplier.name is now called supplier.title." in words(found)
    after = serving(database).identity
    assert row(database, number)["title"] == "Acme"
    assert after.number("field:supplier.title") == before.number("field:supplier.name")
    assert after.column("supplier", "title") == "name"
    assert after.number("field:supplier.name") is None
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT title FROM v_supplier").scalar() == "Acme"


def test_a_renamed_entity_keeps_everything(database: Database) -> None:
    do(database, BASE)
    number = add(database, name="Acme")
    before = serving(database).identity
    texts = {path: text.replace("supplier", "vendor") for path, text in BASE.items()}
    texts = {path.replace("supplier", "vendor"): text for path, text in texts.items()}
    texts["models/vendor.yaml"] = texts["models/vendor.yaml"].replace("entity: vendor", "entity: vendor\nwas: supplier")
    texts["workflows/vendor.lifecycle.yaml"] += "was: supplier\n"
    found = do(database, texts)
    assert found.blocked == ()
    assert [step.kind for step in found.steps] == ["renamed"] * len(found.steps)
    after = serving(database).identity
    for new, old in (
        ("entity:vendor", "entity:supplier"),
        ("field:vendor.lines.note", "field:supplier.lines.note"),
        ("state:vendor.draft",) * 2,
    ):
        assert after.number(new) == before.number(old.replace("vendor", "supplier"))
    tables = Tables(serving(database), database.dialect)
    with database.read() as connection:
        assert storage.fetch(connection, tables, "vendor", [number])[number]["name"] == "Acme"
        views = set(sa.inspect(connection).get_view_names())
        assert {"v_vendor", "v_vendor__lines"} <= views
        assert "v_supplier" not in views


def test_a_name_that_comes_back_is_another_field(database: Database) -> None:
    do(database, BASE)
    number = add(database, name="Acme", credit=Decimal(5))
    without = files(supplier=("  credit: {type: money}\n", ""))
    found = do(database, without)
    assert any("The values of 1 records stay in the database" in line for line in words(found))
    do(database, BASE)
    assert row(database, number)["credit"] is None
    assert serving(database).identity.column("supplier", "credit") == "credit_2"


def test_a_removed_field_comes_back_where_it_is_asked_for(database: Database) -> None:
    do(database, BASE)
    number = add(database, name="Acme", credit=Decimal(5))
    do(database, files(supplier=("  credit: {type: money}\n", "")))
    do(database, files(supplier=("credit: {type: money}", "credit: {type: money, was: credit}")))
    assert row(database, number)["credit"] == Decimal(5)


def test_renamed_codes_are_renamed_in_the_records_and_their_history(database: Database) -> None:
    do(database, BASE)
    number = add(database, name="Acme", risk="low", tags=("high", "low"))
    tables = Tables(serving(database), database.dialect)
    with database.write() as connection:
        storage.update(connection, tables, "supplier", {"id": number, "version": 1, "name": "Ajax"}, NOW)
    found = do(database, files(risk=("low: {label: Low}", "small: {label: Low, was: low}")))
    (step,) = found.steps
    assert (step.kind, step.rows) == ("code", 2)
    assert (row(database, number)["risk"], row(database, number)["tags"]) == ("small", ("high", "small"))
    tables = Tables(serving(database), database.dialect)
    with database.read() as connection:
        (earlier,) = storage.history(connection, tables, "supplier", number)
        assert earlier["risk"] == "small"


def test_a_renamed_state_moves_its_records(database: Database) -> None:
    do(database, BASE)
    number = add(database, name="Acme")
    renamed = files(lifecycle=("draft: {label: Draft}", "open: {label: Open, was: draft}"))
    renamed["workflows/supplier.lifecycle.yaml"] = renamed["workflows/supplier.lifecycle.yaml"].replace("from: draft", "from: open")
    do(database, renamed)
    assert row(database, number)["state"] == "open"


def blocked(database: Database, texts: Mapping[str, str]) -> list[str]:
    found = planned(database, texts)
    with pytest.raises(Refusal, match="cannot be applied"):
        do(database, texts)
    assert serving(database).number == 1
    return [str(step.message) for step in found.blocked]


def test_what_would_lose_data_is_blocked(database: Database) -> None:
    do(database, BASE)
    first = add(database, name="Acme", risk="low", credit=Decimal(5))
    add(database, name="Acme", mother=first)
    assert blocked(database, files(risk=("low: {label: Low}, ", ""))) == [
        "choice risk.low is gone, but 1 records have it. Name its successor with `was:`, or change them first."
    ]
    assert blocked(database, files(supplier=("credit: {type: money}", "credit: {type: text}"))) == [
        "The type of field supplier.credit changes from number(2) to text, but 1 records have a value there. Use a new field instead."
    ]
    assert (
        "field supplier.mother is gone, but 1 records have a value there"
        in blocked(database, files(supplier=("  mother: {type: link, to: supplier}\n", "")))[0]
    )
    assert blocked(database, files(supplier=("name: {type: text, ", "name: {type: text, unique: true, "))) == [
        "name of supplier must be unique, but 1 values are there more than once. Change the records first."
    ]
    assert blocked(database, files(supplier=("  credit:", "  email: {type: email, required: true}\n  credit:"))) == [
        "field supplier.email is required, but 2 records that are there already have no value. Give it a default that is no formula."
    ]
    lost = files(lifecycle=("draft: {label: Draft}, ", ""))
    lost["workflows/supplier.lifecycle.yaml"] = lost["workflows/supplier.lifecycle.yaml"].replace("from: draft, to", "to")
    assert "state supplier.draft is gone, but 2 records have it" in blocked(database, lost)[0]
    gone = {path: text for path, text in BASE.items() if "supplier" not in path}
    assert "entity supplier is gone, but it has 2 records." in blocked(database, gone)[0]


def test_a_type_may_change_while_nothing_has_a_value(database: Database) -> None:
    do(database, BASE)
    add(database, name="Acme")
    assert do(database, files(supplier=("credit: {type: money}", "credit: {type: text}"))).number == 2
    assert row(database, add(database, name="Bolt", credit="good"))["credit"] == "good"


def test_a_new_required_field_with_a_default_fills_what_is_there(database: Database) -> None:
    do(database, BASE)
    number = add(database, name="Acme")
    found = do(database, files(supplier=("  credit:", "  limit: {type: money, required: true, default: 100}\n  credit:")))
    assert [(step.kind, step.rows) for step in found.steps if step.subject == "field:supplier.limit"] == [("new", 0), ("fill", 1)]
    assert row(database, number)["limit"] == Decimal(100)


def test_a_plan_is_plain_data_too(database: Database) -> None:
    do(database, BASE)
    found = planned(database, files(supplier=("  credit: {type: money}\n", "")))
    assert found.as_data() == {
        "base": 1,
        "number": 2,
        "blocked": False,
        "steps": [
            {
                "kind": "retired",
                "subject": "field:supplier.credit",
                "rows": 0,
                "blocked": False,
                "message": "Gone: field supplier.credit. It has no values.",
            }
        ],
    }


def test_a_database_of_a_later_version_is_left_alone(database: Database) -> None:
    do(database, BASE)
    with database.write() as connection:
        connection.execute(sa.update(storage.system_tables.meta).where(storage.system_tables.meta.c.name == "layout").values(value="99"))
    with pytest.raises(RuntimeError, match="later version"):
        do(database, BASE)
