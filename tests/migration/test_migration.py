from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

import pytest
import sqlalchemy as sa

from engine import storage
from engine.app import Serving, assemble
from engine.clock import VirtualClock
from engine.errors import Refusal
from engine.loading import Sources, load_sources
from engine.metadata import Metadata
from engine.migration import Plan, apply, plan, purge, stored, waste
from engine.scenarios import Answers
from engine.storage import Database, Tables, open_database
from tests.applications import NO_PLUGINS
from tests.databases import SCRATCH
from tests.templates import TEMPLATES

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
def empty(database_url: str) -> Iterator[Database]:
    """A database to which nothing was applied."""
    found = open_database(database_url)
    yield found
    found.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """One to which the base was applied."""
    TEMPLATES.fill(database_url, BASE["models/supplier.yaml"], begin)
    found = open_database(database_url)
    yield found
    found.dispose()


def begin(url: str) -> None:
    database = open_database(url)
    do(database, BASE)
    database.dispose()


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


@cache
def loaded(texts: tuple[tuple[str, str], ...]) -> tuple[Sources, Metadata]:
    sources = Sources({path: text.encode() for path, text in texts})
    return sources, load_sources(sources)


def do(database: Database, texts: Mapping[str, str]) -> Plan:
    return apply(database, *loaded(tuple(texts.items())), "Li Na", NOW)


def planned(database: Database, texts: Mapping[str, str]) -> Plan:
    with database.read() as connection:
        return plan(connection, *loaded(tuple(texts.items())))


def serving(database: Database) -> Metadata:
    return tables_of(database).metadata


def tables_of(database: Database) -> Tables:
    with database.glance() as connection:
        return revision_of(database, storage.served(connection))


@lru_cache(4)
def revision_of(database: Database, number: int) -> Tables:
    """The tables of what was applied, which never changes."""
    with database.glance() as connection:
        found = stored(connection, number)
    return Tables(load_sources(found.sources, found.identity, number), database.dialect)


def add(database: Database, **values: Any) -> int:
    tables = tables_of(database)
    stamps = {"created_at": NOW, "updated_at": NOW, "state": "draft"}
    with database.write() as connection:
        return storage.insert(connection, tables, "supplier", {**stamps, **values}, NOW)


def row(database: Database, number: int) -> dict[str, Any]:
    tables = tables_of(database)
    with database.read() as connection:
        return storage.fetch(connection, tables, "supplier", [number])[number]


def delete(database: Database, number: int) -> None:
    tables = tables_of(database)
    with database.write() as connection:
        assert storage.delete(connection, tables, "supplier", {"id": number, "version": 1}, NOW)


def tidy(database: Database) -> None:
    """Do what an apply leaves to the workers."""
    clock = VirtualClock(NOW + timedelta(minutes=1))
    app = assemble(SCRATCH, Serving(database, NO_PLUGINS), clock, Answers({}).connect)
    app.jobs.run_due()


def words(found: Plan) -> list[str]:
    return [str(step.message) for step in found.steps]


def test_the_first_definition_is_applied_and_served(empty: Database) -> None:
    assert planned(empty, BASE).number == 1
    found = do(empty, BASE)
    assert "New: entity supplier." in words(found)
    assert "New: field supplier.name." not in words(found), "what belongs to something new needs no line of its own"
    metadata = serving(empty)
    assert metadata.number == 1
    assert metadata.identity.number("entity:supplier") is not None
    assert metadata.identity.number("state:supplier.draft") is not None
    number = add(empty, name="Acme", credit=Decimal("1.50"))
    assert row(empty, number)["credit"] == Decimal("1.50")


def test_applying_twice_does_nothing(database: Database) -> None:
    again = do(database, BASE)
    assert (again.nothing, again.number, again.steps) == (True, 1, ())
    with database.glance() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(storage.system_tables.revision)).scalar() == 1


def test_other_words_are_a_new_revision_without_steps(database: Database) -> None:
    found = do(database, files(app=("label: Shop", "label: Store")))
    assert (found.number, found.steps, found.nothing) == (2, (), False)
    assert serving(database).label == {"en": "Store"}
    with database.glance() as connection:
        assert b"label: Shop" in stored(connection, 1).sources.files["app.yaml"]


