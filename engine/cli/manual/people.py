"""Who is meant, in words: what stands under `who` for people who do not read declarations."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import in_language, translate
from engine.metadata import Entity, Metadata, Who

PLAIN = {
    "submitter": "who submits it",
    "system": "the application itself",
    "anybody": "anybody",
    "assignee": "whom the record is assigned to",
}


def people(found: Iterable[Who], entity: Entity, metadata: Metadata, language: str) -> str:
    """The people of `found` on records of `entity`; what has no words of its own stands there as it is written."""

    def one(who: Who) -> str:
        if who.kind in PLAIN:
            return translate(PLAIN[who.kind], language)
        if who.kind == "role" and who.name in metadata.roles:
            return in_language(metadata.roles[who.name].label, language) or who.name
        if who.kind == "field" and who.name in entity.fields:
            return in_language(entity.fields[who.name].label, language)
        return f"`{who}`"

    return ", ".join(map(one, found))
