"""A record on its way into the database: what it was, what it shall be, and every problem found so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine.errors import Invalid, Message, Problem
from engine.frozen import frozen
from engine.metadata import Entity, Field, Value
from engine.storage import SEALED_VALUES

Row = dict[str, Value]
Envelope = Sequence[str | None]
"""A sealed value: the instant until which it is sealed, as text (None: not yet known), and the enciphered value."""


UNSEEN = "?"
"""Stands in a path for the position of a row that the acting person does not see."""
UNFIT = Message("A row that you may not see does not fit.")


@frozen
class Part:
    """What rules of a table leave of a row to the acting person.

    Nothing where it is `unseen`, no fields in `closed`, none but those of `changeable` (None: all) to write, and no way to remove it
    where it `stays`.
    """

    unseen: bool = False
    closed: frozenset[str] = frozenset()
    changeable: frozenset[str] | None = None
    stays: bool = False


WHOLE = Part()


class ChildRow(dict[str, Value]):
    """A row of a table, which knows the document that it belongs to; in a draft also which `part` of it is the acting person's."""

    __slots__ = ("document", "part")
    part: Part

    def __init__(self, values: Mapping[str, Value], document: Mapping[str, Value]) -> None:
        if values:
            super().__init__(values)
        self.document = document


def child_rows(names: Sequence[str], cells: Iterable[Iterable[Value]], document: Mapping[str, Value]) -> list[Row]:
    """New rows of a table of a document, from the values of the same fields."""
    found: list[Row] = []
    for values in cells:
        row = ChildRow.__new__(ChildRow)  # its own `__init__` takes as long as the values
        row.update(zip(names, values, strict=False))
        row.document = document
        found.append(row)
    return found


@dataclass(slots=True)
class Line:
    """One row of a draft: the record itself (`prefix` empty) or a child row (`lines.2.`); `before` is None for a new one.

    The pairs of many-to-many links have no prefix: what is wrong with them stands at their field.

    `frame` keeps what surrounds its formulas, once it was made (`compute.frame_in`).
    """

    entity: Entity
    row: Row
    before: Row | None
    prefix: str = ""
    frame: Any = None

    def path(self, name: str) -> str:
        """Where a problem of a field stands: `qty`, or `lines.2.qty`."""
        return self.prefix + name

    @property
    def told(self) -> bool:
        """Whether the acting person may be told what it holds."""
        return not is_unseen(self.row)

    @property
    def inner(self) -> bool:
        """Whether this is a row of the record rather than the record itself."""
        return self.entity.document is not None

    def sets(self, name: str) -> bool:
        """Whether the field holds something else than before."""
        return self.before is None or self.before.get(name) != self.row.get(name)


@frozen
class Wanted:
    """A record that a link found by key leads to, and that has to be made."""

    entity: Entity
    key: Mapping[str, Value]


@dataclass(slots=True)
class Draft:
    """`old` is None while the record is being made; `given` names the fields (`lines` for a whole table) that the input set.

    A `derived` one is computed because something changed elsewhere, or in the definition: `anew` are then the fields that it computes
    otherwise now (`order.rate`), None where it has not changed. `wanted` are records that its links lead to, once made; `led` are
    those that links shall lead to over records between. `typed` are the fields that a person entered (None: all that were given); what
    a definition sets, nobody needs the right to.
    `stored` is the record as it lies in the database, where that is another than `old`: with sealed values in their envelopes.
    `inner` keeps what surrounds the formulas of all new rows of its tables, once it was made (`compute.frame_in`).
    """

    entity: Entity
    old: Row | None
    new: Row
    given: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    derived: bool = False
    anew: frozenset[str] | None = None
    typed: frozenset[str] | None = None
    wanted: list[Wanted] = field(default_factory=list)
    led: dict[str, Sequence[int]] = field(default_factory=dict)
    stored: Row | None = None
    inner: Any = None
    _lines: list[Line] | None = None

    def __post_init__(self) -> None:
        if self.stored is None:
            self.stored = self.old

    def problem(self, path: str, code: str, message: Message | str) -> None:
        """Remember what is wrong with the field at `path`; the first problem of a field is enough.

        Of a row that the acting person does not see it is only told that something is wrong in its table.
        """
        table, unseen, _ = path.partition(f".{UNSEEN}")
        if unseen:
            path, message = table, UNFIT
        if not any(p.path == path for p in self.problems) or not path:
            self.problems.append(Problem(path, code, message if isinstance(message, Message) else Message(message)))

    def stop(self) -> None:
        """Raise Invalid with everything found, if anything was."""
        if self.problems:
            raise Invalid(self.problems)

    def put(self, line: Line, values: Mapping[str, Value]) -> None:
        """What the definition gives the record or a row of it: the ids of links to many as their pairs, or as what they shall lead to."""
        for name, value in values.items():
            field = line.entity.fields.get(name)
            self.given.add(line.path(name))
            if field is None or not field.several or isinstance(value, list):
                line.row[name] = value
                continue
            ids = ids_of(field, value if isinstance(value, tuple) else (value,)) or ()
            if field.through is not None:
                self.led[name] = ids
            else:
                line.row[name] = pairs_of(field, ids, line.row, rows_of(line.before, field))

    def lines(self) -> list[Line]:
        """The record and all its child rows, as they are when they are first asked for: when the input has been accepted."""
        if self._lines is None:
            self._lines = lines = [Line(self.entity, self.new, self.old)]
            for table in self.entity.collections:
                lines += self._lines_of(table)
        return self._lines

    def _lines_of(self, table: Field) -> list[Line]:
        assert table.rows is not None
        owner, called = table.rows, "" if table.relation else f"{table.name}."
        before = {row["id"]: row for row in rows_of(self.old, table)}
        rows = rows_of(self.new, table)
        if not before:
            return [Line(owner, row, None, f"{called}{position}." if called else "") for position, row in enumerate(rows, 1)]
        placed = [(row, f"{called}{position}." if called else "") for position, row in numbered(rows)]
        return [Line(owner, row, before.get(row.get("id")), prefix) for row, prefix in placed]


