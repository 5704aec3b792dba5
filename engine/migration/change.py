"""One change of a definition, and what every rule about changes looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.errors import Message
from engine.metadata import Field, Metadata, Renaming, Workflow
from engine.storage import Connection, Difference, Known, Survey, Tables, differences

from .ids import CODED, Ids

Lock = Literal["none", "moment", "rows", "later"]
"""Who waits: nobody; whoever saves, for a moment; whoever saves, while rows are written; nobody, it is done in the background."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change: what kind (`new`, `renamed`, `retired`, `column`, `fill`, `code`, `index` …), of what (a key), in words.

    `rows` are touched; `examples` show some of them, or what is in the way; `used_by` says where the definition names the thing.
    """

    kind: str
    subject: str
    message: Message
    rows: int = 0
    blocked: bool = False
    lock: Lock = "moment"
    examples: tuple[Message, ...] = ()
    used_by: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Change:
    """The new definition against what is in the database; `before` is the definition that is served, where this engine can read it."""

    metadata: Metadata
    tables: Tables
    ids: Ids
    survey: Survey
    lacking: tuple[Difference, ...]
    before: Metadata | None = None

    @classmethod
    def of(cls, connection: Connection, tables: Tables, ids: Ids, survey: Survey, before: Metadata | None = None) -> Change:
        """The change from what `connection` holds to `tables`."""
        return cls(tables.metadata, tables, ids, survey, differences(connection, tables), before)

    def on(self, connection: Connection) -> Change:
        """The same change, seen through another connection, as the database is there and now."""
        return self.of(connection, self.tables, self.ids, Survey(connection, self.tables.dialect), self.before)

    def rows_of(self, entity: str) -> int:
        """The rows that an entity has now."""
        return self.survey.rows(self.tables.physical(entity))

    def field(self, thing: Known) -> Field:
        """The field that a live thing is."""
        entity, _, name = thing.name.rpartition(".")
        return self.metadata.entities[entity].fields[name]

    def old_field(self, thing: Known) -> Field | None:
        """The field that a live thing was in the definition before; None where it was not there."""
        old = self.ids.before.get(thing.number)
        if self.before is None or old is None or old.retired_in is not None:
            return None
        entity, _, name = old.name.rpartition(".")
        found = self.before.entities.get(entity)
        return found.fields.get(name) if found else None

    def workflow_then(self, earlier: Metadata, name: str) -> Workflow | None:
        """The workflow of an earlier definition that is called `name` in the one that is served, or a call; None where it had none."""
        renaming = Renaming(earlier, self.before or self.metadata)
        found = (workflow for workflow in earlier.workflows.values() if renaming.workflow(workflow.name) == name)
        return next(found, None) or earlier.flow(name)

    def workflow_now(self, name: str) -> str:
        """What a workflow of the definition that is served is called from now on; the same where it is gone."""
        return Renaming(self.before, self.tables.metadata).workflow(name) if self.before is not None else name

    def table_of(self, thing: Known) -> str:
        """The table that a field, live or not, has its column in."""
        owner = next((one for one in self.ids.after if one.number == thing.owner), None)
        return (owner.physical if owner else None) or ""

    def coded(self, choices: str) -> Iterator[tuple[str, str, bool]]:
        """Table, column and whether it holds several, for every field with codes of this list."""
        for entity in self.metadata.entities.values():
            for field in entity.columns:
                if field.kind in ("choice", "multi_choice") and field.type.choice_set == choices:
                    yield self.tables.physical(entity.name), self.tables.column(entity.name, field.name).name, field.kind == "multi_choice"

    def stated(self, lifecycle: str) -> Iterator[tuple[str, str, bool]]:
        """The same for the states of a lifecycle."""
        for entity in self.metadata.entities.values():
            if entity.lifecycle is not None and entity.lifecycle.name == lifecycle:
                yield self.tables.physical(entity.name), "state", False

    def holders(self, thing: Known) -> list[tuple[str, str, bool]]:
        """Where the codes of a choice, a state or a role stand."""
        owner = thing.name.rpartition(".")[0]
        if thing.kind == "state":
            return list(self.stated(owner))
        return list(self.coded("role" if thing.kind == "role" else owner))

    def holding(self, thing: Known) -> int:
        """How many rows hold the code that `thing` is."""
        code = code_of(thing)
        return sum(self.survey.with_code(table, column, code, several=several) for table, column, several in self.holders(thing))


def code_of(thing: Known) -> str:
    """What stands in rows for a choice, a state or a role."""
    return thing.name.rpartition(".")[2]


def named(thing: Known) -> Message:
    """A thing in words: field supplier.name."""
    return Message(_KINDS[thing.kind], {"name": thing.name})


_KINDS = {
    "entity": "entity {name}",
    "field": "field {name}",
    "choice": "choice {name}",
    "state": "state {name}",
    "workflow": "workflow {name}",
    "step": "step {name}",
    "role": "role {name}",
}


def is_coded(old: Known, new: Known) -> bool:
    """Whether a rename has to be written into records."""
    return new.kind in CODED and code_of(old) != code_of(new)


def recodings(change: Change) -> Iterator[tuple[Known, Known]]:
    """Codes that records hold and that are called otherwise now, or have become another: before and after."""
    yield from ((old, new) for old, new in change.ids.renamed() if is_coded(old, new))
    yield from ((old, new) for old, new in change.ids.merged() if is_coded(old, new))
