"""An import as it lies in the database, as an object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, field
from datetime import datetime
from typing import Any, Literal

from engine import storage
from engine.errors import Invisible
from engine.frozen import frozen
from engine.metadata import Entity
from engine.storage import Connection
from engine.unit_of_work import View

from .meanings import Meaning
from .typed import Habits

State = Literal["reading", "staged", "checking", "checked", "running", "done", "cancelled"]
WORKING = ("checking", "running")
"""While a job is on it."""
READING = "reading"
"""While its file is read; whoever died meanwhile leaves it so."""


@frozen
class Options:
    """How an import is done.

    `key` are the fields by which records are found (`id` always is), `whole` says that all rows come in or none, `make` and `change`
    what may happen to records, `drop` that rows of a table which the file does not have go. `instead` maps a path to texts and what is
    taken for them.
    """

    key: tuple[str, ...] = ()
    whole: bool = False
    make: bool = True
    change: bool = True
    drop: bool = False
    habits: Habits = field(default_factory=Habits)
    instead: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@frozen(slots=False)
class Import:
    """One import. `headings` are the sheets with their headings; `counts` how many rows are in which state."""

    id: int
    entity: Entity
    owner: int | None
    at: datetime
    file: str
    described: str
    state: State
    headings: Sequence[tuple[str, Sequence[str]]]
    meanings: tuple[Meaning, ...]
    options: Options
    error: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many records the file speaks of."""
        return sum(self.counts.values())

    @property
    def seen(self) -> int:
        """How many of them were looked at."""
        return self.total - self.counts.get(storage.WAITING, 0)


def load_import(view: View, number: int, *, counted: bool = True, lock: bool = False) -> Import:
    """An import of the actor (administrators and the engine have everybody's). Raises Invisible."""
    row = storage.import_of(view.connection, number, lock=lock)
    mine = view.actor.trusted or view.actor.administrator or (row is not None and row["owner"] == view.actor.id)
    entity = None if row is None else entity_numbered(view, row["entity_id"])
    if row is None or entity is None or not mine:
        raise Invisible
    counts = storage.staged_counts(view.connection, number) if counted else {}
    return made(row, entity, counts)


def entity_numbered(view: View, number: int) -> Entity | None:
    """The entity with this number for life, where the definition still has it."""
    name = view.metadata.numbered.get(number)
    return None if name is None else view.metadata.entities[name]


def made(row: Mapping[str, Any], entity: Entity, counts: Mapping[str, int]) -> Import:
    """The object of a row of the table of imports."""
    return Import(
        id=row["id"],
        entity=entity,
        owner=row["owner"],
        at=row["at"],
        file=row["file"],
        described=row["described"],
        state=row["state"],
        headings=tuple((name, tuple(headings)) for name, headings in row["headings"]),
        meanings=tuple(Meaning(each["table"], tuple(each["paths"])) for each in row["meanings"]),
        options=options_of(row["options"]),
        error=row["error"] or "",
        counts=counts,
    )


def options_of(kept: Mapping[str, Any]) -> Options:
    """Options from JSON."""
    return Options(**{**kept, "key": tuple(kept["key"]), "habits": Habits(**kept["habits"])})


def keep(connection: Connection, number: int, meanings: Sequence[Meaning], options: Options) -> None:
    """Write what the columns mean and how it is done."""
    values = {"meanings": [asdict(each) for each in meanings], "options": asdict(options)}
    storage.change_import(connection, number, values)
