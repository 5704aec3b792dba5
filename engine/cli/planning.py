"""What `loom plan` and `loom apply` share: loading the folder, opening its database, printing the steps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from engine.errors import BadDefinition, Message
from engine.loading import Sources, check, did_you_mean, read_sources
from engine.metadata import Metadata
from engine.migration import Moves, Plan, Step
from engine.plugins import Plugins
from engine.settings import database_url
from engine.storage import Database, open_database

db_option = click.option(
    "--db", metavar="URL", help="Address of the database (default: LOOM_DB, else var/objectloom.db of the application)."
)
move_option = click.option(
    "--move", "wishes", multiple=True, metavar="WORKFLOW[:OLD=NEW,…]",
    help="Let what is running in this workflow go over to the new definition, a step of the same name to that step, OLD to NEW.",
)  # fmt: skip
language_option = click.option("--language", type=click.Choice(["en", "zh"]), default="en", help="The language of the words (default: en).")


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


def moves_of(wishes: tuple[str, ...], metadata: Metadata) -> Moves:
    """What `--move` says: workflows, each with what its steps are called now. Raises UsageError for what cannot be read."""
    found: dict[str, dict[str, str]] = {}
    for wish in wishes:
        name, _, mapping = wish.partition(":")
        if name not in metadata.workflows:
            raise click.UsageError(f'There is no workflow "{name}". {did_you_mean(name, metadata.workflows)}')
        pairs = [pair.partition("=") for pair in mapping.split(",") if pair]
        if wrong := next(("".join(pair) for pair in pairs if not (pair[0] and pair[2])), None):
            raise click.UsageError(f'"{wrong}" in --move {wish} should be OLD=NEW: a step of today, and the one in its place.')
        found.setdefault(name, {}).update({old.strip(): new.strip() for old, _, new in pairs})
    return found


MARK = 9
"""How wide the first column is."""


def show(found: Plan, language: str, *, as_json: bool) -> None:
    """Print the steps of a plan, those that are blocked last and in red; what is running; then what changes in who may do what."""
    if as_json:
        click.echo(json.dumps(found.as_data(language), ensure_ascii=False, indent=2))
        return
    for step in sorted((*found.steps, *(one.step for one in found.running)), key=lambda step: step.blocked):
        mark = click.style("blocked".rjust(MARK), fg="red", bold=True) if step.blocked else click.style(step.kind.rjust(MARK), fg="cyan")
        click.echo(f"{mark}  {step.message.render(language)}")
        for line in _details(step, language):
            click.echo(f"{'':{MARK + 2}}{line}")
    for sentence in found.access:
        click.echo(f"{click.style('access'.rjust(MARK), fg='yellow')}  {sentence.render(language)}")


USED_BY, WAITING = "used by: {places}", "who saves waits while these records are written"


def _details(step: Step, language: str) -> Iterator[str]:
    yield from (one.render(language) for one in step.examples)
    if step.used_by and step.kind not in ("new", "restored", "recompute"):
        places = "; ".join(one.render(language) for one in step.used_by)
        yield click.style(Message(USED_BY, {"places": places}).render(language), dim=True)
    if step.lock == "rows" and step.kind != "index" and not step.blocked:
        yield click.style(Message(WAITING).render(language), dim=True)


def summary(found: Plan) -> Message:
    """One sentence about a plan."""
    params = {"base": found.base, "number": found.number, "steps": len(found.steps), "blocked": len(found.blocked)}
    if found.blocked:
        return Message("Revision {number} cannot be applied. Steps that are blocked: {blocked}.", params)
    if found.nothing:
        moving = sum(one.rows for one in found.running if one.asked)
        if moving:
            return Message("The files are revision {base} already; {moving} running instances go over to it.", {**params, "moving": moving})
        return Message("Nothing to do: revision {base} is what the files say.", params)
    if found.steps:
        return Message("From revision {base} to {number}. Steps: {steps}.", params)
    return Message("From revision {base} to {number}: no change of data.", params)
