"""`loom explain`: why a value is what it is, why somebody may do something or not, how a list or report is found, and where work waits."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from engine.access import SYSTEM, Actor
from engine.app import App
from engine.errors import Invisible, Message
from engine.metadata import Entity, Field
from engine.records import ListExplanation, Query, explain, explain_list, field_reasons, reasons, reasons_of_rows
from engine.reports import explain_report, given_by
from engine.unit_of_work import View
from engine.workflow import dwelling

from .accounts import Place, at_place, person_named
from .dwelling import dwell_data, dwell_lines
from .issues import json_option
from .telling import answer_data, answer_lines, explanation_data, explanation_lines, list_data, list_lines

TARGET = re.compile(r"(?P<entity>\w+)/(?P<number>\d{1,18})(?:\.(?P<path>\w+(?:\.\d+)?(?:\.\w+)?))?\Z", re.ASCII)

FIELD = re.compile(r"[a-z]\w*(\.\w+)?\Z", re.ASCII)


@click.group("explain")
def command() -> None:
    """Tell why a value is what it is, why somebody may do something or not, how a list is found or a report computed, where work waits."""


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


@command.command("access")
@click.argument("who", metavar="PERSON")
@click.argument("target", metavar="ENTITY/ID")
@click.argument("field", required=False)
@at_place
@json_option
def access(place: Place, who: str, target: str, field: str | None, *, as_json: bool) -> None:
    """Tell why PERSON may read, change or delete a record or not, or see and write FIELD of it (lines.price for a cell)."""
    entity_name, number, path = read_target(target)
    if field is not None and not FIELD.match(field):  # without FIELD the folder stands in its place
        place, field = Place(Path(field), place.database), None
    with place.open() as app, app.look(acting(app, who)) as view:
        entity, name = entity_of(view, entity_name), field or path
        if name:
            answers = field_reasons(view, entity, number, _field(view, entity, name))
        else:
            answers = (*reasons(view, entity, number), *reasons_of_rows(view, entity, number))
        if as_json:
            click.echo(json.dumps({"answers": [answer_data(each, view.zone) for each in answers]}, ensure_ascii=False, indent=2))
        else:
            click.echo("\n".join(line for each in answers for line in answer_lines(each, view.zone)))


@command.command("list")
@click.argument("name")
@at_place
@click.option("--as", "who", metavar="USER", help="With the rights of this person; default: everything.")
@click.option("--where", metavar="FORMULA", help="A filter beside that of the list.")
@json_option
def of_list(place: Place, name: str, *, who: str | None, where: str | None, as_json: bool) -> None:
    """Tell how the list NAME is found: its SQL, how the database runs it, which indexes it uses and which would help."""
    with place.open() as app, app.look(acting(app, who)) as view:
        found = view.metadata.lists.get(name)
        if found is None:
            raise Invisible(Message("There is no list {name}.", {"name": name}))
        query = Query(found.entity, where=(found.where,) if found.where else (), typed=(where,) if where else (), sort=found.sort)
        explained = explain_list(view, query)
        if as_json:
            click.echo(json.dumps(list_data(explained), ensure_ascii=False, indent=2))
        else:
            click.echo("\n".join(list_lines(explained, found.entity)))


@command.command("report")
@click.argument("name")
@at_place
@click.option("--as", "who", metavar="USER", help="With the rights of this person; default: everything.")
@click.option("--with", "given", metavar="NAME=VALUE", multiple=True, help="A parameter of the report.")
@json_option
def of_report(place: Place, name: str, *, who: str | None, given: tuple[str, ...], as_json: bool) -> None:
    """Tell how the report NAME is computed: the statement of each source, how the database runs it, and which indexes it uses."""
    texts = {key: value for key, _, value in (each.partition("=") for each in given)}
    with place.open() as app, app.look(acting(app, who)) as view:
        report = view.metadata.reports.get(name)
        if report is None:
            raise Invisible(Message("There is no report {name}.", {"name": name}))
        explained = ListExplanation(explain_report(view, report, given_by(view, report.parameters, texts)), ())
        if as_json:
            click.echo(json.dumps(list_data(explained), ensure_ascii=False, indent=2))
        else:
            click.echo("\n".join(list_lines(explained, report.entity)))


@command.command("workflow")
@click.argument("name")
@at_place
@json_option
def of_workflow(place: Place, name: str, *, as_json: bool) -> None:
    """Tell how long work stays at each step of the workflow NAME, and how much waits there now, from what happened."""
    with place.open() as app, app.look(SYSTEM) as view:
        workflow = view.metadata.workflows.get(name)
        if workflow is None:
            raise Invisible(Message("There is no workflow {name}.", {"name": name}))
        found = dwelling(view, workflow)
    if as_json:
        click.echo(json.dumps({"workflow": name, "steps": [dwell_data(each) for each in found]}, indent=2))
    else:
        click.echo("\n".join(dwell_lines(found)))


def _field(view: View, entity: Entity, path: str) -> Field:
    """A field, or with a dot one of a table. Raises Invisible."""
    table, _, name = path.rpartition(".")
    owner = view.metadata.entities.get(f"{entity.name}.{table}") if table else entity
    if owner is None or name not in owner.fields:
        raise Invisible(Message("There is no field {path}.", {"path": path}))
    return owner.fields[name]


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
