"""How a computed value came about, as its reader may know it; and formulas tried out on a record, with the same care.

What is closed to the reader (a hidden or masked field, a record behind a link, a row of another entity) is closed here too,
and so is every part that is made of it. The value of the field itself is a fact of its record (DESIGN section 5).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from engine.access import Sight
from engine.errors import Forbidden, Invisible, Message, Refusal
from engine.formula import CollectionPath, Context, Formula, Hop, Names, Path, Root, Step, Via, compile, trace
from engine.frozen import frozen
from engine.metadata import Entity, Field, Metadata, Value
from engine.unit_of_work import View

from .child_rows import rows_in_sight, sight_of_row
from .compute import virtual
from .draft import ChildRow, Row
from .fetch import fetch
from .frame import RecordFrame
from .present import readable, sight_on
from .values import rounded
from .visible import visible_ids

Values = Mapping[str, Value]


class WholeFrame(RecordFrame):
    """A frame whose records carry their virtual fields too."""

    def record(self, entity: str, number: int) -> Values | None:
        """A record that a link leads to."""
        found = super().record(entity, number)
        self._complete(entity, [found] if found is not None else [])
        return found

    def rows(self, row: Values, path: CollectionPath) -> Sequence[Values]:
        """The rows behind a path."""
        found = super().rows(row, path)
        self._complete(path.target, found)
        return found

    def _complete(self, entity: str, rows: Sequence[Values]) -> None:
        fields = self.view.metadata.entities[entity].virtual
        bare = [row for row in rows if fields and fields[0].name not in row]
        virtual(self.view, fields, bare)  # type: ignore[arg-type]  # rows that were fetched are dicts


class Eyes:
    """What the acting person may know on the way of a formula."""

    def __init__(self, frame: RecordFrame) -> None:
        self._frame = frame
        self._view = frame.view
        self._sights: dict[tuple[str, object], Sight | None] = {}

    def reads(self, path: Path, row: Values | None) -> bool:
        """Whether the value at the end of `path` may be known; own attributes always, what surrounds a save never."""
        if path.root is Root.USER:
            return not path.hops
        if row is None or path.entity is None:
            return False
        found = self.end(path, row)
        return found is None or self._opens(*found, path.field)

    def end(self, path: Path, row: Values) -> tuple[Entity, Values] | None:
        """The record that `path` reads from; None where a link on the way is blank. Where one is closed, the record that closes it."""
        entity = self._view.metadata.entities[path.entity or ""]
        for hop in path.hops:
            if not self._opens(entity, row, hop.name):
                return entity, {}
            number = self._frame.follow(row, Path(Root.ROW, hop.source, (hop,), "id"))
            following = self._frame.record(hop.target, number) if isinstance(number, int) else None
            if following is None:
                return None
            entity, row = self._view.metadata.entities[hop.target], following
        return entity, row

    def sees(self, path: CollectionPath, row: Values) -> Collection[int]:
        """The ids of the rows behind `path` that may be known, every record on the way included."""
        current: list[Values] = [row]
        for hop in path.hops:
            current = [found for one in current for found in self._step(one, hop)]
        return {number for one in current if isinstance(number := one.get("id"), int)}

    def _step(self, row: Values, hop: Hop) -> list[Values]:
        if not self._opens(self._view.metadata.entities[hop.source], row, hop.name):
            return []
        target = self._view.metadata.entities[hop.target]
        found = list(self._frame.rows(row, CollectionPath(Root.ROW, hop.source, (hop,))))
        if hop.via is Via.TABLE:
            return [each for each in found if self._sight(target, each) is not None]
        seen = visible_ids(self._view, hop.target, [number for each in found if isinstance(number := each.get("id"), int)])
        return [each for each in found if each["id"] in seen and (hop.link is None or self._opens(target, each, hop.link))]

    def _opens(self, entity: Entity, row: Values, name: str) -> bool:
        sight = self._sight(entity, row)
        return sight is not None and sight.readable(name)

    def _sight(self, entity: Entity, row: Values) -> Sight | None:
        key = entity.name, row.get("id")
        if key not in self._sights:
            self._sights[key] = self._of_row(entity, row) if entity.document else self._of_record(entity, row)
        return self._sights[key]

    def _of_record(self, entity: Entity, row: Values) -> Sight | None:
        return sight_on(self._view, entity, dict(row)) if row else None

    def _of_row(self, entity: Entity, row: Values) -> Sight | None:
        """What is seen of a row is what is seen of its document, and what rules of its table leave of that."""
        document = self._view.metadata.entities[entity.document or ""]
        number = row.get("document_id")
        owner = (
            row.document if isinstance(row, ChildRow) else self._frame.record(document.name, number) if isinstance(number, int) else None
        )
        sight = self._sight(document, owner) if owner is not None else None
        if sight is None or owner is None:
            return None
        return sight_of_row(self._view, document.fields[entity.table_name], ChildRow(row, owner), sight)


@frozen(slots=False)
class Explanation:
    """A value of `field` on `row` of `record` (the same row, unless the field belongs to a table) and the steps that led to it."""

    entity: Entity
    record: Row
    field: Field
    row: Row
    step: Step
    eyes: Eyes

    @property
    def value(self) -> Value:
        """The value that is stored or shown."""
        return self.row.get(self.field.name)

    @property
    def drifted(self) -> bool:
        """Whether the formula gives something else now than what is stored."""
        return self.step.known and rounded(self.field, self.step.value) != self.value


def explain(view: View, entity: Entity, number: int, path: str) -> Explanation:
    """How `total`, or `lines.2.amount` in the second row, came about.

    Raises Invisible, Forbidden for a field that the actor may not see, Refusal for one that is not computed.
    """
    record = fetch(view, entity.name, number)
    sight = readable(view, entity, record)
    table, row, field = _place(view, entity, record, path)
    if not sight.readable(f"{table}.{field.name}" if table else field.name):
        raise Forbidden(Message("You may not see {field}.", {"field": field.label}))
    if field.formula is None:
        raise Refusal(Message("{field} is entered, not computed.", {"field": field.label}))
    frame = WholeFrame(view, owner=record if table else None)
    eyes = Eyes(frame)
    if table and not eyes.reads(Path(Root.ROW, field.entity, (), field.name), row):
        raise Forbidden(Message("You may not see {field}.", {"field": field.label}))
    return Explanation(entity, record, field, row, trace(_as_written(view.metadata, field), row, frame, eyes), eyes)


def _place(view: View, entity: Entity, record: Row, path: str) -> tuple[str, Row, Field]:
    """The table (blank: none), the row and the field that a path names; rows count as the actor sees them. Raises Invisible."""
    match path.split("."):
        case [name] if name in entity.fields:
            return "", record, entity.fields[name]
        case [table, position, name] if table in entity.fields and position.isascii() and position.isdigit() and len(position) < 6:
            owner, rows = entity.fields[table].table, rows_in_sight(view, record, entity.fields[table])
            if owner is not None and name in owner.fields and 0 < int(position) <= len(rows):
                return table, rows[int(position) - 1], owner.fields[name]
    raise Invisible(Message("There is no field {path}.", {"path": path}))


@lru_cache(maxsize=1024)
def _as_written(metadata: Metadata, field: Field) -> Formula:
    assert field.formula is not None
    return compile(field.formula.text, Names(this=field.entity), metadata.names_as_written, field.formula.context)


def tried(view: View, entity: Entity, number: int, text: str) -> tuple[Step, Eyes]:
    """A formula that the actor types, on a record, step by step. Raises FormulaErrors, Invisible, FormulaFailure."""
    formula = compile(text, Names(this=entity.name), view.metadata.names_as_written, Context.VIRTUAL)
    record = fetch(view, entity.name, number)
    readable(view, entity, record)
    frame = WholeFrame(view)
    eyes = Eyes(frame)
    return trace(formula, record, frame, eyes), eyes
