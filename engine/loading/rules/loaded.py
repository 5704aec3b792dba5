"""What a rule looks at: the compiled application, and where each part of it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from engine.frozen import frozen
from engine.loading.declarations import Declarations
from engine.loading.findings import Findings, Place
from engine.loading.resolve.access import written_rules
from engine.loading.resolve.shells import FieldShell, Shell
from engine.metadata import Entity, Field, Metadata, Rule


@frozen(slots=False)
class Loaded:
    """A resolved application; parts with mistakes of their own are missing from `metadata`."""

    metadata: Metadata
    declarations: Declarations
    shells: Mapping[str, Shell]
    findings: Findings

    @cached_property
    def fields(self) -> Sequence[tuple[Field, FieldShell]]:
        """All fields of all entities and tables, as compiled and as written; a number is not written as a field."""
        written = ((entity.fields, self.shells[entity.name].fields) for entity in self.metadata.stored)
        return [(field, shells[name]) for fields, shells in written for name, field in fields.items() if name in shells]

    def rules(self) -> Iterator[tuple[Entity, Rule, Place]]:
        """All access rules with their places."""
        for entity in self.metadata.stored:
            places = list(rule_places(self.shells[entity.name]))
            for rule in entity.rules:
                place = next((p for role, p in places if role == rule.role), self.shells[entity.name].place)
                places = [(role, p) for role, p in places if p is not place]
                yield entity, rule, place


def rule_places(shell: Shell) -> Iterator[tuple[str, Place]]:
    """The place of each access rule of an entity, or of the rows of a table, in the order of `Entity.rules`."""
    for written, place in written_rules(shell):
        for role, one_or_more in written.items():
            for index in range(len(one_or_more) if isinstance(one_or_more, tuple) else 1):
                yield role, place.item(role, index)
