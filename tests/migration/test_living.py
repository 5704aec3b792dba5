"""Applying a definition to an application that people are working with."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
import sqlalchemy as sa

from engine import migration, records, storage
from engine.access import SYSTEM
from engine.app import App, Serving, assemble
from engine.clock import VirtualClock
from engine.errors import Unavailable
from engine.loading import Sources, load_sources, with_system
from engine.migration import expand, indexes
from engine.plugins import Plugins
from engine.storage.system_tables import audit
from engine.unit_of_work import UnitOfWork
from tests.templates import TEMPLATES

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
APP = b"app: shop\nroles: {buyer: {label: Buyer}}\n"
ORDER = """\
entity: order
fields:
  qty: {type: integer}
  gross: {type: integer, formula: qty * 2}
  half: {type: decimal, formula: =gross / 4, keep: virtual}
  shown: {type: decimal, formula: half + 1, keep: stored}
  lines: {type: table, fields: {n: {type: integer}, double: {type: integer, formula: n * 2}}}
access: {buyer: {read: true, create: true}}
"""


def begin(url: str) -> None:
    database = storage.open_database(url)
    sources = Sources({"app.yaml": APP, "models/order.yaml": ORDER.encode()})
    migration.apply(database, sources, load_sources(sources), "Li Na", NOW)
    database.dispose()


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[App]:
    """The application with orders."""
    TEMPLATES.fill(database_url, ORDER, begin)
    yield from assembled(database_url, tmp_path)


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> Iterator[App]:
    """One to which nothing was applied."""
    yield from assembled(database_url, tmp_path)


def assembled(database_url: str, tmp_path: Path) -> Iterator[App]:
    serving = Serving(storage.open_database(database_url), Plugins.discover(tmp_path))

    def no_connector(name: str) -> object:
        raise KeyError(name)

    found = assemble(tmp_path, serving, VirtualClock(NOW), no_connector)  # type: ignore[arg-type]
    yield found
    found.close()


def apply(app: App, order: str) -> migration.Plan:
    sources = Sources({"app.yaml": APP, f"models/{order.split()[1]}.yaml": order.encode()})
    return migration.apply(app.database, sources, load_sources(sources), "Li Na", NOW)


def save(app: App, **values: object) -> int:
    row = app.run(SYSTEM, lambda uow: records.save(uow, "order", None, values))
    return int(str(row["id"]))


def test_a_changed_formula_computes_what_is_there_anew(app: App) -> None:
    numbers = [save(app, qty=n, lines=[{"n": n}]) for n in range(1, 251)]
    found = apply(app, ORDER.replace("qty * 2", "qty * 4").replace("n * 2", "n * 3"))
    (step,) = found.steps
    assert (step.kind, step.subject, step.rows) == ("recompute", "entity:order", 250)
    assert str(step.message) == "250 records of order are computed anew in the background: lines.double, gross."
    assert app.jobs.run_due() == 1
    with app.look(SYSTEM) as view:
        for n, number in enumerate(numbers, 1):
            row = records.fetch(view, "order", number)
            assert (row["gross"], row["shown"], row["lines"][0]["double"]) == (n * 4, n + 1, n * 3)  # type: ignore[index]
    assert app.jobs.run_due() == 0


def test_a_virtual_field_that_a_stored_one_reads_counts_too(app: App) -> None:
    number = save(app, qty=6)
    found = apply(app, ORDER.replace("gross / 4", "gross / 3"))
    assert [step.subject for step in found.steps] == ["entity:order"]
    app.jobs.run_due()
    with app.look(SYSTEM) as view:
        assert records.fetch(view, "order", number)["shown"] == Decimal(5)


def test_nothing_is_written_under_a_definition_that_is_gone(app: App) -> None:
    """Four people save without pause while two more definitions are applied: the entries of each revision come after those before."""
    stop = threading.Event()

    def save_on() -> int:
        count = 0
        while not stop.is_set():
            save(app, qty=1)
            count += 1
        return count

    def entries_of(revision: int) -> int:
        with app.database.glance() as connection:
            count = sa.select(sa.func.count()).select_from(audit).where(audit.c.revision == revision)
            return int(connection.execute(count).scalar_one())

    def until_some(revision: int) -> None:
        while entries_of(revision) < 20:
            pass

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(save_on) for _ in range(4)]
        until_some(1)
        apply(app, ORDER.replace("qty:", "note: {type: text}\n  qty:"))
        until_some(2)
        apply(app, ORDER.replace("qty:", "note: {type: text}\n  size: {type: text}\n  qty:"))
        until_some(3)
        stop.set()
        saved = sum(done.result() for done in running)
    with app.database.glance() as connection:
        revisions = connection.execute(sa.select(audit.c.revision).order_by(audit.c.id)).scalars().all()
    assert len(revisions) == saved
    assert revisions == sorted(revisions)
    assert set(revisions) == {1, 2, 3}


def test_a_no_that_a_newer_definition_would_not_say_is_not_said(app: App) -> None:
    """What is accepted is looked at before the transaction begins: where it then turns out that the definition has moved, it is asked again."""
    assert app.metadata.number == 1
    apply(app, ORDER.replace("  gross:", "  note: {type: text}\n  gross:"))
    save(app, note="of a field that this process did not know")
    assert app.metadata.number == 2


def test_a_newer_engine_brings_its_own_entities_by_apply(empty: App) -> None:
    """The stored definition has the engine's entities as they were: a later engine plans its own changes like any other."""
    here = with_system(Sources({"app.yaml": APP}))
    login = b"  login: {type: text, max: 60"
    user = here.files["engine/system/user.yaml"]
    newer = Sources({**here.files, "engine/system/user.yaml": user.replace(login, b"  hat: {type: text}\n" + login)})
    migration.apply(empty.database, here, load_sources(here), "Li Na", NOW)
    with empty.look(SYSTEM) as view:
        assert "hat" not in view.metadata.entities["user"].fields
    found = migration.apply(empty.database, newer, load_sources(newer), "Li Na", NOW)
    assert [step.subject for step in found.steps] == ["field:user.hat"]
    empty.serving.reload()
    row = empty.run(SYSTEM, lambda uow: records.save(uow, "user", None, {"name": "Bea", "login": "bea", "hat": "red"}))
    assert row["hat"] == "red"


