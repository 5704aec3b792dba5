"""Values that move to another column: because their field has another type now, or because they are those of a link that is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.errors import Message, Unfit
from engine.frozen import frozen
from engine.metadata import Entity, Field, Value
from engine.storage import Carry, Known, Survey, Tables, names, type_of, type_of_shape

from .change import Change, Step, named
from .codes import COLUMN
from .conversion import Conversion, Recoding, spelled_out
from .ids import PARKED
from .shapes import shape_words

MOST_WRONG = 5


@frozen(slots=False)
class Move:
    """The values of a field, or states, on their way from the column they had to the one they get.

    `conversion` is None where they stay as they are.
    """

    old: Known
    new: Known
    table: str
    rows: int
    conversion: Conversion | Recoding | None = None

    @property
    def possible(self) -> bool:
        """Whether there is a way from the one type to the other."""
        return type_of_shape(self.old.shape) is not None and (self.conversion is None or self.conversion.possible)

    @property
    def must_arrive(self) -> bool:
        """Whether a value that has no place in the new column is in the way."""
        return isinstance(self.conversion, Conversion) and not self.conversion.new.computed and self.old.shape != PARKED

    @property
    def past(self) -> Carry:
        """The way of the rows of earlier versions."""
        return replace(self.carry, table=names.history_name(self.table), key="history_id")

    @property
    def carry(self) -> Carry:
        """The way of the rows."""
        source, target = type_of_shape(self.old.shape), type_of_shape(self.new.shape)
        assert source is not None
        assert target is not None
        assert self.old.physical is not None
        assert self.new.physical is not None
        convert = self.conversion.or_none if self.conversion else lambda value: value
        return Carry(self.table, self.old.physical, self.new.physical, source, target, convert)


def moves(change: Change) -> Iterator[Move]:
    """All values that move, where there are any."""
    for old, new in change.ids.moved():
        table = change.table_of(new)
        rows = change.survey.values(table, old.physical or "")
        if rows and new.kind == COLUMN:
            yield Move(old, new, table, rows, Recoding(change.recoded(old.codes)))
        elif rows:
            field = change.field(new)
            keys = keys_of(change.survey, change.tables, field, old.shape)
            yield Move(old, new, table, rows, Conversion(old.shape, field, change.metadata.zone, keys, change.recoded(old.codes)))
    for old, new in change.ids.parked():
        table = change.table_of(new)
        yield Move(old, new, table, change.survey.values(table, old.physical or ""))


def keys_of(survey: Survey, tables: Tables, field: Field, shape: str) -> Mapping[str, int]:
    """Records that a link may lead to, by each unique value that may name one: its number first; ids where they were ids already."""
    if field.link is None:
        return {}
    target = tables.metadata.entities[field.link.entity]
    table = tables.physical(target.name)
    if shape == PARKED:
        return {str(number): number for _, number in survey.column(table, "id", type_of_shape(PARKED))}
    found: dict[str, int] = {}
    for name in key_fields(target):
        column, kind = tables.column(target.name, name).name, type_of(target.fields[name])
        for value, number in survey.column(table, column, kind):
            found.setdefault(str(value), number)
    return found


def key_fields(entity: Entity) -> list[str]:
    """The fields that name one record each."""
    single = [field.name for field in entity.fields.values() if field.unique and field.stored]
    single += [names[0] for names in entity.unique if len(names) == 1]
    return [*(["number"] if entity.number else []), *single]


@frozen(slots=False)
class Wrong:
    """Values that no conversion has a place for: how many rows, and some of them with the reason."""

    rows: int
    examples: tuple[Message, ...]


def wrong(change: Change, move: Move) -> Wrong:
    """Everything that would be lost on the way."""
    conversion = move.conversion
    kind = type_of_shape(move.old.shape)
    if conversion is None or kind is None or move.old.shape == PARKED:
        return Wrong(0, ())
    count = 0
    examples: list[Message] = []
    for value, rows, first in change.survey.each_value(move.table, move.old.physical or "", kind):
        try:
            conversion(value)
        except Unfit as unfit:
            count += rows
            if len(examples) < MOST_WRONG:
                examples.append(example(value, rows, first, unfit.message))
    return Wrong(count, tuple(examples))


def example(value: Value, rows: int, first: int, why: Message) -> Message:
    """A value that is in the way, in one line."""
    words = "“{value}” in record {first}: {why}" if rows == 1 else "“{value}” in {rows:record|records}, the first is {first}: {why}"
    return Message(words, {"value": spelled_out(value), "rows": rows, "first": first, "why": why})


def moved(change: Change) -> Iterator[Step]:
    """Fields of another type, with what would not fit. A computed field is computed anew anyway."""
    going = {move.new.number: move for move in moves(change)}
    for old, new in change.ids.moved():
        if old.shape == PARKED and new.shape.startswith("link"):
            continue  # it is there again, and that is a step of its own
        if old.shape == new.shape:
            continue  # its codes are called otherwise, and so is that
        params = {"thing": named(new), "old": shape_words(old.shape), "new": shape_words(new.shape)}
        move = going.get(new.number)
        if move is None or change.field(new).computed:
            yield Step("column", new.key, Message("The type of {thing} changes from {old} to {new}.", params))
        elif not move.possible:
            yield Step("column", new.key, Message(_no_way(change.field(new)), {**params, "rows": move.rows}), move.rows, blocked=True)
        else:
            yield _converted(change, move, params)


def _no_way(field: Field) -> str:
    if field.link is not None:
        return (
            "The type of {thing} changes from {old} to {new}, and {rows:record has|records have} a value there that names no record. "
            "Add a new field beside it, fill that, and then remove this one."
        )
    return (
        "The type of {thing} changes from {old} to {new}, but {rows:record has|records have} a value there, and one "
        "cannot become the other. "
        "Add a new field beside it, fill that, and then remove this one."
    )


def _converted(change: Change, move: Move, params: Mapping[str, object]) -> Step:
    lost = wrong(change, move)
    counted = {**params, "rows": move.rows, "lost": lost.rows}
    if lost.rows:
        words = (
            "The type of {thing} changes from {old} to {new}, but the values of {lost} of {rows:record|records} do not "
            "fit. Change them first."
        )
        return Step("column", move.new.key, Message(words, counted), lost.rows, blocked=True, examples=lost.examples)
    words = (
        "The type of {thing} changes from {old} to {new}: the values of {rows:record|records} are converted, the old "
        "ones stay in the database."
    )
    return Step("column", move.new.key, Message(words, counted), move.rows, lock="moment", examples=_some(change, move))


def _some(change: Change, move: Move) -> tuple[Message, ...]:
    """What becomes of the first values."""
    found: list[Message] = []
    kind = type_of_shape(move.old.shape)
    assert kind is not None
    for value, _, _ in change.survey.each_value(move.table, move.old.physical or "", kind):
        becomes = move.conversion.or_none(value) if move.conversion else value
        found.append(Message("“{value}” becomes “{becomes}”.", {"value": spelled_out(value), "becomes": spelled_out(becomes)}))
        if len(found) == MOST_WRONG:
            break
    return tuple(found)
