"""Records over HTTP: list, read, create, change, delete, and the actions of their lifecycle. The routes are made once, for all entities."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from engine import records, workflow
from engine.errors import Invisible, Message
from engine.metadata import Entity, Metadata
from engine.records import Query, Record, RowChanges
from engine.unit_of_work import UnitOfWork

from . import body
from .cursors import Question
from .door import Answer, Call
from .questions import Asked, read_list, read_one, within
from .scope import Kind
from .shape import in_words, sealed_of, shaped

COUNTED = 10_000
PREFIX = "/api/v1"


def list_records(call: Call, entity: str) -> Answer:
    """GET /records/{entity}: one page, with the cursor of the next."""
    kind = entity_named(call, entity, "read")
    asked = read_list(call.request, kind, Question(call.actor.id, call.metadata.number, ()), call.cursors)
    within(call.scope, call.metadata, asked.query)
    with call.look(snapshot=asked.count) as view:
        page = records.find(view, asked.query)
        found: dict[str, object] = {
            "records": [_listed(call, kind, asked, record) for record in page.records],
            "next": None if page.next is None else call.cursors.write(asked.question, page.next),
        }
        if asked.count:
            count = records.count(view, asked.query, COUNTED)
            found |= {"count": min(count, COUNTED), "count_is_capped": count > COUNTED}
        sealed = records.sealed_among(view, asked.query)
    return Answer(found if sealed is None else {**found, "sealed": sealed_of(sealed)})


def _listed(call: Call, entity: Entity, asked: Asked, record: Record) -> dict[str, object]:
    found = shaped(entity, record, wanted=asked.fields, titles=asked.titles)
    for path in asked.query.paths:
        if path in record.values:
            field = records.field_at(call.metadata, entity, path)
            found[path] = record.values[path] if field is None else records.plain_value(field, record.values[path])
    return found


def read_record(call: Call, entity: str, number: int) -> Answer:
    """GET /records/{entity}/{id}: the record with its tables; its version is the ETag. With `as_of` as it was at that instant."""
    kind = entity_named(call, entity, "read")
    fields, titles, at = read_one(call.request, kind)
    with call.look() as view:
        if at is not None:
            return Answer(shaped(kind, records.as_of(view, entity, number, at), wanted=fields, titles=titles))
        page = records.find(view, Query(entity, ids=(number,), limit=1, tables=True, titles=titles))
    if not page.records:
        raise Invisible
    record = page.records[0]
    return Answer(shaped(kind, record, wanted=fields, titles=titles), headers={"ETag": _etag(record.version)})


def create_record(call: Call, entity: str) -> Answer:
    """POST /records/{entity}: a new record."""
    kind = entity_named(call, entity, "write")
    values = body.read_object(call.request)

    def work(uow: UnitOfWork) -> Answer:
        row = records.save(uow, entity, None, values)
        return written(uow, kind, row, 201, {"Location": f"{PREFIX}/records/{quote(entity)}/{row['id']}"})

    return call.write(work)


def change_record(call: Call, entity: str, number: int) -> Answer:
    """PATCH /records/{entity}/{id}: what is not named stays; rows of tables are changed by id, `_delete: true` removes one."""
    kind = entity_named(call, entity, "write")
    version = body.version_of(call.request, required=True)
    values = changes_of(kind, body.read_object(call.request))
    return call.write(lambda uow: written(uow, kind, records.save(uow, entity, number, values, version)))


def delete_record(call: Call, entity: str, number: int) -> Answer:
    """DELETE /records/{entity}/{id}."""
    entity_named(call, entity, "write")
    version = body.version_of(call.request, required=True)

    def work(uow: UnitOfWork) -> Answer:
        records.delete(uow, entity, number, version)
        return Answer(None, 204)

    return call.write(work)


def fire_action(call: Call, entity: str, number: int, action: str) -> Answer:
    """POST /records/{entity}/{id}/actions/{action}: `{"values": {…}, "comment": "…"}`, both optional."""
    kind = entity_named(call, entity, "write")
    if action not in workflow.actions_of(call.metadata, kind):
        raise Invisible(Message("There is no action “{action}”.", {"action": action}))
    said = _said(call)
    return call.write(lambda uow: written(uow, kind, dict(workflow.fire(uow, entity, number, action, said))))


def list_actions(call: Call, entity: str, number: int) -> Answer:
    """GET /records/{entity}/{id}/actions: what may be done with the record now, and why not."""
    kind = entity_named(call, entity, "read")
    with call.look() as view:
        row = records.fetch(view, entity, number)
        records.readable(view, kind, row)
        possible = [p for p in workflow.actions(view, entity, row) if not p.hidden]
    return Answer({"actions": [_told(each, call.actor.language) for each in possible]})


def fire_row_action(call: Call, entity: str, number: int, table: str, row: int, action: str) -> Answer:  # noqa: PLR0913 - the parts of one address
    """POST /records/{entity}/{id}/{table}/{row}/actions/{action}: done with a row, with the same body; gives the record."""
    kind, said = entity_named(call, entity, "write"), _said(call)
    place = workflow.RowPlace(entity, number, table, row)
    return call.write(lambda uow: written(uow, kind, dict(workflow.fire_row(uow, place, action, said))))


def _said(call: Call) -> workflow.Said:
    """What was said with an action."""
    given = body.read_object(call.request)
    body.only(given, "values", "comment")
    return workflow.Said(body.object_of(given, "values"), body.text_of(given, "comment"), body.version_of(call.request, required=False))


def list_row_actions(call: Call, entity: str, number: int, table: str) -> Answer:
    """GET /records/{entity}/{id}/{table}/actions: what may be done with each row now, and why not."""
    kind = entity_named(call, entity, "read")
    with call.look() as view:
        document = records.fetch(view, entity, number)
        sight = records.readable(view, kind, document)
        field = kind.fields.get(table)
        if field is None or workflow.lifecycle_of(field) is None or table in sight.hidden:
            raise Invisible(Message("There is nothing at this address."))
        possible = workflow.row_actions(view, document, field)
    rows = [{"id": row, "actions": [_told(one, call.actor.language) for one in found]} for row, found in possible.items()]
    return Answer({"rows": rows})


def _told(possible: workflow.Possible, language: str) -> dict[str, object]:
    """An action of a record or row, and why it is not possible."""
    return {
        "action": possible.action.name,
        "label": Message(possible.action.label).render(language),
        "allowed": possible.allowed,
        "reason": None if possible.reason is None else possible.reason.render(language),
        "ask": list(possible.action.ask),
        "comment": possible.action.comment,
    }


def reachable(metadata: Metadata, name: str) -> Entity | None:
    """The entity of this name, if the API has it: no table of another, and not the sign-in machinery's own."""
    entity = metadata.entities.get(name)
    return entity if entity is not None and entity.api and entity.document is None else None


