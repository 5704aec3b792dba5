"""What `loom plan` and `loom apply` share: loading the folder, opening its database, printing the steps."""

from __future__ import annotations

import json
from pathlib import Path

import click

from engine.errors import BadDefinition
from engine.loading import Sources, check, read_sources
from engine.metadata import Metadata
from engine.migration import Plan
from engine.settings import database_url
from engine.storage import Database, open_database

db_option = click.option(
    "--db", metavar="URL", help="Address of the database (default: LOOM_DB, else var/objectloom.db of the application)."
)


def loaded(root: Path) -> tuple[Sources, Metadata]:
    """The files in `root` and what they mean. Raises BadDefinition with all issues."""
    report = check(root)
    if report.metadata is None:
        raise BadDefinition(report.issues)
    return read_sources(root), report.metadata


def database_of(root: Path, url: str | None) -> Database:
    """The database of the application in `root`."""
    return open_database(url or database_url(root))


def show(found: Plan, *, as_json: bool) -> None:
    """Print the steps of a plan, those that are blocked last and in red."""
    if as_json:
        click.echo(json.dumps(found.as_data(), ensure_ascii=False, indent=2))
        return
    for step in sorted(found.steps, key=lambda step: step.blocked):
        mark = click.style("blocked", fg="red", bold=True) if step.blocked else click.style(f"{step.kind:>8}", fg="cyan")
        click.echo(f"{mark}  {step.message}")


def summary(found: Plan) -> str:
    """One sentence about a plan."""
    if found.nothing:
        return f"Nothing to do: revision {found.base} is what the files say."
    if found.blocked:
        count = len(found.blocked)
        return f"Revision {found.number} cannot be applied: {count} {'step is' if count == 1 else 'steps are'} blocked."
    steps = f"{len(found.steps)} {'step' if len(found.steps) == 1 else 'steps'}"
    return f"From revision {found.base} to {found.number}: {steps if found.steps else 'no change of data'}."
