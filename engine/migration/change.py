"""One change of a definition, and what every rule about changes looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import Message
from engine.metadata import Field, Metadata
from engine.storage import Connection, Difference, Known, Survey, Tables, differences

from .ids import Ids


@dataclass(frozen=True, slots=True)
class Step:
    """One change: what kind (`new`, `renamed`, `retired`, `column`, `fill`, `code`, `index`), of what (a key), in words."""

    kind: str
    subject: str
    message: Message
    rows: int = 0
    blocked: bool = False


@dataclass(frozen=True)
class Change:
    """The new definition against what is in the database."""

    metadata: Metadata
    tables: Tables
    ids: Ids
    survey: Survey
    lacking: tuple[Difference, ...]

    @classmethod
    def of(cls, connection: Connection, tables: Tables, ids: Ids) -> Change:
        """The change from what `connection` holds to `tables`."""
        survey = Survey(connection, tables.dialect)
        return cls(tables.metadata, tables, ids, survey, differences(connection, tables))

    def rows_of(self, entity: str) -> int:
        """The rows that an entity has now."""
        return self.survey.rows(self.tables.physical(entity))

    def field(self, thing: Known) -> Field:
        """The field that a live thing is."""
        entity, _, name = thing.name.rpartition(".")
        return self.metadata.entities[entity].fields[name]

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
    "step": "step {name}",
    "role": "role {name}",
}
