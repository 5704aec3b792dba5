"""`loom docs`: the pages of the reference that are written by the engine, or the manual of an application."""

from __future__ import annotations

from pathlib import Path

import click

from engine.loading import declarations_page, load, system_page

from .issues import path_argument
from .manual import pages

PAGES = {"docs/reference/declarations.md": declarations_page, "docs/reference/system.md": system_page}
"""Page to what writes it."""


@click.command("docs")
@path_argument
@click.option("--manual", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write the manual of PATH here instead.")
def command(path: Path, *, folder: Path | None) -> None:
    """Write the reference of declarations into PATH/docs/reference, or the manual of the application in PATH.

    The manual has a folder for each language: its entities with their fields and formulas, pictures of what leads where, of states and of
    workflows (SVG), of each part (Mermaid), the roles and their rights.
    """
    if folder is None:
        for name, write in PAGES.items():
            _write(path / name, write())
        return
    metadata = load(path)
    for language in metadata.languages:
        for name, text in pages(metadata, language).items():
            _write(folder / language / name, text)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")
    click.echo(f"wrote {target}", err=True)
