"""`loom explain list`: the statements of a list, their plan, and the indexes."""

import json
from pathlib import Path

from click.testing import CliRunner

from engine.cli import loom
from tests.applications import opened, write

YAML = """
    app: shop
    roles: {buyer: {label: Buyer}}
    ---
    entity: order
    fields: {subject: {type: text}, place: {type: text}}
    access: {buyer: {read: created_by = user, create: true}}
"""


def test_the_statement_and_the_plan(tmp_path: Path, database_url: str) -> None:
    write(YAML, tmp_path)
    with opened(YAML, database_url) as world:
        world.person("bea", roles=["buyer"])

        def explain(*arguments: str) -> str:
            found = CliRunner().invoke(loom, ["explain", "list", *arguments, str(tmp_path), "--db", database_url])
            return found.output if found.exit_code == 0 else f"exit {found.exit_code}"

        assert "SELECT" in explain("order", "--as", "bea")
        assert "  proposed for order: index: [[place]]" in explain("order", "--where", 'place = "x"').splitlines()
        data = json.loads(explain("order", "--as", "bea", "--json"))
        assert "created_by" in data["statements"][0]["sql"]
        assert data["proposed"] == []
        assert explain("nothing") == "exit 1"
