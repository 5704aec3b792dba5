"""A backup holds everything, is taken by either database, and says when it is not whole."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine import jobs, migration, storage, workflow
from engine.access import SYSTEM
from engine.app import open_app
from engine.cli.backup import command as backup
from engine.cli.restore import command as restore
from engine.errors import Refusal
from engine.loading import load_sources
from engine.records import delete, fetch, save, uploaded
from engine.transfer import read_backup, stage
from tests.applications import START, World, opened, sources, write
from tests.databases import postgresql_database
from tests.migration.test_types import WAYS, every
from tests.transfer.shop import YAML
from tests.transfer.test_export import LINES
from tests.transfer.test_import import FULL

APPROVED = (
    YAML
    + """
    ---
    workflow: approval
    for: order
    starters: role:clerk
    admin: role:buyer
    steps:
      decide: {who: role:buyer, do: review}
    ends:
      done: {}
      rejected: {}
"""
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(APPROVED, tmp_path / "shop")
    monkeypatch.setenv("LOOM_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("LOOM_FILES", str(tmp_path / "files"))
    return tmp_path / "shop"


def filled(world: World) -> None:
    world.person("cleo", roles=["clerk"], email="cleo@example.com")
    world.person("bea", roles=["buyer"], email="bea@example.com")
    for code, name in (("B1", "Bolt"), ("N1", "Nut")):
        world.save("system", "product", code=code, name=name)
    for number in range(4):
        world.save("cleo", "order", subject=f"Order {number}", code=f"X{number}", **FULL)
    world.save("cleo", "order", 1, subject="Erste", lines=LINES[1:])
    world.app.run(world.actor("cleo"), lambda uow: workflow.submit(uow, "order", 4, "approval", workflow.Said()))
    world.delete("system", "order", 3)
    (world.app.root / "waiting.csv").write_text("Subject,Lines: Product\nFifth,Bolt\n,Nut\n")
    stage(world.ground, world.actor("cleo"), "order", (world.app.root / "waiting.csv", "waiting.csv"))


def run(command: object, *words: object) -> str:
    result = CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)  # type: ignore[arg-type]
    assert result.exit_code == 0, result.output
    return result.output


def rows(url: str) -> dict[str, list[list[object]]]:
    """Everything in a database but what belongs to this very database."""
    database = storage.open_database(url)
    with opened_tables(url) as tables, database.read() as connection:
        found = {t.name: list(storage.dump_table(connection, t)) for t in storage.dumped_tables(connection, tables)}
        found["search"] = list(storage.dump_search(connection))
    database.dispose()
    found.pop("loom_meta")
    return found


@contextmanager
def opened_tables(url: str) -> Iterator[storage.Tables]:
    app = open_app(Path(), url)
    yield app.serving.current().tables
    app.close()


@pytest.fixture
def servers(request: pytest.FixtureRequest) -> Iterator[str]:
    with postgresql_database(request.getfixturevalue("postgresql_server_url")) as url:
        yield url


def test_a_backup_is_whole_and_is_checked(root: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with opened(APPROVED, url) as world:
        filled(world)
        run(backup, root, "--db", url, "--to", tmp_path / "x.loom")
    assert read_backup(tmp_path / "x.loom").revision == 1
    run(backup, root, "--check", tmp_path / "x.loom")
    run(restore, root, "--db", f"sqlite:///{tmp_path / 'b.db'}", "--from", tmp_path / "x.loom")
    assert rows(f"sqlite:///{tmp_path / 'b.db'}") == rows(url)
    (tmp_path / "keys" / "audit.key").write_bytes(b"another key that is as long ....")
    with pytest.raises(Refusal, match="is not the one that this audit was sealed with"):
        run(backup, root, "--check", tmp_path / "x.loom")
    (tmp_path / "keys" / "audit.key").unlink()
    with pytest.raises(Refusal, match="There is no key in"):
        run(backup, root, "--check", tmp_path / "x.loom")
    with zipfile.ZipFile(tmp_path / "x.loom") as whole, zipfile.ZipFile(tmp_path / "y.loom", "w") as broken:
        for name in whole.namelist():
            broken.writestr(name, whole.read(name).replace(b"Erste", b"Letzt"))
    with pytest.raises(Refusal, match="is not what was written"):
        read_backup(tmp_path / "y.loom")


@pytest.mark.postgresql
def test_a_database_moves_to_the_other_kind_and_back(root: Path, tmp_path: Path, servers: str) -> None:
    url, back = f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}"
    with opened(APPROVED, url) as world:
        filled(world)
    run(backup, root, "--db", url, "--to", tmp_path / "x.loom")
    run(restore, root, "--db", servers, "--from", tmp_path / "x.loom")
    app = open_app(root, servers)
    with app.look(app.people.actor(1)) as view:
        assert fetch(view, "order", 1)["subject"] == "Erste"
    app.close()
    run(backup, root, "--db", servers, "--to", tmp_path / "y.loom")
    run(restore, root, "--db", back, "--from", tmp_path / "y.loom")
    there, here = rows(back), rows(url)
    assert {name: sorted(map(str, found)) for name, found in there.items()} == {n: sorted(map(str, found)) for n, found in here.items()}


def test_a_restored_database_does_nothing_outside_until_it_is_released(root: Path, tmp_path: Path) -> None:
    url, copy = f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}"
    with opened(APPROVED, url) as world:
        filled(world)
    run(backup, root, "--db", url, "--to", tmp_path / "x.loom")
    run(restore, root, "--db", copy, "--from", tmp_path / "x.loom")
    app = open_app(root, copy)
    done: list[jobs.Job] = []
    works = jobs.Works({"mail": done.append, "tidy": done.append}, outside=frozenset({"mail"}))
    runner = jobs.Runner(app.database, app.ground.clock, works)
    with app.database.write() as connection:
        for name in ("mail", "tidy"):
            jobs.put(connection, jobs.Work(name, app.ground.clock.now()))
    runner.run_due()
    assert [job.name for job in done] == ["tidy"]
    run(restore, root, "--db", copy, "--release")
    runner.run_due()
    assert [job.name for job in done] == ["tidy", "mail"]
    app.close()


def test_one_record_is_brought_back(database_url: str, root: Path, tmp_path: Path) -> None:
    with opened(APPROVED, database_url) as world:
        filled(world)
        run(backup, root, "--db", database_url, "--to", tmp_path / "x.loom")
        world.save("cleo", "order", 1, subject="spoilt", lines=[])
        world.app.run(world.actor("system"), lambda uow: delete(uow, "order", 2))
    for number in (1, 2):
        assert run(restore, root, "--db", database_url, "--from", tmp_path / "x.loom", "--record", f"order/{number}").startswith(
            f"order/{number}"
        )
    app = open_app(root, database_url)
    with app.look(app.people.actor(1)) as view:
        first, second = fetch(view, "order", 1), fetch(view, "order", 2)
    app.close()
    assert (first["subject"], len(first["lines"]), second["subject"]) == ("Erste", 1, "Order 1")  # type: ignore[arg-type]


def test_one_record_is_brought_back_under_the_names_of_today(database_url: str, root: Path, tmp_path: Path) -> None:
    """Its entity, a field, a table, a cell, a code are called otherwise, and another field is gone since the backup was made."""
    head = "app: shop\nroles: {buyer: {label: Buyer}}\n---\nchoices: risk\nvalues: {low: {}, high: {}}\n---\n"
    before = (
        f"{head}entity: supplier\nfields:\n  name: {{type: text}}\n  note: {{type: text}}\n  risk: {{type: choice, of: risk}}\n"
        "  tags: {type: multi_choice, of: risk}\n  lines: {type: table, fields: {x: {type: integer}}}\naccess: {buyer: {read: true}}\n"
    )
    after = (
        before.replace("low: {}", "small: {was: low}").replace("supplier", "vendor\nwas: supplier").replace("  note: {type: text}\n", "")
    )
    after = (
        after.replace("  name: {", "  called: {was: name, ").replace("  lines: {", "  items: {was: lines, ").replace("x: {", "y: {was: x, ")
    )
    with opened(before, database_url) as world:
        row: dict[str, object] = {"name": "Acme", "note": "n", "risk": "low", "tags": ["low", "high"], "lines": [{"x": 1}, {"x": 2}]}
        number = int(str(world.save("system", "supplier", **row)["id"]))
        run(backup, root, "--db", database_url, "--to", tmp_path / "x.loom")
        wanted = sources(after)
        migration.apply(world.app.database, wanted, load_sources(wanted), "tests", START)
        world.app.serving.reload()
        for name, spoilt in (("vendor", {"called": "B", "risk": "high", "tags": [], "items": []}), ("supplier", {"called": "C"})):
            world.save("system", "vendor", number, **spoilt)
            said = run(restore, root, "--db", database_url, "--from", tmp_path / "x.loom", "--record", f"{name}/{number}")
            assert said == f"Left out, because it is not there any more: supplier.note.\nvendor/{number}\n"
            with world.look("system") as view:
                held = fetch(view, "vendor", number)
            assert (held["called"], held["risk"], held["tags"]) == ("Acme", "small", ("small", "high"))
            assert [line["y"] for line in held["items"]] == [1, 2]  # type: ignore[attr-defined]


def test_a_backup_is_restored_into_nothing_else(root: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with opened(APPROVED, url) as world:
        filled(world)
    run(backup, root, "--db", url, "--to", tmp_path / "x.loom")
    with pytest.raises(Refusal, match="not empty"):
        run(restore, root, "--db", url, "--from", tmp_path / "x.loom")
    with pytest.raises(Refusal, match="there already"):
        run(backup, root, "--db", url, "--to", tmp_path / "x.loom")


PAPERS = """
app: shop
roles: {clerk: {label: Clerk}}
---
entity: order
fields:
  subject: {type: text}
  paper: {type: file}
  note: {type: text}
  lines: {type: table, fields: {qty: {type: integer}}}