def envelopes(row: Mapping[str, Value]) -> Mapping[str, Envelope]:
    """The values of a row that are sealed, by field."""
    return row.get(SEALED_VALUES) or {}  # type: ignore[return-value]


def key_of(row: Mapping[str, Value]) -> int:
    """The id of a row that lies in the database."""
    number = row["id"]
    assert isinstance(number, int)
    return number


@lru_cache(maxsize=1024)
def blank_of(entity: Entity) -> Row:
    """What a new record or row holds before anything is said of it, but for its tables; to be copied."""
    return {field.name: None for field in entity.fields.values() if field.rows is None}


def begun(entity: Entity, old: Row | None) -> Row:
    """What a draft begins with: a copy of the record, rows included, or an empty one in its first state."""
    if old is None:
        new = blank_of(entity) | {table.name: [] for table in entity.collections}
        return new | ({"state": entity.lifecycle.start} if entity.lifecycle else {})
    new = dict(old)
    for table in entity.collections:
        new[table.name] = [ChildRow(row, new) for row in rows_of(old, table)]
    return new


def rows_of(record: Mapping[str, Value] | None, table: Field) -> list[Row]:
    """The rows of a table of a record, in order."""
    return (record or {}).get(table.name) or []  # type: ignore[return-value]


def part_of(row: Mapping[str, Value]) -> Part:
    """What of a row of a draft is the acting person's: all of it, where no rules of its table say otherwise."""
    return getattr(row, "part", WHOLE)


def is_unseen(row: Row) -> bool:
    """Whether a row of a draft is kept from the acting person."""
    return part_of(row).unseen


def seen_of(record: Mapping[str, Value] | None, table: Field, cell: str = "") -> list[Row]:
    """The rows of a table of a draft that the acting person sees (with a `cell`: in which they see that), in order."""
    return [row for row in rows_of(record, table) if not is_unseen(row) and cell not in part_of(row).closed]


def numbered(rows: Iterable[Row]) -> Iterator[tuple[int | str, Row]]:
    """Rows with their positions as the acting person counts them, from 1; `?` for those that they do not see."""
    position = 0
    for row in rows:
        if is_unseen(row):
            yield UNSEEN, row
        else:
            yield (position := position + 1), row


def ids_of(field: Field, value: Value) -> tuple[int, ...] | None:
    """The records that many-to-many links lead to, from their pairs or from such ids; None for none."""
    items: Iterable[object] = value if isinstance(value, list | tuple) else ()
    ids = (item.get(field.name) if isinstance(item, Mapping) else item for item in items)
    return tuple(number for number in ids if isinstance(number, int)) or None


def pairs_of(field: Field, ids: Iterable[int], record: Row, before: Iterable[Row] = ()) -> list[Row]:
    """The pairs that lead from `record` to `ids`, those that were there already as they were."""
    known = {row[field.name]: row for row in before}
    return [ChildRow(known.get(number, {field.name: number}), record) for number in ids]


def same(one: Value, other: Value) -> bool:
    """Whether two values of a field are equal; no rows are as good as null."""
    return (None if one == [] else one) == (None if other == [] else other)
