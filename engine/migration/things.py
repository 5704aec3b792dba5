"""Everything in a definition that gets an id for life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.metadata import Entity, Field, Metadata
from engine.storage import shape_of


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing by its present name; `owner` is the key of what it belongs to, `target` of where it leads.

    `shape` is the type of its column, empty for what has none; entities have a table instead.
    """

    kind: str
    name: str
    owner: str | None = None
    target: str | None = None
    shape: str = ""

    @property
    def key(self) -> str:
        """The key of `metadata.identity`."""
        return f"{self.kind}:{self.name}"


def things(metadata: Metadata) -> Iterator[Thing]:
    """All things of a definition; owners come before what belongs to them."""
    for entity in metadata.entities.values():
        yield Thing("entity", entity.name, owner=f"entity:{entity.document}" if entity.document else None)
    for entity in metadata.entities.values():
        yield from _of_entity(entity)
    for name, choices in metadata.choices.items():
        if name != "role":
            yield from (Thing("choice", f"{name}.{choice.code}") for choice in choices)
    for workflow in metadata.workflows.values():
        yield from (Thing("step", f"{workflow.name}.{step}") for step in workflow.steps)
    yield from (Thing("role", name) for name in metadata.roles)


def _of_entity(entity: Entity) -> Iterator[Thing]:
    for field in entity.fields.values():
        yield Thing("field", f"{entity.name}.{field.name}", f"entity:{entity.name}", _target(field), shape_of(field))
    if entity.lifecycle is not None:
        yield from (Thing("state", f"{entity.lifecycle.name}.{state}") for state in entity.lifecycle.states)


def _target(field: Field) -> str | None:
    return f"entity:{field.link.entity}" if field.link and field.stored else None
