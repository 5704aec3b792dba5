"""Who the caller is, and what may be reached."""

from __future__ import annotations

from engine.access import row_rule
from engine.errors import Message

from .door import Answer, Call
from .records import reachable


def me(call: Call) -> Answer:
    """GET /me: the person behind the token, their roles, the token's scope, and the entities they can read."""
    actor, metadata = call.actor, call.metadata
    entities = [
        {"entity": entity.name, "label": Message(entity.label).render(actor.language)}
        for entity in metadata.documents
        if reachable(metadata, entity.name) and not row_rule(entity, "read", actor).nothing and call.scope.allows("read", entity.name)
    ]
    return Answer(
        {
            "id": actor.id,
            "name": actor.name,
            "language": actor.language,
            "roles": sorted(actor.roles & metadata.roles.keys()),
            "scope": None if call.scope.words is None else sorted(call.scope.words),
            "application": metadata.name,
            "revision": metadata.number,
            "entities": entities,
        }
    )
