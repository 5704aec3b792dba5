"""The operations by which other systems send messages: one for each message that an automation listens to."""

from __future__ import annotations

from engine.metadata import Metadata
from engine.workflow import heard

from .paths import Path, answers, operation
from .schemas import Schema, free_schema

_SIGNED: Schema = {
    "name": "X-Loom-Signature",
    "in": "header",
    "required": True,
    "description": (
        "t=SECONDS,sha256= and the HMAC-SHA256 of SECONDS.CONNECTOR.NAME.BODY with the secret of the connector, in hexadecimal digits; "
        "or, unless the connector is timed, sha256= and that of the body alone"
    ),
    "schema": {"type": "string", "pattern": "^(t=[0-9]{1,11},)?sha256=[0-9a-f]{64}$"},
}
_KEPT: Schema = {
    "type": "object",
    "properties": {"message": {"type": "string"}, "key": {"type": "string"}, "received_at": {"type": "string", "format": "date-time"}},
    "required": ["message", "key", "received_at"],
}


def message_paths(metadata: Metadata, language: str) -> dict[str, Path]:
    """Every message with what it carries."""
    found: dict[str, Path] = {}
    for name, (first, *_) in heard(metadata).items():
        assert first.inbound is not None
        fields = first.inbound.fields
        needed = [field.name for field in fields.values() if field.required is True]
        taken: Schema = {
            "type": "object",
            "properties": free_schema(fields.values(), language),
            "required": needed,
            "additionalProperties": False,
        }
        about = operation(f"messages.{name}", f"Tell {name}", answers(_KEPT, "202", "Kept"), takes=taken, asks=[_SIGNED])
        found[f"/messages/{name.replace('.', '/')}"] = {"post": {**about, "security": []}}
    return found