def entity_named(call: Call, name: str, kind: Kind) -> Entity:
    """The entity of an address, where the token may be used for it. Raises Invisible, Forbidden."""
    entity = reachable(call.metadata, name)
    if entity is None:
        raise Invisible(Message("There is nothing at this address."))
    call.require(kind, name)
    return entity


def changes_of(entity: Entity, values: Mapping[str, object]) -> dict[str, object]:
    """What a PATCH says: rows of tables are changes, not the whole table."""
    tables = {field.name for field in entity.tables}
    return {name: _rows(value) if name in tables else value for name, value in values.items()}


def _rows(value: object) -> object:
    return RowChanges(value) if isinstance(value, list) and all(isinstance(item, dict) for item in value) else value


def written(uow: UnitOfWork, entity: Entity, row: records.Row, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """The record as its writer sees it now; only its id and version where that is no longer at all."""
    row = records.finished(uow, entity, row)
    version = int(str(row["version"]))
    try:
        sight = records.readable(uow, entity, row)
    except Invisible:
        found: dict[str, object] = {"id": row["id"], "version": version}
    else:
        found = shaped(entity, records.present(uow, entity, [row], [sight], with_titles=False)[0])
    if uow.warnings:
        found["_warnings"] = in_words(uow.warnings, uow.actor.language)
    return Answer(found, status, {"ETag": _etag(version), **(headers or {})})


def _etag(version: int) -> str:
    return f'"{version}"'
