"""The candidates of a link, for the search field of a form."""

from __future__ import annotations

from flask import jsonify, request
from werkzeug.wrappers import Response

from engine.metadata import FILE, Entity, Field, Value
from engine.records import Row, Unfit, fetch, read_value, readable, visible_ids
from engine.unit_of_work import View
from engine.web.lookups import candidates
from engine.web.visit import visit
from engine.workflow import RowPlace, actions_of, row_action

from .blueprint import entity_of, pages


@pages.get("/records/<name>/lookup", defaults={"number": None})
@pages.get("/records/<name>/<int:number>/lookup")
def lookup(name: str, number: int | None) -> Response:
    """What a person may choose for `path`, by what was typed (`q`) and by what the form holds (`v.FIELD`)."""
    with visit().look() as view:
        return _offered(view, entity_of(view, name), number)


@pages.get("/records/<name>/<int:number>/actions/<action>/lookup")
def lookup_asked(name: str, number: int, action: str) -> Response:
    """The same for what an action asks for."""
    with visit().look() as view:
        entity = entity_of(view, name)
        known = actions_of(view.metadata, entity).get(action)
        return jsonify([]) if known is None else _offered(view, entity.asking(known), number)


@pages.get("/records/<name>/<int:number>/<table>/<int:row>/actions/<action>/lookup")
def lookup_asked_of_row(name: str, number: int, table: str, row: int, action: str) -> Response:
    """The same for what an action asks for a row."""
    with visit().look() as view:
        entity = entity_of(view, name)
        found = row_action(view, entity, fetch(view, name, number), RowPlace(name, number, table, row), action)
        return _found(view, found.rows.asking(found.action), found.row)


def _offered(view: View, entity: Entity, number: int | None) -> Response:
    return _found(view, entity, _document(view, entity, number))


def _found(view: View, entity: Entity, document: Row) -> Response:
    """What may be chosen in a form about this record or row."""
    path = request.args.get("path", "").split(".")
    field, fields = link_at(entity, path)
    if field is None:
        return jsonify([])
    row: Row = dict(document) if len(path) == 1 else {}
    row |= typed_in(view, fields)
    found = candidates(view, field, row, document if len(path) > 1 else None, request.args.get("q", "")[:100])
    return jsonify([{"value": c.value, "text": c.text, "hint": c.hint} for c in found])


def _document(view: View, entity: Entity, number: int | None) -> Row:
    if number is None:
        return {}
    row = fetch(view, entity.name, number)
    readable(view, entity, row)
    return row


def link_at(entity: Entity, path: list[str]) -> tuple[Field | None, dict[str, Field]]:
    """The link that an input of the form names (`lines.2.product`), with the fields beside it."""
    owner: Entity | None = entity
    if len(path) == 3:
        table = entity.fields.get(path[0])
        owner = table.table if table is not None else None
    fields = dict(owner.fields) if owner is not None else {}
    field = fields.get(path[-1])
    sought = field is not None and field.link is not None and field.link.entity != FILE
    return (field, fields) if sought else (None, fields)


def typed_in(view: View, fields: dict[str, Field]) -> Row:
    """The values that the form holds in fields on which the candidates depend; what cannot be read counts as blank."""
    found: Row = {}
    for name, field in fields.items():
        if f"v.{name}" in request.args and field.table is None:
            try:
                found[name] = read_value(field, request.args[f"v.{name}"], view.zone)
            except Unfit:
                found[name] = None
    return {name: value for name, value in found.items() if _may_be_known(view, fields[name], value)}


def _may_be_known(view: View, field: Field, value: Value) -> bool:
    """A link that the form holds counts only where the person may see what it leads to."""
    if field.link is None or not isinstance(value, int):
        return True
    return value in visible_ids(view, field.link.entity, [value])