access: {clerk: {read: true}}
---
lifecycle: life
for: order
states: {open: {}, shut: {final: true}}
actions: {shut: {from: open, to: shut, who: role:clerk}}
"""


@pytest.mark.postgresql
@pytest.mark.parametrize("forth", [True, False], ids=["to PostgreSQL", "to SQLite"])
def test_what_was_removed_and_what_is_in_files_moves_too(
    tmp_path: Path, servers: str, forth: bool, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field and a table that are gone from the definition are there again in the other database when they are declared again.

    States lie in another column since they were called otherwise.
    """
    monkeypatch.setattr("engine.migration.ids.MANY", 1)
    lite = f"sqlite:///{tmp_path / 'a.db'}"
    url, other = (lite, servers) if forth else (servers, lite)
    called = PAPERS.replace("open: {}", "begun: {was: open}").replace("from: open", "from: begun")
    less = sources("\n".join(line for line in called.splitlines() if not line.strip().startswith(("note", "lines"))))
    with opened(PAPERS, url) as world:
        kept = world.app.files.put(io.BytesIO(b"Dear Ann"), "letter.txt", 100)
        paper = world.app.run(SYSTEM, lambda uow: uploaded(uow, "letter.txt", kept))
        number = int(str(world.save("system", "order", subject="A", note="n", paper=paper, lines=[{"qty": 2}])["id"]))
        world.save("system", "order", subject="…")  # nobody finds it by its words
        migration.apply(world.app.database, less, load_sources(less), "tests", START)
        run(backup, root, "--db", url, "--to", tmp_path / "x.loom")
    shutil.rmtree(tmp_path / "files")
    run(restore, root, "--db", other, "--from", tmp_path / "x.loom")
    whole, app = sources(called), open_app(root, other)
    migration.apply(app.database, whole, load_sources(whole), "tests", START)
    app.serving.reload()
    app.run(SYSTEM, lambda uow: save(uow, "order", number, {"lines": [{"qty": 3}, {"qty": 4}]}))
    with app.look(SYSTEM) as view:
        found = fetch(view, "order", number)
        file = fetch(view, "file", int(str(found["paper"])))
    lines: Any = found["lines"]
    assert (found["note"], found["state"], [line["qty"] for line in lines]) == ("n", "begun", [3, 4])
    assert app.files.path(str(file["hash"])).read_bytes() == b"Dear Ann"
    app.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("forth", [True, False], ids=["to PostgreSQL", "to SQLite"])
