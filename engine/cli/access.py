"""`loom access`: who may do what, how that differs between two definitions, and what people learn beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import click

from engine.access import Rights, differences, rights_of, words
from engine.errors import Message, Refusal
from engine.loading import load, load_sources
from engine.metadata import VERBS, Disclosure, Metadata, disclosures
from engine.migration import stored
from engine.plugins import Plugins
from engine.storage import is_prepared, served

from .issues import json_option, path_argument
from .planning import database_of, db_option

KINDS = {
    "computed": "a computed field tells what it is made of",
    "unique": "being refused tells that another record has the same value",
    "duplicate": "being warned tells that there is another record like it",
    "check": "a check tells about what they may not read",
    "title": "the title is shown wherever a link leads here",
    "named": "the title tells what is hidden",
    "filter": "what a filter leaves out tells what is hidden",
}


@click.group("access", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Who may do what. Without a word after it: what people learn although no rule lets them read it."""
    if context.invoked_subcommand is None:
        context.invoke(show_disclosures, path=Path(), as_json=False)


@command.command("disclosures")
@path_argument
@json_option
def show_disclosures(path: Path, *, as_json: bool) -> None:
    """List what people learn although no rule of the application in PATH lets them read it."""
    found = disclosures(load(path))
    if as_json:
        click.echo(json.dumps({"disclosures": [asdict(each) | {"told": dict(each.told)} for each in found]}, ensure_ascii=False, indent=2))
        return
    for kind, each in groupby(sorted(found, key=lambda one: list(KINDS).index(one.kind)), key=lambda one: one.kind):
        click.secho(f"{KINDS[kind].capitalize()}:", bold=True)
        for one in each:
            click.echo(f"  {_disclosure(one)}")
    click.echo(f"{len(found)} disclosures." if found else "Nobody learns what they may not read.", err=True)


def _disclosure(one: Disclosure) -> str:
    place = f"{one.entity}.{one.field}" if one.field else one.entity
    told = ", ".join(f"{role} ({part})" for role, part in one.told.items())
    return f"{place}: {told}{'; meant so (discloses)' if one.said and one.kind == 'computed' else ''}"


@command.command("matrix")
@path_argument
@click.option("--entity", help="Only this entity.")
@click.option("--role", help="Only this role.")
@json_option
def matrix(path: Path, *, entity: str | None, role: str | None, as_json: bool) -> None:
    """Show what every role may do with every entity of the application in PATH."""
    metadata = load(path)
    _check_names(metadata, entity, role)
    found = [each for each in rights_of(metadata) if entity in (None, each.entity) and role in (None, each.role)]
    if as_json:
        click.echo(json.dumps({"rights": [_data(each) for each in found]}, ensure_ascii=False, indent=2))
        return
    for name, each in groupby(found, key=lambda one: one.entity):
        click.secho(name, bold=True)
        for rights in each:
            click.echo("\n".join(_lines(rights)))


def _check_names(metadata: Metadata, entity: str | None, role: str | None) -> None:
    if entity is not None and entity not in metadata.entities:
        raise click.BadParameter(f"there is no entity {entity}", param_hint="--entity")
    if role is not None and role not in metadata.roles:
        raise click.BadParameter(f"there is no role {role}", param_hint="--role")


def _lines(rights: Rights) -> Iterator[str]:
    marks = " ".join(
        verb if verb in rights.verbs and not rights.verbs[verb] else f"{verb}?" if verb in rights.verbs else "-" * len(verb)
        for verb in VERBS
    )
    yield f"  {rights.role:20} {marks}"
    for verb, where in rights.told.items():
        if where:
            yield f"  {'':20} {verb}{words(where)}"
    for label, names in (("hidden", rights.sight.hidden), ("masked", rights.sight.masked), ("hidden in some records", rights.partly)):
        if names:
            yield f"  {'':20} {label}: {', '.join(sorted(names))}"
    if rights.edit is not None:
        yield f"  {'':20} writes only: {', '.join(sorted(rights.edit)) or 'nothing'}"


def _data(rights: Rights) -> dict[str, object]:
    return {
        "entity": rights.entity,
        "role": rights.role,
        "verbs": {verb: list(where) or True for verb, where in rights.verbs.items()},
        "hidden": sorted(rights.sight.hidden),
        "masked": dict(rights.sight.masked),
        "hidden_in_some": sorted(rights.partly),
        "edit": None if rights.edit is None else sorted(rights.edit),
    }


@command.command("diff")
@click.argument("old")
@click.argument("new")
@path_argument
@db_option
@json_option
def diff(old: str, new: str, path: Path, *, db: str | None, as_json: bool) -> None:
    """Tell in words what roles may do in NEW that they may not in OLD, and the reverse.

    Each is a folder, or the number of a revision in the database of PATH (default: here). Exit 1 when they differ.
    """
    found = [str(one) for one in differences(*(_definition(each, path, db) for each in (old, new)))]
    _print(found, as_json=as_json)
    raise click.exceptions.Exit(1 if found else 0)


def _print(found: Iterable[str], *, as_json: bool) -> None:
    sentences = list(found)
    if as_json:
        click.echo(json.dumps({"differences": sentences}, ensure_ascii=False, indent=2))
        return
    for sentence in sentences:
        click.echo(sentence)
    if not sentences:
        click.echo("Nobody's rights differ.", err=True)


def _definition(named: str, path: Path, db: str | None) -> Metadata:
    """A folder, or a revision by its number. Raises BadDefinition, Refusal."""
    if not (named.isascii() and named.isdigit()):
        if not Path(named).is_dir():
            raise click.UsageError(f"{named} is neither a folder nor the number of a revision.")
        return load(Path(named))
    database = database_of(path, db)
    try:
        with database.read() as connection:
            if not is_prepared(connection) or not 0 < int(named) <= served(connection):
                raise Refusal(Message("There is no revision {number}.", {"number": named}))
            found = stored(connection, int(named))
    finally:
        database.dispose()
    return load_sources(found.sources, found.identity, int(named), Plugins.discover(path))
