import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from engine import storage
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
    assert (found.exit_code, found.stdout) == (1, "supplier/2, entry 1: the entry was changed\n")
    breaks = json.loads(run("verify", *at, "--json").stdout)["breaks"]
    assert breaks == [{"entity_id": number, "record_id": 2, "seq": 1, "reason": "the entry was changed"}]
    database.dispose()