def test_old_values_of_converted_fields_move_too(tmp_path: Path, servers: str, forth: bool, root: Path) -> None:
    """Whatever type they had; a column of a type that is none of ours is told."""
    lite = f"sqlite:///{tmp_path / 'a.db'}"
    url, other = (lite, servers) if forth else (servers, lite)
    before, after = ({f"w{number}": way[which] for number, way in enumerate(WAYS)} for which in (1, 3))
    wanted = sources(every(2))
    with opened(every(0), url) as world:
        world.save("system", "maker", code="A7")
        world.save("system", "thing", lines=[before], **before)
        migration.apply(world.app.database, wanted, load_sources(wanted), "tests", START)
        world.app.serving.reload()
        world.app.jobs.run_due(START + timedelta(minutes=1))
        run(backup, root, "--db", url, "--to", tmp_path / "x.loom")
    run(restore, root, "--db", other, "--from", tmp_path / "x.loom")
    app = open_app(root, other)
    with app.look(SYSTEM) as view:
        row = fetch(view, "thing", 1)
        assert {name: row[name] for name in after} == after
    with app.database.write() as connection:
        assert migration.plan(connection, wanted, load_sources(wanted)).nothing
        assert sum(one.name.startswith("column:") for one in migration.waste(connection)) == 2 * len(WAYS)
        connection.exec_driver_sql(f"ALTER TABLE maker ADD COLUMN place {'jsonb' if forth else 'REAL'}")
    app.close()
    with pytest.raises(Refusal, match="The column place of the table maker is none of Objectloom"):
        run(backup, root, "--db", other, "--to", tmp_path / "y.loom")