def test_a_renamed_field_keeps_its_values_and_its_number(database: Database) -> None:
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
    tables = tables_of(database)
    with database.read() as connection:
        assert storage.fetch(connection, tables, "vendor", [number])[number]["name"] == "Acme"
        views = set(sa.inspect(connection).get_view_names())
        assert {"v_vendor", "v_vendor__lines"} <= views
        assert "v_supplier" not in views


def test_what_was_removed_comes_back_with_its_values(database: Database) -> None:
    number = add(database, name="Acme", credit=Decimal(5))
    before = serving(database).identity
    found = do(database, files(supplier=("  credit: {type: money}\n", "")))
    assert any("The values of 1 record stay in the database" in line for line in words(found))
    assert serving(database).identity.number("field:supplier.credit") is None
    again = do(database, BASE)
    assert words(again) == ["There again: field supplier.credit, with what 1 record held."]
    assert row(database, number)["credit"] == Decimal(5)
    assert serving(database).identity.number("field:supplier.credit") == before.number("field:supplier.credit")


def test_a_link_that_is_removed_holds_nobody_back_and_comes_back(database: Database) -> None:
    mother = add(database, name="Mother")
    other = add(database, name="Other")
    daughters = [add(database, name=f"Daughter {n}", mother=which) for n, which in enumerate((mother, other))]
    found = do(database, files(supplier=("  mother: {type: link, to: supplier}\n", "")))
    assert [step.kind for step in found.steps] == ["retired", "index"]
    tidy(database)
    delete(database, mother)
    do(database, BASE)
    assert [row(database, number)["mother"] for number in daughters] == [None, other]


def test_an_entity_that_is_removed_stays_and_comes_back(database: Database) -> None:
    mother = add(database, name="Mother")
    number = add(database, name="Acme", credit=Decimal(5), mother=mother)
    gone = {path: text for path, text in BASE.items() if "supplier" not in path}
    found = do(database, gone)
    assert "Gone: entity supplier. Its 2 records stay in the database, unseen; declared again it has them again." in words(found)
    assert "supplier" not in serving(database).entities
    tidy(database)
    assert "There again: entity supplier, with what 2 records held." in words(do(database, BASE))
    assert (row(database, number)["name"], row(database, number)["mother"]) == ("Acme", mother)
    assert do(database, BASE).nothing


def test_codes_that_move_up_and_codes_that_become_one(database: Database) -> None:
    low, high = add(database, name="Low", risk="low", tags=("low", "high")), add(database, name="High", risk="high")
    both = "{low: {label: Low}, high: {label: High}}"
    do(database, files(risk=(both, "{high: {label: High, was: low}, top: {label: Top, was: high}}")))
    assert (row(database, low)["risk"], row(database, high)["risk"], row(database, low)["tags"]) == ("high", "top", ("high", "top"))
    found = do(database, files(risk=(both, "{top: {label: Top, was: high}}")))
    assert words(found) == ["choice risk.high is gone; its 2 records have risk.top now."]
    assert (row(database, low)["risk"], row(database, high)["risk"]) == ("top", "top")


def test_only_a_purge_deletes_for_ever(database: Database) -> None:
    mother = add(database, name="Mother", credit=Decimal(5))
    add(database, name="Acme", credit=Decimal(7), mother=mother)
    do(database, files(supplier=("credit: {type: money}", "credit: {type: text}")))
    without = files(supplier=("  mother: {type: link, to: supplier}\n", ""))
    do(database, without)
    tidy(database)
    with database.read() as connection:
        found = waste(connection)
    converted = [("column:supplier.credit", 2), ("column:supplier.credit_2", 2)]
    assert [(one.name, one.rows) for one in found] == [*converted, ("field:supplier.mother", 1)]
    assert purge(database, "Li Na", NOW, found) == 3
    with database.read() as connection:
        assert waste(connection) == ()
        kept = connection.execute(sa.select(storage.system_tables.purged.c.name, storage.system_tables.purged.c.rows)).all()
        columns = {column["name"] for column in sa.inspect(connection).get_columns("supplier_history")}
    assert [tuple(row) for row in kept] == [(one.name, one.rows) for one in found]
    assert not columns & {"credit", "credit_2", "mother_2"}
    assert row(database, mother)["credit"] == Decimal(5)
    do(database, BASE)
    assert row(database, add(database, name="Bolt", mother=mother))["mother"] == mother
    gone = {path: text for path, text in BASE.items() if "supplier" not in path}
    do(database, gone)
    tidy(database)
    with database.read() as connection:
        found = waste(connection)
    purge(database, "Li Na", NOW, found)
    with database.read() as connection:
        assert not {"supplier", "supplier_history", "supplier__lines"} & set(sa.inspect(connection).get_table_names())
    do(database, BASE)
    assert row(database, add(database, name="Anew", credit=Decimal(1)))["credit"] == Decimal(1)


