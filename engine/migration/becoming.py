"""Values as they will be when a change is done, while they are still what they are: converted, under other codes, with their defaults.

What must not be alike may come to be so only then: `01` and `1` as numbers, two codes of which one takes the place of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from engine.frozen import frozen
from engine.metadata import Entity
from engine.storage import Index, Period, type_of, type_of_shape

from .carried import moves
from .change import SEVERAL, Change
from .codes import code_of
from .required import to_fill

Turn = Callable[[Any], Any]
MOST = 5
"""How many examples are shown."""


@frozen
class Becoming:
    """What a column will hold: what stands in `source` now, read as a type of column (None: as it is), and turned."""

    source: str
    kind: Any
    turn: Turn


@frozen(slots=False)
class Becomings:
    """All columns whose values will be others, by their table and name."""

    change: Change
    columns: Mapping[tuple[str, str], Becoming]

    @classmethod
    def of(cls, change: Change) -> Becomings:
        """Those of a change."""
        going = [move.carry for move in moves(change) if move.possible]
        found = {(carry.table, carry.target): Becoming(carry.source, carry.source_type, carry.convert) for carry in going}
        found |= _recoded(change)
        for thing, field, value in to_fill(change):
            place = change.tables.physical(field.entity), str(thing.physical)
            there = found.get(place, Becoming(place[1], type_of(field), _same))
            found[place] = Becoming(there.source, there.kind, partial(_filled, there.turn, value))
        return cls(change, found)

    def reach(self, table: str, columns: Iterable[str]) -> bool:
        """Whether the values of some of these columns will be others."""
        return any((table, name) in self.columns for name in columns)

    def duplicates(self, table: str, index: Index) -> tuple[int, list[list[int]]]:
        """How many groups of rows will share their values in all that an index holds, and two rows of some of them."""
        first: dict[tuple[Any, ...], int] = {}
        other: dict[tuple[Any, ...], int] = {}
        whole = [self.columns.get((table, name), Becoming(name, None, _same)) for name in index.columns]
        for number, key in self._rows(table, whole, [name in index.small for name in index.columns]):
            if None not in key and first.setdefault(key, number) != number:
                other |= {key: number}
        return len(other), sorted([first[key], number] for key, number in other.items())[:MOST]

    def overlapping(self, entity: Entity) -> tuple[int, list[Period]]:
        """The rows of a dated entity that will begin while another like them holds, or end before they begin; how many, and the first."""
        table, fields = self.change.tables.physical(entity.name), [entity.fields[name] for name in self.told_apart(entity)]
        columns = [self.change.tables.column(entity.name, field.name).name for field in fields]
        whole = [
            self.columns.get((table, name), Becoming(name, type_of(field), _same)) for name, field in zip(columns, fields, strict=True)
        ]
        rows = self._rows(table, whole, [field.type.ignore_case for field in fields])
        dated = [(key, begins, number, ends) for number, (*key, begins, ends) in rows if None not in (*key, begins)]
        dated.sort(key=lambda row: (list(map(str, row[0])), *row[1:3]))
        found = [each for _, alike in groupby(dated, key=lambda row: row[0]) for each in _crossing([row[1:] for row in alike])]
        return len(found), sorted(found)[:MOST]

    def told_apart(self, entity: Entity) -> Sequence[str]:
        """The fields that say which records of a dated entity exclude each other, and when."""
        return *(entity.dated or ()), "valid_from", "valid_to"

    def _rows(self, table: str, whole: Sequence[Becoming], small: Sequence[bool]) -> Iterator[tuple[int, tuple[Any, ...]]]:
        for number, values in self.change.survey.each_row(table, [(each.source, each.kind) for each in whole]):
            turned = (each.turn(value) for each, value in zip(whole, values, strict=True))
            yield number, tuple(value.lower() if is_small and value else value for is_small, value in zip(small, turned, strict=True))


def _recoded(change: Change) -> dict[tuple[str, str], Becoming]:
    """Columns whose codes are called otherwise where they stand; what is carried to another column knows of it itself."""
    codes: dict[tuple[str, str, bool], dict[str, str]] = {}
    for old, new in change.ids.recoded():
        for place in change.holders(new):
            if place[:2] not in change.moving:
                codes.setdefault(place, {})[code_of(old)] = code_of(new)
    kinds = {several: type_of_shape(SEVERAL if several else "text") for several in (False, True)}
    return {
        (table, column): Becoming(column, kinds[several], partial(_coded, turned)) for (table, column, several), turned in codes.items()
    }


def _same(value: Any) -> Any:
    return value


def _coded(codes: Mapping[str, str], value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(codes.get(code, code) for code in value))
    return codes.get(value, value)


def _filled(turn: Turn, default: Any, value: Any) -> Any:
    became = turn(value) if value is not None else None
    return default if became is None else became


def _crossing(alike: Iterable[tuple[Any, int, Any]]) -> Iterator[Period]:
    """Of rows that are alike, in the order in which they begin."""
    until = None
    for begins, number, ends in alike:
        if (until is not None and until >= begins) or (ends is not None and ends < begins):
            yield number, begins, ends, until
        until = ends if until is None or (ends is not None and ends > until) else until
