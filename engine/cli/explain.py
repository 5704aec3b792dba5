"""`loom explain`: why a value is what it is."""

from __future__ import annotations

import json
import re

import click

from engine.access import SYSTEM, Actor
from engine.app import App
from engine.errors import Invisible, Message
from engine.metadata import Entity
from engine.records import explain
from engine.unit_of_work import View

from .accounts import Place, at_place, person_named
from .issues import json_option
from .telling import explanation_data, explanation_lines

TARGET = re.compile(r"(?P<entity>\w+)/(?P<number>\d{1,18})(?:\.(?P<path>\w+(?:\.\d+\.\w+)?))?\Z", re.ASCII)


@click.group("explain")
def command() -> None:
    """Tell why a value is what it is."""


@command.command("value")
@click.argument("target", metavar="ENTITY/ID.FIELD")
@at_place
@click.option("--as", "who", metavar="USER", help="Only what this person may know; default: everything.")
@json_option
def value(place: Place, target: str, *, who: str | None, as_json: bool) -> None:
    """Tell how the computed field FIELD of a record came about; a cell is written order/7.lines.2.amount."""
    entity_name, number, path = read_target(target)
    if not path:
        raise click.UsageError("Name a field: order/7.total")
    with place.open() as app, app.look(acting(app, who)) as view:
        found = explain(view, entity_of(view, entity_name), number, path)
        if as_json:
            click.echo(json.dumps(explanation_data(found, view.zone), ensure_ascii=False, indent=2))
        else:
            click.echo("\n".join(explanation_lines(found, target, view.zone)))


def read_target(target: str) -> tuple[str, int, str]:
    """Entity, id and field (blank: none) of `order/7.total`. Raises UsageError."""
    found = TARGET.match(target)
    if not found:
        raise click.UsageError(f"{target} names no record: write ENTITY/ID or ENTITY/ID.FIELD, such as order/7.total")
    return found["entity"], int(found["number"]), found["path"] or ""


def entity_of(view: View, name: str) -> Entity:
    """An entity by name. Raises Invisible."""
    entity = view.metadata.entities.get(name)
    if entity is None or entity.document is not None:
        raise Invisible(Message("There is no entity {name}.", {"name": name}))
    return entity


def acting(app: App, who: str | None) -> Actor:
    """The person who is called so, or the system. Raises Invisible."""
    if who is None:
        return SYSTEM
    with app.look(SYSTEM) as view:
        number = person_named(view, who).id
    return app.people.actor(number)