def test_renamed_codes_are_renamed_in_the_records_and_their_history(database: Database) -> None:
    number = add(database, name="Acme", risk="low", tags=("high", "low"))
    tables = tables_of(database)
    with database.write() as connection:
        storage.update(connection, tables, "supplier", {"id": number, "version": 1, "name": "Ajax"}, NOW)
    found = do(database, files(risk=("low: {label: Low}", "small: {label: Low, was: low}")))
    (step,) = found.steps
    assert (step.kind, step.rows) == ("code", 2)
    assert (row(database, number)["risk"], row(database, number)["tags"]) == ("small", ("high", "small"))
    tables = tables_of(database)
    with database.read() as connection:
        (earlier,) = storage.history(connection, tables, "supplier", number)
        assert earlier["risk"] == "small"


def test_a_renamed_state_moves_its_records(database: Database) -> None:
    number = add(database, name="Acme")
    renamed = files(lifecycle=("draft: {label: Draft}", "open: {label: Open, was: draft}"))
    renamed["workflows/supplier.lifecycle.yaml"] = renamed["workflows/supplier.lifecycle.yaml"].replace("from: draft", "from: open")
    do(database, renamed)
    assert row(database, number)["state"] == "open"


def blocked(database: Database, texts: Mapping[str, str]) -> list[str]:
    with pytest.raises(Refusal, match="cannot be applied") as refusal:
        do(database, texts)
    assert serving(database).number == 1
    return [line for line in str(refusal.value.message).splitlines()[1:] if not line.startswith("  ")]


def test_what_would_lose_data_is_blocked(database: Database) -> None:
    first = add(database, name="Acme", risk="low", credit=Decimal(5))
    second = add(database, name="Acme", mother=first)
    assert blocked(database, files(risk=("low: {label: Low}, ", ""))) == [
        "choice risk.low is gone, but 1 record has it. Write `was: low` at the one that takes its place, or change the records first."
    ]
    (no_way,) = blocked(database, files(supplier=("mother: {type: link, to: supplier}", "mother: {type: text}")))
    assert "changes from a link to text, but 1 record has a value there, and one cannot become the other." in no_way
    twice = files(supplier=("name: {type: text, ", "name: {type: text, unique: true, "))
    assert blocked(database, twice) == ["name of supplier must be unique, but 1 value is there more than once. Change the records first."]
    assert [str(one) for one in planned(database, twice).blocked[0].examples] == [f"supplier {first} and {second}"]
    lost = files(lifecycle=("draft: {label: Draft}, ", ""))
    lost["workflows/supplier.lifecycle.yaml"] = lost["workflows/supplier.lifecycle.yaml"].replace("from: draft, to", "to")
    assert "state supplier.draft is gone, but 2 records have it" in blocked(database, lost)[0]
    moved = files(supplier=("  credit: {type: money}\n", "")) | {}
    moved["models/supplier.yaml"] = moved["models/supplier.yaml"].replace(
        "{note: {type: text}}", "{note: {type: text}, credit: {type: money}}"
    )
    assert "cannot move between a record and its rows" in blocked(database, moved)[0]
    sealed = "credit: {type: money, sealed: {until: created_at, except: created_by = user}}"
    (open_,) = blocked(database, files(supplier=("credit: {type: money}", sealed)))
    assert open_.startswith("field supplier.credit would be sealed, but the values of 1 record have been kept openly")


