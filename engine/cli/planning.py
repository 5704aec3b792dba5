"""What `loom plan` and `loom apply` share: loading the folder, opening its database, printing the steps."""

from __future__ import annotations

import json
from pathlib import Path

import click

from engine.errors import BadDefinition, Message
from engine.frozen import frozen
from engine.loading import Sources, check, did_you_mean, read_sources
from engine.metadata import Metadata
from engine.migration import Moves, Plan, told
from engine.plugins import Plugins
from engine.settings import database_url, key_file
from engine.storage import Database, open_database

db_option = click.option(
    "--db", metavar="URL", help="Address of the database (default: LOOM_DB, else var/objectloom.db of the application)."
)
move_option = click.option(
    "--move", "wishes", multiple=True, metavar="WORKFLOW[:OLD=NEW,…]",
    help="Let what is running in this workflow go over to the new definition, a step of the same name to that step, OLD to NEW.",
)  # fmt: skip
language_option = click.option("--language", type=click.Choice(["en", "zh"]), default="en", help="The language of the words (default: en).")


@frozen
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
    for line in told(found, language):
        color = "red" if line.blocked else "yellow" if line.kind == "access" else "cyan"
        mark = click.style(("blocked" if line.blocked else line.kind).rjust(MARK), fg=color, bold=line.blocked)
        click.echo(f"{mark}  {line.words}")
        for detail in (*line.details, *(click.style(faint, dim=True) for faint in line.faint)):
            click.echo(f"{'':{MARK + 2}}{detail}")


def another_key(root: Path) -> Message:
    """What is said of a key that sealed nothing of the audit, or that is not there."""
    if not key_file(root, "audit").exists():
        words = "There is no key in {file}, so that no seal of the audit can be checked. Put it there, or say in LOOM_KEYS where it lies."
        return Message(words, {"file": str(key_file(root, "audit"))})
    words = "The key in {file} is not the one that this audit was sealed with. Put the right one there, or say in LOOM_KEYS where it lies."
    return Message(words, {"file": str(key_file(root, "audit"))})
