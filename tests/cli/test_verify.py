import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from engine import records, storage
from engine.access import SYSTEM
from engine.app import open_app
from engine.cli import loom
from engine.settings import key
from engine.storage import Entry
from engine.storage.system_tables import audit

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LOOM_KEYS", raising=False)
    (tmp_path / "models").mkdir()
    (tmp_path / "app.yaml").write_text("app: shop\nroles: {buyer: {label: Buyer}}\n")
    (tmp_path / "models" / "supplier.yaml").write_text("entity: supplier\nfields: {name: {type: text}}\naccess: {buyer: {read: true}}\n")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(loom, arguments)


def test_an_entry_that_was_changed_is_named(root: Path, database_url: str) -> None:
    at = [str(root), "--db", database_url]
    assert "what was written" in run("verify", *at).stderr
    run("apply", *at)
    database = storage.open_database(database_url)
    with database.write() as connection:
        number = connection.execute(
            sa.select(storage.system_tables.identity.c.number).filter_by(kind="entity", name="supplier")
        ).scalar_one()
        for record in (1, 2):
            entry = Entry(number, record, NOW, 7, "Li Na", None, "person", "create", 1, "", {"name": (None, "Acme")})
            storage.append_entry(connection, key(root, "audit"), entry)
    assert run("verify", *at).exit_code == 0
    with database.write() as connection:
        connection.execute(sa.update(audit).where(audit.c.record_id == 2).values(actor_name="Mallory"))
    found = run("verify", *at)
    assert (found.exit_code, found.stdout) == (1, "supplier/2, entry 1: the values were changed\n")
    breaks = json.loads(run("verify", *at, "--json").stdout)["breaks"]
    assert breaks == [{"entity_id": number, "record_id": 2, "seq": 1, "reason": "the values were changed"}]
    (root / "var" / "keys" / "audit.key").write_bytes(b"another key that is as long ....")
    found = run("verify", *at)
    assert (found.exit_code, found.stdout) == (1, "supplier/2, entry 1: the values were changed\n"), "what shows without the key is told"
    said = f"The key in {root / 'var' / 'keys' / 'audit.key'} is not the one that this audit was sealed with."
    assert found.stderr.splitlines()[0].startswith(said)
    assert json.loads(run("verify", *at, "--json").stdout)["key_fits"] is False
    with database.write() as connection:
        connection.execute(sa.update(audit).where(audit.c.record_id == 2).values(actor_name="Li Na"))
    found = run("verify", *at)
    assert (found.exit_code, found.stdout, found.stderr.count("\n")) == (1, "", 1), "and nothing else"
    keys = root / "var" / "keys"
    (keys / "audit.key").unlink()
    for more in ((), ("--computed", "--numbers")):
        found = run("verify", *at, *more)
        assert (found.exit_code, found.stdout) == (1, "")
        assert found.stderr.startswith(f"There is no key in {keys / 'audit.key'}, so that no seal of the audit can be checked.")
        assert not (keys / "audit.key").exists(), "whoever checks makes none"
    database.dispose()


SUMS = {
    "account": "entity: account\ntitle: name\nfields:\n  name: {type: text}\n  total: {type: integer, formula: SUM(entries.doubled)}\n",
    "entry": (
        "entity: entry\nnumber: {pattern: 'E-{00}', gapless: true}\nfields:\n"
        "  account: {type: link, to: account, inverse: entries}\n  amount: {type: integer}\n"
        "  doubled: {type: integer, formula: amount * 2}\n"
    ),
}


def test_stored_values_that_are_not_what_their_formulas_give(root: Path, database_url: str) -> None:
    for name, text in SUMS.items():
        (root / "models" / f"{name}.yaml").write_text(text)
    at = [str(root), "--db", database_url]
    run("apply", *at)
    app = open_app(root, database_url)
    app.run(SYSTEM, lambda uow: records.save(uow, "account", None, {"name": "Cash"}))
    for amount in (1, 2, 3):
        app.run(SYSTEM, lambda uow, amount=amount: records.save(uow, "entry", None, {"account": 1, "amount": amount}))  # type: ignore[misc]
    assert run("verify", *at, "--computed", "--numbers").exit_code == 0
    with app.database.write() as connection:
        connection.execute(sa.text("UPDATE entry SET doubled = 40 WHERE id = 2"))
        connection.execute(sa.text("DELETE FROM entry WHERE id = 3"))
    found = run("verify", *at, "--computed", "--numbers")
    assert found.exit_code == 1
    assert found.stdout.splitlines() == [
        "account/1.total: 12 is stored, 42 is right",
        "entry/2.doubled: 40 is stored, 4 is right",
        "entry E-#: missing 3 (counted to 3)",
    ]
    run("verify", *at, "--computed", "--fix")
    told = json.loads(run("verify", *at, "--computed", "--json").stdout)
    assert told == {"key_fits": True, "breaks": [], "computed": []}
    with app.look(SYSTEM) as view:
        assert records.fetch(view, "account", 1)["total"] == 6
    app.close()


def test_fixing_is_for_computed_fields(root: Path) -> None:
    assert run("verify", str(root), "--fix").exit_code == 2
