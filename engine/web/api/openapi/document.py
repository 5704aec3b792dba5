"""The whole description, put together."""

from __future__ import annotations

from engine.access import Actor
from engine.errors import Message
from engine.metadata import Metadata
from engine.web.api.door import Answer, Call
from engine.web.api.records import PREFIX, reachable
from engine.web.api.scope import EVERYTHING, Scope

from .doing import doing_paths
from .messages import message_paths
from .paths import Path, common_paths, paths_of
from .reports import report_paths
from .rights import rights_of
from .schemas import Schema, input_schema, record_schema
from .work import steering_paths

PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457 problem details",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"path": {"type": "string"}, "code": {"type": "string"}, "message": {"type": "string"}},
                "required": ["path", "code", "message"],
            },
        },
        "theirs": {"type": "object", "description": "After a lost race: who changed what, and the version of now"},
    },
    "required": ["type", "title", "status", "code", "detail", "request_id"],
}
ACTIONS: Schema = {
    "type": "object",
    "properties": {
        "actions": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "action": {"type": "string"},
                    "label": {"type": "string"},
                    "allowed": {"type": "boolean"},
                    "reason": {"type": ["string", "null"]},
                    "ask": {"type": "array", "items": {"type": "string"}},
                    "comment": {"enum": ["required", "optional", "none"]},
                },
            },
        }
    },
}
BULK: Schema = {
    "type": "object",
    "properties": {
        "mode": {"enum": ["each", "all"]},
        "items": {
            "type": "array",
            "minItems": 1,
            "maxItems": 500,
            "items": {
                "type": "object",
                "properties": {
                    "do": {"type": "string", "description": "create, change, delete, archive, take_back or an action"},
                    "id": {"type": "integer", "minimum": 1},
                    "version": {"type": "integer", "minimum": 1},
                    "values": {"type": "object"},
                    "comment": {"type": "string"},
                },
                "required": ["do"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["items"],
    "additionalProperties": False,
}
BULK_RESULT: Schema = {
    "type": "object",
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "status": {"type": "integer"},
                    "record": {"type": "object"},
                    "problem": {"$ref": "#/components/schemas/Problem"},
                },
                "required": ["status"],
            },
        },
        "done": {"type": "integer"},
        "failed": {"type": "integer"},
    },
    "required": ["results", "done", "failed"],
}
PARAMETERS: Schema = {
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": 'The version that was seen, as in the ETag: "3"; * for whatever it is. Needed to change or delete a record.',
        "schema": {"type": "string"},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The same request with the same key is done once in 24 hours; it may be sent again without harm.",
        "schema": {"type": "string", "maxLength": 200},
    },
}


def description(call: Call) -> Answer:
    """GET /openapi.json: the description for the caller."""
    return Answer(describe(call.metadata, call.actor, call.scope))


def describe(metadata: Metadata, actor: Actor, scope: Scope = EVERYTHING) -> dict[str, object]:
    """The API as `actor` may use it, in their language."""
    paths: dict[str, Path] = common_paths() | report_paths() | steering_paths()
    schemas: dict[str, Schema] = {"Problem": PROBLEM, "Actions": ACTIONS, "Bulk": BULK, "BulkResult": BULK_RESULT}
    for entity in metadata.documents:
        rights = rights_of(metadata, entity, actor)
        if reachable(metadata, entity.name) is None or rights.none or not scope.allows("read", entity.name):
            continue
        paths |= paths_of(entity, rights, actor.language) | doing_paths(entity, rights, actor.language)
        schemas[entity.name] = record_schema(entity, rights.sight, actor.language)
        if rights.create is not None:
            schemas[f"{entity.name}.create"] = input_schema(entity, rights.create, actor.language, change=False)
        if rights.change is not None:
            schemas[f"{entity.name}.change"] = input_schema(entity, rights.change, actor.language, change=True)
    if actor.administrator:
        paths |= message_paths(metadata, actor.language)
    problem = {
        "description": "What went wrong",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": Message(metadata.label).render(actor.language), "version": str(metadata.number)},
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": PARAMETERS,
            "responses": {"Problem": problem},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
