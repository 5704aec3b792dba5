"""What people are told about: a record; what concerns a row of a table is told of its document."""

from __future__ import annotations

from collections.abc import Iterable

from engine.frozen import frozen
from engine.records import BEYOND
from engine.unit_of_work import View

from .effects import Row


@frozen
class Subject:
    """The record that somebody opens who is told something; `table` is where in it the row stands that it concerns."""

    entity: str
    record: int
    table: str = ""

    def paths(self, written: Iterable[str]) -> tuple[str, ...]:
        """Paths from the record or row concerned, as paths from the record that is opened."""
        return tuple(map(self._path, written)) if self.table else tuple(written)

    def _path(self, path: str) -> str:
        first, dot, rest = path.partition(".")
        if path == BEYOND:
            return path
        return rest if dot and first == self.entity else f"{self.table}.{path}"


def told_about(view: View, entity: str, row: Row) -> Subject:
    """The record to open where something concerns a record or row."""
    concerned = view.metadata.entities[entity]
    if concerned.document is None:
        return Subject(entity, int(str(row["id"])))
    return Subject(concerned.document, int(str(row["document_id"])), concerned.table_name)
