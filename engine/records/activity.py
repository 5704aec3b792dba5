"""What happened to one record, as its reader may know it: who changed what, and what people wrote about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime

from engine import storage
from engine.errors import Unfit
from engine.frozen import frozen
from engine.metadata import CLOCK_FIELDS, FILE, USER, ClockTimeField, Entity, Field, Value
from engine.unit_of_work import View

from .audience import inside
from .draft import rows_of
from .grants import entity_id
from .present import Record
from .rows import fetch_many
from .titles import in_portal, titles
from .values import read_value


@frozen
class Difference:
    """One field of a change. `old` and `new` are None where they are not said: for tables, and for what is sealed or not to be seen."""

    field: Field
    old: Value = None
    new: Value = None
    said: bool = True


@frozen
class SaidFile:
    """A file of a comment."""

    id: int
    name: str
    size: int
    media_type: str
    kind: str = ""


@frozen
class Happening:
    """A change (`action` create, update, delete) or a comment (`body`, with its `files`). `states` is the move of the lifecycle.

    `who` is blank where the reader may not know the name.
    """

    at: datetime
    who: str
    action: str = ""
    cause: str = ""
    body: str = ""
    states: tuple[object, object] | None = None
    differences: tuple[Difference, ...] = field(default_factory=tuple)
    for_all: bool = False
    person: int | None = None
    files: tuple[SaidFile, ...] = ()


def activity(view: View, entity: Entity, record: Record, limit: int = 50) -> list[Happening]:
    """The newest changes and comments of a record that the actor may read, newest first; not what the engine measured by itself."""
    number = entity_id(view, entity)
    everywhere = [*entity.fields.values(), *(cell for table in entity.tables if table.table for cell in table.table.fields.values())]
    most = limit * (1 + sum(isinstance(field.declared, ClockTimeField) for field in everywhere))
    entries = storage.entries(view.connection, number, record.id, most)
    found = (_change(view, entity, record, entry) for entry in entries if not _is_measured(entity, entry))
    changes = [one for one in found if one.differences or one.states or one.action != "update"]
    written = [each for each in storage.comments_of(view.connection, number, record.id, limit) if each.for_all or inside(view.actor)]
    held = _files(view, written)
    said = [
        Happening(c.at, c.author_name, body=c.body, for_all=c.for_all, person=c.author, files=tuple(held[n] for n in c.files if n in held))
        for c in written
    ]
    return sorted(_named(view, [*changes, *said]), key=lambda one: one.at, reverse=True)[:limit]


def _files(view: View, written: list[storage.Comment]) -> dict[int, SaidFile]:
    """The files of comments, by id."""
    found = fetch_many(view, FILE, sorted({number for each in written for number in each.files}))
    return {
        number: SaidFile(number, str(row["name"]), int(str(row["size"])), str(row["media_type"]), str(row["kind"] or ""))
        for number, row in found.items()
    }


def _is_measured(entity: Entity, entry: storage.Entry) -> bool:
    """Whether a clock was started, stopped or found to be late, and nobody changed anything."""
    changed = ((entity.fields.get(name), values) for name, values in entry.changes.items())
    return entry.cause == "derived" and any(field is not None and _of_clocks(field, *values) for field, values in changed)


def _of_clocks(field: Field, old: object, new: object) -> bool:
    """Whether a clock wrote this: the field is its own, or its own cells are all that differs in the rows of a table."""
    clocks = {cell.name for cell in field.table.fields.values() if isinstance(cell.declared, CLOCK_FIELDS)} if field.table else set()
    if not clocks or not isinstance(old, list) or not isinstance(new, list):
        return isinstance(field.declared, CLOCK_FIELDS)
    before, after = ([{k: v for k, v in row.items() if k not in clocks} for row in rows] for rows in (old, new))
    return before == after


def _change(view: View, entity: Entity, record: Record, entry: storage.Entry) -> Happening:
    differences = tuple(
        _difference(view, record, described, *values)
        for name, values in entry.changes.items()
        if (described := entity.fields.get(name)) is not None
        and name not in record.sight.hidden
        and _concerns_reader(view, record, described, *values)
    )
    states = entry.changes.get("state") if entity.lifecycle else None
    return Happening(entry.at, entry.actor_name, entry.action, entry.cause, states=states, differences=differences, person=entry.actor)


def _concerns_reader(view: View, record: Record, described: Field, old: object, new: object) -> bool:
    """Whether something else happened to a table than to rows and cells that the reader does not see now."""
    table = described.table
    if table is None or not table.rules or view.actor.trusted or view.actor.administrator:
        return True
    below, rows = record.sight.below(described.name), rows_of(record.values, described)
    seen = {row["id"]: [name for name in row if below.readable(name)] for row in rows}
    return _told_rows(old, seen) != _told_rows(new, seen)


def _told_rows(plain: object, seen: Mapping[Value, Sequence[str]]) -> list[list[object]]:
    """What an entry of the audit says of rows, as far as it is seen."""
    rows = plain if isinstance(plain, list) else []
    return [[row.get(name) for name in seen[row["id"]]] for row in rows if isinstance(row, Mapping) and row.get("id") in seen]


def _named(view: View, happened: list[Happening]) -> list[Happening]:
    """In a portal without the names of people whom the actor may not read."""
    if not in_portal(view):
        return happened
    known = titles(view, USER, {one.person for one in happened if one.person is not None})
    return [replace(one, who=known.get(one.person) or "") if one.person is not None else one for one in happened]


def _difference(view: View, record: Record, described: Field, old: object, new: object) -> Difference:
    if described.table is not None or described.name in record.sight.masked or (old is None and new is None):
        return Difference(described, said=False)
    return Difference(described, _read(view, described, old), _read(view, described, new))


def _read(view: View, described: Field, plain: object) -> Value:
    try:
        return read_value(described, tuple(plain) if isinstance(plain, list) else plain, view.zone)
    except Unfit:
        return None if plain is None else str(plain)


def linked(entity: Entity, happened: list[Happening]) -> list[Mapping[str, Value]]:
    """The links among the values that are said, as rows for `titles_of_links`."""
    found: list[Mapping[str, Value]] = []
    for one in happened:
        for difference in one.differences:
            if difference.field.link is not None:
                found += [{difference.field.name: difference.old}, {difference.field.name: difference.new}]
    return found
