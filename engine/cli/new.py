"""`loom new`: a small application to begin with."""

from __future__ import annotations

import re
from pathlib import Path

import click

BEGINNING = Path(__file__).parent / "beginning"
"""An application of one entity, its lifecycle and a story of it."""
NAME = "app: beginning"
IGNORED = "/var/\n"


@click.command("new")
@click.argument("path", type=click.Path(path_type=Path, file_okay=False))
def command(path: Path) -> None:
    """Make a small application in the folder PATH, which is new or empty, and is called as the folder is. Exit 2 when it is neither."""
    if path.exists() and any(path.iterdir()):
        raise click.UsageError(f"{path} is not empty: nothing was written.")
    name = "_".join(re.findall("[a-z0-9]+", path.resolve().name.lower()))
    if not name or name[0].isdigit():
        raise click.UsageError(f'"{path.name}" makes no name of an application: it begins with a letter from a to z.')
    for file in sorted(BEGINNING.rglob("*.yaml")):
        target = path / file.relative_to(BEGINNING)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.read_text("utf-8").replace(NAME, f"app: {name}"), "utf-8")
        click.echo(f"wrote {target}", err=True)
    (path / ".gitignore").write_text(IGNORED, "utf-8")
    click.echo("\nTo go on (loom is ./dev loom in a checkout of Objectloom):", err=True)
    click.echo(f"  loom check {path}\n  loom test {path}\n  loom apply {path}", err=True)
    click.echo(f"  loom user create ada {path} --role admin\n  loom run {path} --dev", err=True)
