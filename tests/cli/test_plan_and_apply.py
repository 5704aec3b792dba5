import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli import loom, main
from engine.loading import Sources, load_sources, read_sources, with_system
from engine.migration import apply
from engine.storage import open_database

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


def test_a_purge_shows_what_goes_and_asks(root: Path, sqlite_url: str) -> None:
    at = [str(root), "--db", sqlite_url]
    with_note = SUPPLIER.replace("{name:", "{note: {type: text}, name:")
    for text in (with_note, SUPPLIER):
        (root / "models" / "supplier.yaml").write_text(text)
        assert run("apply", *at).exit_code == 0
    refused = CliRunner().invoke(loom, ["apply", *at, "--purge"], input="n\n")
    assert (refused.exit_code, "field supplier.note with the values of 0 records" in refused.stderr) == (1, True)
    assert "Delete this for ever?" in refused.stderr
    assert run("apply", *at, "--purge", "--yes").exit_code == 0
    assert "Nothing to purge." in run("apply", *at, "--purge").stderr


def test_what_an_earlier_version_left_is_not_served_but_said(root: Path, sqlite_url: str) -> None:
    here = with_system(read_sources(root))
    user = here.files["engine/system/user.yaml"].replace(b"  active:", b"  acting:")
    older = Sources({**here.files, "engine/system/user.yaml": user})
    database = open_database(sqlite_url)
    apply(database, older, load_sources(older), "Li Na", datetime(2026, 3, 1, tzinfo=UTC))
    database.dispose()
    served = run("run", str(root), "--db", sqlite_url)
    assert (served.exit_code, "then run `loom apply`" in str(served.exception)) == (1, True)
    assert "field user.active" in run("plan", str(root), "--db", sqlite_url).stdout
    assert run("apply", str(root), "--db", sqlite_url).exit_code == 0


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///{}/text.db", "The database cannot be used. file is not a database"),
        ("sqlite:////proc/none/x.db", "The database cannot be used. No such file or directory: /proc/none"),
        ("postgresql+psycopg://postgres@/none?host=/proc/none", "No such file or directory"),
        ("somewhere:secret", "A database is sqlite:///PATH or postgresql://…, not an address without a kind."),
        ("sqlite://", "not one in memory."),
    ],
)
def test_a_database_that_cannot_be_used_is_told(
    root: Path, tmp_path: Path, url: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.db").write_text("words, " * 100)
    with pytest.raises(SystemExit) as ended:
        main(["plan", str(root), "--db", url.format(tmp_path)])
    said = capsys.readouterr().err
    assert (ended.value.code, said.startswith("loom: "), words in said, "secret" in said) == (1, True, True, False)
