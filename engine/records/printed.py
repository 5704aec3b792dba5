"""Prints of a record, frozen: who may read one reads all that it tells; the file of one lies with those of the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from engine import storage
from engine.errors import Invisible, Message, Text
from engine.frozen import frozen
from engine.metadata import USER, Entity
from engine.unit_of_work import View

from .audience import inside
from .fetch import fetch
from .find import load
from .grants import entity_id
from .knowing import Telling, knows
from .present import Record

FILE = "file"
AUTHORS = ("created_by", "updated_by")


@frozen
class Printed:
    """A print of a record: when it was frozen, at which step (None: none), and its file with the hash, once it is made."""

    id: int
    name: str
    label: Text
    step: Text | None
    at: datetime
    file: int | None
    hash: str


def prints_of(view: View, record: Record) -> list[Printed]:
    """The prints of a record that the actor may read, newest first."""
    entity = view.metadata.entities[record.entity]
    found = (row for row in storage.print_rows(view.connection, entity_id(view, entity), record.id) if _reads(view, record, row))
    return [_printed(view, row) for row in reversed(list(found))]


def read_print(view: View, number: int) -> str:
    """The entity of the record that a print is of. Raises Invisible for whoever may not read all of it."""
    row = storage.print_row(view.connection, number)
    entities = (each.name for each in view.metadata.documents if row is not None and entity_id(view, each) == row["entity_id"])
    entity = next(entities, None)
    if row is None or entity is None or not _reads(view, load(view, entity, row["record_id"]), row):
        raise Invisible
    return entity


def _reads(view: View, record: Record, row: Mapping[str, object]) -> bool:
    made_of, at = row["made_of"], row["at"]
    assert isinstance(made_of, tuple | list)
    assert isinstance(at, datetime)
    return may_be_told(view, record, map(str, made_of), within=bool(row["within"]), at=at)


def may_be_told(view: View, record: Record, paths: Iterable[str], *, within: bool, at: datetime | None = None) -> bool:
    """Whether the actor may read what a print of an instant (None: now) tells: these paths of the record, and what staff say `within`.

    People from outside get nothing that names people.
    """
    entity, told = view.metadata.entities[record.entity], list(paths)
    if not inside(view.actor) and (within or any(_names_people(view, entity, path) for path in told)):
        return False
    about = Telling(entity, record.id, record.sight, at or view.now)
    return all(knows(view, about, path) for path in told)


def _names_people(view: View, entity: Entity, path: str) -> bool:
    here: Entity | None = entity
    for part in path.split("."):
        field = here.fields.get(part) if here is not None else None
        target = field.link.entity if field is not None and field.link is not None else None
        if part in AUTHORS or target == USER:
            return True
        here = field.table if field is not None and field.table is not None else view.metadata.entities.get(target or "")
    return False


def _printed(view: View, row: Mapping[str, object]) -> Printed:
    file = row["file"]
    digest = str(fetch(view, FILE, file)["hash"]) if isinstance(file, int) else ""
    label, step, at, number = row["label"], row["step"], row["at"], row["id"]
    assert isinstance(label, dict)
    assert isinstance(at, datetime)
    assert isinstance(number, int)
    return Printed(
        number, str(row["name"]), label, step if isinstance(step, dict) else None, at, file if isinstance(file, int) else None, digest
    )


def words_of_print(view: View, printed: Printed) -> str:
    """All that a print says, one text a line, as it was frozen."""
    row = storage.print_row(view.connection, printed.id)
    return "" if row is None else texts_of(row["content"])


def texts_of(content: object) -> str:
    """All texts of a print, one a line."""
    return "\n".join(_texts(content))


def _texts(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        yield from (text for part in content.values() for text in _texts(part))
    elif isinstance(content, list | tuple):
        yield from (text for part in content for text in _texts(part))


def name_of_print(label: Text, language: str, at: datetime, number: int) -> str:
    """What the file of a print is called."""
    return f"{Message(label).render(language)} {at:%Y-%m-%d} {number}.pdf"
