"""`loom export`: the records of an entity as a file."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, cast

import click

from engine.access import SYSTEM, Actor
from engine.app import App
from engine.errors import Invisible, Message
from engine.metadata import Entity
from engine.records import Query
from engine.transfer import Kind, complete, export, shown
from engine.unit_of_work import View

from .accounts import Place, at_place, person_named


@click.command("export")
@click.argument("entity")
@at_place
@click.option(
    "--out", "-o", "target", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file: NAME.csv or NAME.xlsx."
)
@click.option("--where", default="", metavar="FORMULA", help='Only records for which this holds: state = "draft".')
@click.option("--fields", default="", metavar="NAMES", help="Fields, separated by commas; default: all, in the form that can be imported.")
@click.option("--archived", is_flag=True, help="Archived records too, where the entity has an archive.")
@click.option("--as", "person", metavar="USER", help="What this person may export; default: everything.")
def command(place: Place, *, entity: str, target: Path, where: str, fields: str, archived: bool, person: str | None) -> None:  # noqa: PLR0913 - its options
    """Write the records of ENTITY into a CSV or XLSX file."""
    kind = target.suffix.lower().removeprefix(".")
    if kind not in ("csv", "xlsx"):
        raise click.UsageError("--out ends with .csv or .xlsx")
    with place.open() as app, app.look(actor_named(app, person)) as view:
        described = entity_named(view, entity)
        names = [name.strip() for name in fields.split(",") if name.strip()]
        plan = shown(view, described, names) if names else complete(view, described)
        with target.open("wb") as stream:
            query = Query(entity, typed=(where,) if where else (), archived=None if archived else False)
            count = export(view, query, plan, cast(Kind, kind), cast(BinaryIO, stream))
    click.echo(str(Message("{count:record|records} in {target}", {"count": count, "target": target})), err=True)
    if described.archives and not archived:
        click.echo(str(Message("Archived records are left out; --archived takes them along.")), err=True)


def actor_named(app: App, name: str | None) -> Actor:
    """The person who signs in with this name; nobody named is the system. Raises Invisible."""
    if name is None:
        return SYSTEM
    with app.look(SYSTEM) as view:
        number = person_named(view, name).id
    return app.people.actor(number)


def entity_named(view: View, name: str) -> Entity:
    """An entity that data can be moved of: no table of another, not the sign-in machinery's own. Raises Invisible."""
    entity = view.metadata.entities.get(name)
    if entity is None or entity.document is not None or not entity.api:
        raise Invisible(Message("There is no entity {name}.", {"name": name}))
    return entity