def test_what_an_earlier_engine_applied_is_not_served_half(empty: App) -> None:
    here = with_system(Sources({"app.yaml": APP}))
    user = here.files["engine/system/user.yaml"]
    older = Sources({**here.files, "engine/system/user.yaml": user.replace(b"  active:", b"  acting:")})
    migration.apply(empty.database, older, load_sources(older), "Li Na", NOW)
    with pytest.raises(Unavailable, match="loom apply"):
        empty.serving.current()


def test_the_engines_own_tables_are_brought_up_to_date(app: App) -> None:
    save(app, qty=1)
    with app.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE loom_audit DROP COLUMN request")
        connection.exec_driver_sql("DELETE FROM loom_meta WHERE name = 'tables'")
        assert storage.is_lacking(connection)
    apply(app, ORDER)
    save(app, qty=1)
    with app.database.glance() as connection:
        assert not storage.is_lacking(connection)


def test_what_people_keep_names_things_as_they_are_called(app: App) -> None:
    """Saved views, their filters and formulas, and the scopes of tokens follow a rename; the plan says which views are concerned."""
    address = urlencode(
        [("where", 'qty > 1 AND gross != qty & "qty"'), ("sort", "-qty"), ("column", "qty"), ("column", "gross"), ("c", "qty:=:4")]
    )

    def fill(uow: UnitOfWork) -> None:
        person = records.save(uow, "user", None, {"name": "Bea", "login": "bea", "roles": ["buyer"]})["id"]
        kept = {"owner": person, "entity": "order", "name": "Large ones", "address": address}
        records.save(uow, "saved_view", None, kept)
        records.save(uow, "token", None, {"person": person, "name": "Robot", "hash": "x", "scope": "read order:write"})

    app.run(SYSTEM, fill)
    renamed = (
        ORDER.replace("entity: order", "entity: deal\nwas: order").replace("qty: {", "count: {was: qty, ").replace("qty * 2", "count * 2")
    )
    found = apply(app, renamed)
    (step,) = [step for step in found.steps if step.subject == "field:deal.count"]
    assert "saved view Large ones" in [str(one) for one in step.used_by]
    app.serving.reload()
    with app.look(SYSTEM) as view:
        kept = records.find(view, records.Query("saved_view")).records[0].values
        token = records.find(view, records.Query("token")).records[0].values
    assert kept["entity"] == "deal"
    assert parse_qsl(str(kept["address"])) == [
        ("where", 'count > 1 AND gross != count & "qty"'), ("sort", "-count"), ("column", "count"), ("column", "gross"), ("c", "count:=:4"),
    ]  # fmt: skip
    assert token["scope"] == "read deal:write"


def test_a_large_index_is_built_before_the_switch(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the work of people on PostgreSQL, in a transaction of its own on SQLite; who saves in between waits for nobody."""
    monkeypatch.setattr(expand, "LARGE", 3)
    monkeypatch.setattr(indexes, "LARGE", 3)
    for count in range(4):
        save(app, qty=count)
    made: list[str] = []
    done: list[int] = []
    for engine in {app.database.writer, app.database.reader}:
        sa.event.listen(engine, "before_cursor_execute", lambda *said: made.append(said[2]) if "CREATE" in said[2] else None)
    wanted = ORDER.replace("qty: {type: integer}", "qty: {type: integer, unique: true}").replace(
        "keep: stored}", "keep: stored, index: true}"
    )
    sources = Sources({"app.yaml": APP, "models/order.yaml": wanted.encode()})

    def told(what: str) -> None:
        if what == "indexed":
            done.append(save(app, qty=100 + len(done)))

    found = migration.apply(app.database, sources, load_sources(sources), "Li Na", NOW, told=told)
    assert len(done) == 2, [text for text in made if "INDEX" in text]
    server = app.database.dialect == "postgresql"
    assert [step.lock for step in found.steps if step.kind == "index"] == ["moment" if server else "rows"] * 2
    assert [("CONCURRENTLY" in text) for text in dict.fromkeys(made) if "INDEX" in text] == [server] * 2
    with app.database.read() as connection:
        assert migration.plan(connection, sources, load_sources(sources)).nothing


def test_the_plan_says_that_a_new_pattern_does_not_number_what_is_there(app: App) -> None:
    apply(app, ORDER)
    save(app, qty=1)
    (step,) = apply(app, f"{ORDER}number: {{pattern: 'O-{{0000}}'}}\n").steps[-1:]
    assert (step.kind, step.subject, step.rows, step.blocked) == ("number", "entity:order", 1, False)
    assert str(step.message) == "entity order is numbered from now on; its 1 record that is there already stays without a number."
    (step,) = apply(app, f"{ORDER}number: {{pattern: 'P-{{0000}}'}}\n").steps
    assert str(step.message) == "entity order is numbered in another way from now on; its 1 record that is there already stays as it is."
