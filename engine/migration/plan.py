"""The plan: all steps from what is applied to a definition, counted in the database, without touching it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.loading import Sources, renames, with_system
from engine.metadata import Metadata, extra_types
from engine.storage import Connection, Tables, dialect_of, is_prepared, known_things, revision_of, served

from .change import Change, Step
from .ids import assign
from .steps import steps
from .things import things


@dataclass(frozen=True)
class Plan:
    """What applying `sources` would do. `base` is the revision it starts from, 0 when none was applied."""

    base: int
    sources: Sources
    change: Change
    steps: tuple[Step, ...]
    same_sources: bool

    @property
    def number(self) -> int:
        """The revision that it leads to."""
        return self.base if self.nothing else self.base + 1

    @property
    def nothing(self) -> bool:
        """Whether everything is as it should be."""
        return self.same_sources and not self.steps and not self.change.lacking

    @property
    def blocked(self) -> tuple[Step, ...]:
        """The steps that must not be taken; while there are any, nothing is applied."""
        return tuple(step for step in self.steps if step.blocked)

    def as_data(self, language: str = "en") -> Mapping[str, object]:
        """The plan as plain data, for `--json`."""
        found = [
            {"kind": s.kind, "subject": s.subject, "rows": s.rows, "blocked": s.blocked, "message": s.message.render(language)}
            for s in self.steps
        ]
        return {"base": self.base, "number": self.number, "blocked": bool(self.blocked), "steps": found}


def plan(connection: Connection, sources: Sources, metadata: Metadata) -> Plan:
    """The plan from what `connection` holds to `metadata`, which was loaded from `sources`."""
    sources = with_system(sources)
    base = served(connection) if is_prepared(connection) else 0
    known = known_things(connection) if base else []
    ids = assign(known, things(metadata), renames(sources, extra_types(metadata)), base + 1)
    tables = Tables(replace(metadata, identity=ids.identity, number=base + 1), dialect_of(connection))
    change = Change.of(connection, tables, ids)
    same = bool(base) and revision_of(connection, base).hash == sources.hash
    return Plan(base, sources, change, tuple(steps(change)), same)
