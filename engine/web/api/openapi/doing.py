"""The operations that lifecycles give: what may be done with a record, and with rows that have a lifecycle of their own."""

from __future__ import annotations

from engine.access import Sight
from engine.errors import Message
from engine.metadata import Action, Entity

from .paths import IF_MATCH, NUMBER, ONCE, WHOLE, Path, answers, operation
from .rights import Rights
from .schemas import ID, Schema, free_schema, reference


def doing_paths(entity: Entity, rights: Rights, language: str) -> dict[str, Path]:
    """The actions of an entity and of its rows, for who may read it."""
    return _actions(entity, language) | _row_actions(entity, rights.sight, language) if rights.read else {}


def _actions(entity: Entity, language: str) -> dict[str, Path]:
    if entity.lifecycle is None:
        return {}
    one = f"/records/{entity.name}/{{id}}/actions"
    possible = answers(reference("Actions"))
    found: dict[str, Path] = {
        one: {"get": operation(f"{entity.name}.actions", "What can be done now, and why not", possible, asks=[NUMBER])}
    }
    for action in entity.lifecycle.actions.values():
        if all(who.kind == "system" for who in action.who):
            continue
        label = Message(action.label).render(language)
        name = f"{entity.name}.actions.{action.name}"
        asks = [NUMBER, IF_MATCH, ONCE]
        fired = operation(name, label, answers(reference(entity.name)), takes=_said(action, language), asks=asks)
        found[f"{one}/{action.name}"] = {"post": fired}
    return found


def _row_actions(entity: Entity, sight: Sight, language: str) -> dict[str, Path]:
    """What may be done with rows that have a lifecycle of their own."""
    found: dict[str, Path] = {}
    row_id: Schema = {"name": "row", "in": "path", "required": True, "schema": ID}
    for table in entity.tables:
        lifecycle = table.table.lifecycle if table.table is not None else None
        if lifecycle is None or table.name in sight.hidden:
            continue
        one, name = f"/records/{entity.name}/{{id}}/{table.name}", f"{entity.name}.{table.name}.actions"
        found[f"{one}/actions"] = {"get": operation(name, "What can be done with the rows now, and why not", answers(WHOLE), asks=[NUMBER])}
        for action in lifecycle.actions.values():
            if all(who.kind == "system" for who in action.who):
                continue
            label, asks = Message(action.label).render(language), [NUMBER, row_id, IF_MATCH, ONCE]
            fired = operation(f"{name}.{action.name}", label, answers(reference(entity.name)), takes=_said(action, language), asks=asks)
            found[f"{one}/{{row}}/actions/{action.name}"] = {"post": fired}
    return found


def _said(action: Action, language: str) -> Schema:
    properties: dict[str, Schema] = {}
    needed = [field.name for field in action.own.values() if field.required and field.default is None]
    if action.ask:
        asked: dict[str, Schema] = {name: {} for name in action.ask} | free_schema(action.own.values(), language)
        values: Schema = {"type": "object", "properties": asked, "additionalProperties": False}
        properties["values"] = values | ({"required": needed} if needed else {})
    if action.comment != "none":
        properties["comment"] = {"type": "string"}
    required = [name for name, must in (("values", needed), ("comment", action.comment == "required")) if must]
    return {"type": "object", "properties": properties, "additionalProperties": False, **({"required": required} if required else {})}
