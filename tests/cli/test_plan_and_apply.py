import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli import loom

APP = "app: shop\nroles: {buyer: {label: Buyer}}\n"
SUPPLIER = "entity: supplier\nfields: {name: {type: text}}\naccess: {buyer: {read: true}}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    (tmp_path / "app.yaml").write_text(APP)
    (tmp_path / "models" / "supplier.yaml").write_text(SUPPLIER)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(loom, arguments)


def test_a_plan_changes_nothing_and_applying_does(root: Path, database_url: str) -> None:
    at = [str(root), "--db", database_url]
    planned = run("plan", *at)
    assert (planned.exit_code, "New: entity supplier." in planned.stdout) == (0, True)
    assert "From revision 0 to 1" in planned.stderr
    assert "From revision 0 to 1" in run("plan", *at).stderr
    applied = run("apply", *at, "--as", "li.na")
    assert (applied.exit_code, "New: entity supplier." in applied.stdout) == (0, True)
    again = run("apply", *at)
    assert (again.exit_code, again.stdout) == (0, "")
    assert "Nothing to do: revision 1" in again.stderr


def test_a_plan_for_programs(root: Path, sqlite_url: str) -> None:
    found = json.loads(run("plan", str(root), "--db", sqlite_url, "--json").stdout)
    assert (found["base"], found["number"], found["blocked"]) == (0, 1, False)
    nothing = {"rows": 0, "blocked": False, "lock": "moment", "examples": [], "used_by": []}
    assert {"kind": "new", "subject": "entity:supplier", "message": "New: entity supplier.", **nothing} in found["steps"]


def test_the_database_is_that_of_the_application_by_default(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOM_DB", raising=False)
    assert run("apply", str(root)).exit_code == 0
    assert (root / "var" / "objectloom.db").exists()
