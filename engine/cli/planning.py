"""What `loom plan` and `loom apply` share: loading the folder, opening its database, printing the steps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from engine.errors import BadDefinition
from engine.loading import Sources, check, read_sources
from engine.metadata import Metadata
from engine.migration import Plan, Step
from engine.plugins import Plugins
from engine.settings import database_url
from engine.storage import Database, open_database

db_option = click.option(
    "--db", metavar="URL", help="Address of the database (default: LOOM_DB, else var/objectloom.db of the application)."
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The application in a folder: its files, what they mean, and its plugins."""

    sources: Sources
    metadata: Metadata
    plugins: Plugins


def loaded(root: Path) -> Loaded:
    """The application in `root`. Raises BadDefinition with all issues."""
    plugins = Plugins.discover(root)
    report = check(root, plugins)
    if report.metadata is None:
        raise BadDefinition(report.issues)
    return Loaded(read_sources(root), report.metadata, plugins)


def database_of(root: Path, url: str | None) -> Database:
    """The database of the application in `root`."""
    return open_database(url or database_url(root))


WAITING = {
    "none": "",
    "moment": "",
    "rows": "who saves waits while these records are written",
    "later": "",
}
"""What a lock class means for people; blank where they notice nothing."""


def show(found: Plan, *, as_json: bool) -> None:
    """Print the steps of a plan, those that are blocked last and in red; then what changes in who may do what."""
    if as_json:
        click.echo(json.dumps(found.as_data(), ensure_ascii=False, indent=2))
        return
    for step in sorted(found.steps, key=lambda step: step.blocked):
        mark = click.style("blocked", fg="red", bold=True) if step.blocked else click.style(f"{step.kind:>9}", fg="cyan")
        click.echo(f"{mark}  {step.message}")
        for line in _details(step):
            click.echo(f"{'':11}{line}")
    for sentence in found.access:
        click.echo(f"{click.style('access', fg='yellow'):>9}  {sentence}")


def _details(step: Step) -> Iterator[str]:
    yield from (str(one) for one in step.examples)
    if step.used_by and step.kind not in ("new", "restored", "recompute"):
        yield click.style(f"used by: {'; '.join(map(str, step.used_by))}", dim=True)
    if WAITING[step.lock] and not step.blocked:
        yield click.style(WAITING[step.lock], dim=True)


def summary(found: Plan) -> str:
    """One sentence about a plan."""
    if found.nothing:
        return f"Nothing to do: revision {found.base} is what the files say."
    if found.blocked:
        count = len(found.blocked)
        return f"Revision {found.number} cannot be applied: {count} {'step is' if count == 1 else 'steps are'} blocked."
    steps = f"{len(found.steps)} {'step' if len(found.steps) == 1 else 'steps'}"
    return f"From revision {found.base} to {found.number}: {steps if found.steps else 'no change of data'}."
