"""`loom access`: the matrix, the difference of two definitions, and what people learn beside the rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli import loom
from tests.applications import write

YAML = """
    app: shop
    roles:
      clerk: {label: Clerk}
    ---
    entity: order
    fields:
      code: {type: text, unique: true}
      note: {type: text}
    access:
      clerk: {read: note != null, create: true, hide: [note]}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(YAML, tmp_path / "old")
    write(YAML.replace("note != null", "true"), tmp_path / "new")
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(loom, ["access", *map(str, arguments)])


def test_the_matrix(root: Path) -> None:
    shown = run("matrix", root / "old", "--entity", "order").stdout.splitlines()
    assert shown == [
        "order",
        "  clerk                read? create ------ ------ ----- ------ print?",
        "                       read where note != null",
        "                       hidden: note",
    ]
    [rights] = json.loads(run("matrix", root / "old", "--role", "clerk", "--entity", "order", "--json").stdout)["rights"]
    assert rights["verbs"] == {"read": ["note != null"], "create": True, "print": ["note != null"]}
    assert rights["hidden"] == ["note"]
    assert run("matrix", root / "old", "--entity", "nothing").exit_code == 2
    assert run("matrix", root / "old", "--role", "nobody").exit_code == 2


def test_the_difference(root: Path, database_url: str) -> None:
    found = run("diff", root / "old", root / "new")
    assert (found.exit_code, found.stdout) == (1, "clerk may now read order without condition, before where note != null.\n")
    CliRunner().invoke(loom, ["apply", str(root / "old"), "--db", database_url])
    found = run("diff", 1, root / "new", root / "old", "--db", database_url, "--json")
    assert len(json.loads(found.stdout)["differences"]) == 1
    assert run("diff", 1, root / "old", root / "old", "--db", database_url).exit_code == 0
    assert run("diff", 7, root / "old", root / "old", "--db", database_url).exit_code == 1
    assert run("diff", "nowhere", root / "old").exit_code == 2


def test_what_people_learn(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "order.code: clerk (order)" in run("disclosures", root / "old").stdout
    found = json.loads(run("disclosures", root / "old", "--json").stdout)["disclosures"]
    assert {"kind": "unique", "entity": "order", "field": "code", "told": {"clerk": "order"}, "said": False} in found
    monkeypatch.chdir(root / "old")
    assert "order.code: clerk (order)" in run().stdout