def test_what_is_required_from_now_on(database: Database) -> None:
    first = add(database, name="Acme", credit=Decimal(5))
    second = add(database, name="Bolt")
    new = files(supplier=("  credit:", "  email: {type: email, required: true}\n  credit:"))
    assert blocked(database, new) == [
        "field supplier.email is required, but 2 records that are there already have no value. Give it a default that is no formula."
    ]
    assert [str(one) for one in planned(database, new).blocked[0].examples] == [f"supplier {first}", f"supplier {second}"]
    assert "1 record that" in blocked(database, files(supplier=("credit: {type: money}", "credit: {type: money, required: true}")))[0]
    do(database, files(supplier=("credit: {type: money}", "credit: {type: money, required: true, default: 7}")))
    assert [row(database, number)["credit"] for number in (first, second)] == [Decimal(5), Decimal(7)]


def test_a_type_may_change_while_nothing_has_a_value(database: Database) -> None:
    add(database, name="Acme")
    assert do(database, files(supplier=("credit: {type: money}", "credit: {type: text}"))).number == 2
    assert row(database, add(database, name="Bolt", credit="good"))["credit"] == "good"


def test_a_new_required_field_with_a_default_fills_what_is_there(database: Database) -> None:
    number = add(database, name="Acme")
    found = do(database, files(supplier=("  credit:", "  limit: {type: money, required: true, default: 100}\n  credit:")))
    assert [(step.kind, step.rows) for step in found.steps if step.subject == "field:supplier.limit"] == [("new", 0), ("fill", 1)]
    assert row(database, number)["limit"] == Decimal(100)


@pytest.mark.parametrize("declared", ["credit: {type: money, blank: zero}", "credit: {type: money, blank: zero, default: 7}"])
def test_what_counts_as_zero_from_now_on_is_zero(database: Database, declared: str) -> None:
    """Formulas take for granted that something stands there: a record from before could not be changed any more."""
    first = add(database, name="Acme", credit=Decimal(5))
    second = add(database, name="Bolt")
    new = files(supplier=("credit: {type: money}", f"{declared}\n  tries: {{type: integer, blank: zero}}"))
    steps = [(step.kind, step.subject, step.rows) for step in do(database, new).steps if step.kind == "fill"]
    assert steps == [("fill", "field:supplier.credit", 1), ("fill", "field:supplier.tries", 2)]
    found = [row(database, number) for number in (first, second)]
    assert [(each["credit"], each["tries"]) for each in found] == [(Decimal(5), Decimal(0)), (Decimal(0), Decimal(0))]
    assert planned(database, new).steps == ()


def test_a_plan_is_plain_data_too(database: Database) -> None:
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
                "lock": "none",
                "message": "Gone: field supplier.credit. It has no values.",
                "examples": [],
                "used_by": ["form supplier", "page supplier"],
            }
        ],
        "access": [],
        "running": [],
    }


def test_a_database_of_a_later_version_is_left_alone(database: Database) -> None:
    with database.write() as connection:
        connection.execute(sa.update(storage.system_tables.meta).where(storage.system_tables.meta.c.name == "layout").values(value="99"))
    with pytest.raises(RuntimeError, match="later version"):
        do(database, BASE)


@pytest.mark.parametrize(
    ("becomes", "words"),
    [
        ("credit: {type: money, formula: 1 + 1}", "is calculated from now on, but 1 record has a value there that somebody gave"),
        ("credit: {type: table, fields: {amount: {type: money}}}", "holds rows from now on, but 1 record has a value there"),
        ("credit: {type: links, to: supplier}", "holds rows from now on, but 1 record has a value there"),
    ],
)
def test_what_somebody_gave_is_not_overwritten(database: Database, becomes: str, words: str) -> None:
    number = add(database, name="Acme", credit=Decimal(5))
    (said,) = blocked(database, files(supplier=("credit: {type: money}", becomes)))
    assert words in said
    found = do(database, files(supplier=("credit: {type: money}", "credit: {type: money, formula: 1 + 1, keep: virtual}")))
    assert [(step.kind, step.rows) for step in found.steps] == [("retired", 1)]
    do(database, BASE)
    assert row(database, number)["credit"] == Decimal(5)
