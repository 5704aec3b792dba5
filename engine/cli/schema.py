"""`loom schema`: the JSON Schemas that help editors, one per kind of file and one for what they share, with the field types of plugins."""

from __future__ import annotations

import json
from pathlib import Path

import click

from engine.loading import schemas
from engine.plugins import Plugins

from .issues import path_argument

FOLDER = "schemas"


@click.command("schema")
@path_argument
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 when a file is missing or old.")
def command(path: Path, *, only_check: bool) -> None:
    """Write PATH/schemas/KIND.json. A file names its schema in its first line: # yaml-language-server: $schema=…/schemas/entity.json"""
    old = []
    for name, schema in schemas(Plugins.discover(path).field_types).items():
        target = path / FOLDER / f"{name}.json"
        text = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        if target.exists() and target.read_text("utf-8") == text:
            continue
        old.append(target)
        if not only_check:
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, "utf-8")
    for target in old:
        click.echo(f"{'old or missing' if only_check else 'wrote'}: {target}", err=True)
    raise click.exceptions.Exit(1 if old and only_check else 0)
