"""What is done before the switch, while people work under the old definition: values carried, large indexes built."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from engine.errors import Message, Refusal
from engine.frozen import frozen
from engine.storage import Applying, Carry, Connection, Database, Difference, NotUnique, add_column, build_index, names, note_applying

from .carried import Move, moves
from .change import Change
from .codes import COLUMN
from .indexes import LARGE
from .patience import patiently
from .plan import Plan
from .spelled import Spelling, spellings

Told = Callable[[str], None]
"""Is told what has just been done; what it raises cuts the apply short there."""


@frozen(slots=False)
class Expansion:
    """The part of a plan that takes long and disturbs nobody: values that move to another column, their places in order, large indexes."""

    plan: Plan
    moves: tuple[Move, ...]
    spellings: tuple[Spelling, ...]
    indexes: tuple[Difference, ...]

    @classmethod
    def of(cls, found: Plan) -> Expansion:
        """What `found` asks for."""
        if found.nothing:
            return cls(found, (), (), ())
        change = found.change
        going = tuple(move for move in moves(change) if move.possible)
        spoken = tuple(spellings(change))
        there = {(carry.table, carry.target) for carry in (*(move.carry for move in going), *(each.carry for each in spoken))}
        lacking = (one for one in change.lacking if one.kind == "index")
        return cls(found, going, spoken, tuple(one for one in lacking if _is_large(change, one, there)))

    @property
    def empty(self) -> bool:
        """Whether the switch is all there is to do."""
        return not (self.moves or self.spellings or self.indexes)

    @property
    def carries(self) -> tuple[Carry, ...]:
        """All values that go to another column."""
        return (*(move.carry for move in self.moves), *(move.past for move in self.states), *(each.carry for each in self.spellings))

    @property
    def states(self) -> tuple[Move, ...]:
        """Those of them that are states: since when a record is in one is read in its past, so that goes along at once."""
        return tuple(move for move in self.moves if move.new.kind == COLUMN)

    def promise(self, connection: Connection) -> None:
        """Note which columns will be made, so that an apply that is cut short goes on with the same ones; make them."""
        if self.plan.underway is None:
            promised = {move.new.key: (move.new.shape, move.new.physical or "", move.table) for move in self.moves}
            promised |= {f"spelling:{each.thing.key}": ("spelling", each.carry.target, each.carry.table) for each in self.spellings}
            note_applying(connection, Applying(self.plan.base, self.plan.sources.hash, promised))
        for move in self.moves:
            for table in (move.table, names.history_name(move.table)):
                add_column(connection, table, move.carry.target, move.carry.target_type, self._leads_to(move, table))
            move.carry.watch(connection)
        for spelling in self.spellings:
            left = self.plan.underway is None and self.plan.change.survey.has(spelling.carry.table, spelling.carry.target)
            spelling.make(connection, anew=left)

    def _leads_to(self, move: Move, table: str) -> str:
        """The table that a column of links refers to."""
        if not move.new.shape.startswith("link") or table != move.table:
            return ""
        field = self.plan.change.field(move.new)
        assert field.link is not None
        return self.plan.change.tables.physical(field.link.entity)

    def complete(self, connection: Connection) -> None:
        """Carry what is left, now that nobody writes. Raises Refusal when somebody has written what does not fit."""
        for carry in self.carries:
            after: int | None = 0
            while after is not None:
                after = carry.batch(connection, after)
            carry.leave(connection)
        for move in self.moves:
            if move.must_arrive and (lost := move.carry.left(connection)):
                words = (
                    "Meanwhile somebody has written {lost:value|values} into {field} that {lost:|does|do} not fit. "
                    "Look again with `loom plan`."
                )
                raise Refusal(Message(words, {"lost": lost, "field": move.new.name}))


def _is_large(change: Change, found: Difference, made: Collection[tuple[str, str | None]]) -> bool:
    """Whether a table is large, and has the columns of the index or gets them now."""
    there = change.survey.columns(found.table)
    columns = change.tables.blueprints[found.table].index(found.name).columns
    return all(name in there or (found.table, name) in made for name in columns) and change.survey.rows(found.table) >= LARGE


def expand(database: Database, expansion: Expansion, told: Told) -> None:
    """Do it, a few rows per transaction. Raises Refusal when values that must be unique are not."""
    for carry in expansion.carries:
        after: int | None = 0
        while after is not None:
            after = patiently(database, partial(_batch, database, carry, after))
            told("carried")
    tables = expansion.plan.change.tables
    for found in expansion.indexes:
        table = tables.blueprints[found.table]
        try:
            patiently(database, partial(build_index, database, table, table.index(found.name)))
        except NotUnique as twice:
            fields = ", ".join(twice.fields)
            raise Refusal(Message("{fields} must be unique, but some values are there more than once.", {"fields": fields})) from None
        told("indexed")


def _batch(database: Database, carry: Carry, after: int) -> int | None:
    with database.write() as connection:
        return carry.batch(connection, after)
