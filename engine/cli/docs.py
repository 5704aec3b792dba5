"""`loom docs`: the pages of the reference that are written by the engine."""

from __future__ import annotations

from pathlib import Path

import click

from engine.loading import declarations_page, system_page

from .issues import path_argument

PAGES = {"docs/reference/declarations.md": declarations_page, "docs/reference/system.md": system_page}
"""Page to what writes it."""


@click.command("docs")
@path_argument
def command(path: Path) -> None:
    """Write the reference of declarations into PATH/docs/reference."""
    for name, write in PAGES.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(write(), "utf-8")
        click.echo(f"wrote {target}", err=True)
