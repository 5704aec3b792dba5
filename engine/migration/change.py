"""One change of a definition, and what every rule about changes looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal

from engine.errors import Message
from engine.frozen import frozen
from engine.metadata import Field, Metadata, Renaming, Workflow
from engine.storage import Connection, Difference, Known, Survey, Tables, differences

from .codes import COLUMN, STATE, code_of, list_of
from .ids import Ids

Lock = Literal["none", "moment", "rows", "later"]
"""Who waits: nobody; whoever saves, for a moment; whoever saves, while rows are written; nobody, it is done in the background."""


Place = tuple[str, str, bool]
"""A table, a column with codes, and whether it holds several."""
SEVERAL = "codes"
"""The shape of a column that does."""


@frozen
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


@frozen(slots=False)
class Change:
    """The new definition against what is in the database; `before` is the definition that is served, where this engine can read it."""

    metadata: Metadata
    tables: Tables
    ids: Ids
    survey: Survey
    lacking: tuple[Difference, ...]
    before: Metadata | None = None

    @classmethod
    def of(cls, tables: Tables, ids: Ids, survey: Survey, before: Metadata | None = None) -> Change:
        """The change from what a survey finds to `tables`."""
        return cls(tables.metadata, tables, ids, survey, differences(survey.catalogue, tables.blueprints), before)

    def on(self, connection: Connection) -> Change:
        """The same change, seen through another connection, as the database is there and now."""
        return self.of(self.tables, self.ids, Survey(connection, self.tables.dialect), self.before)

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

    @cached_property
    def untold(self) -> frozenset[int]:
        """The numbers of what has no line of its own in a plan: the columns of states, and the fields that tables are beside their rows."""
        tables = {thing.name for thing in self.ids.after if thing.kind == "entity" and "." in thing.name}
        fields = (thing for thing in self.ids.after if thing.kind == "field" and not thing.physical and thing.name in tables)
        return frozenset(thing.number for thing in (*fields, *(one for one in self.ids.after if one.kind == COLUMN)))

    @cached_property
    def tables_then(self) -> Tables | None:
        """The tables of the definition that is served, where this engine can read it."""
        return Tables(self.before, self.tables.dialect) if self.before is not None else None

    def table_of(self, thing: Known) -> str:
        """The table that a field, live or not, has its column in."""
        owner = next((one for one in self.ids.after if one.number == thing.owner), None)
        return (owner.physical if owner else None) or ""

    def holders(self, thing: Known) -> list[Place]:
        """Where a code of today stands: in fields and states, and in columns that nobody sees at present."""
        listed = list_of(thing)
        return [*(self._stated(listed) if thing.kind == "state" else self._coded(listed)), *self._resting(listed)]

    def holding(self, thing: Known) -> int:
        """How many rows that people see hold the code that `thing` was."""
        listed = list_of(thing)
        return self._with(thing, self._stated(listed, self.before) if thing.kind == "state" else self._coded(self._list(listed)))

    def hiding(self, thing: Known) -> int:
        """How many rows hold it where nobody sees it: in a field that is gone, in a lifecycle that an entity has no more."""
        return self._with(thing, self._resting(self._list(list_of(thing))))

    def state_column(self, entity: str) -> str:
        """The column that holds the states of an entity of today at present; where it has none yet, the one that it gets."""
        thing = self.ids.by_key[f"{COLUMN}:{entity}.{STATE}"]
        return self.ids.before.get(thing.number, thing).physical or STATE

    def _list(self, called: str) -> str:
        return self.ids.lists.get(called, called)

    def _with(self, thing: Known, places: Iterable[Place]) -> int:
        return sum(self.survey.with_code(table, column, code_of(thing), several=several) for table, column, several in places)

    def _resting(self, codes: str) -> list[Place]:
        return [(table, field.physical or "", field.shape == SEVERAL) for field, table in self.ids.resting(codes)]

    @cached_property
    def moving(self) -> frozenset[tuple[str, str]]:
        """Tables and columns whose values move to another column."""
        return frozenset((self.table_of(new), old.physical or "") for old, new in self.ids.moved())

    def recoded(self, codes: str) -> Mapping[str, str]:
        """The codes of a list, by what it was called, that are others now."""
        return {code_of(old): code_of(new) for old, new in self.ids.recoded() if list_of(old) == codes}

    def _coded(self, choices: str) -> Iterator[Place]:
        """Every field of today with codes of this list, under the column that it has had."""
        for field in self.ids.live:
            if field.kind == "field" and field.physical and field.codes == choices:
                was = self.ids.before.get(field.number, field)
                yield self.table_of(field), was.physical or "", was.shape == SEVERAL

    def _stated(self, lifecycle: str, definition: Metadata | None = None) -> Iterator[Place]:
        """Every entity of today that has a lifecycle, and had this one in an earlier definition, else in that of today."""
        definition = definition or self.tables.metadata
        live = {thing.number: thing.name for thing in self.ids.live if thing.kind == "entity"}
        for entity in definition.entities.values():
            name = live.get(definition.identity.number(f"entity:{entity.name}") or 0, "")
            here = entity.lifecycle is not None and entity.lifecycle.name == lifecycle
            if here and name and self.metadata.entities[name].lifecycle is not None:
                yield definition.identity.table(entity.name), self.state_column(name), False


def named(thing: Known) -> Message:
    """A thing in words: field supplier.name."""
    row = thing.kind == "entity" and "." in thing.name
    return Message("table {name}" if row else _KINDS[thing.kind], {"name": thing.name})


_KINDS = {
    "entity": "entity {name}",
    "field": "field {name}",
    "choice": "choice {name}",
    "state": "state {name}",
    "workflow": "workflow {name}",
    "step": "step {name}",
    "role": "role {name}",
}
