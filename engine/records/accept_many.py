"""Many new records come in at once: where they say the same fields in plain values, each column is read in one go.

Whatever is not plain (an unknown field, a value that does not fit, links to many, changes to rows) is accepted one by one, where each
is told what is wrong with it. The columns are those of `accept`, so that a value is read alike in either way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice, repeat
from typing import NamedTuple, TypeGuard

from engine.errors import Unfit
from engine.metadata import Entity, Field, Value
from engine.storage import in_columns

from .accept import ROWS, Column, Columns, Entering, accept
from .draft import Draft, begun, blank_of, child_rows
from .row_changes import NewRows

Said = Mapping[str, object]
Shape = tuple[str, ...]
"""The fields that something speaks of, in its order."""


class _Rows(NamedTuple):
    """The rows of a table of many records: which they are of, what they say, and their values, in the order of `blank_of`."""

    table: Field
    counts: Sequence[int]
    shapes: Sequence[Shape]
    cells: Sequence[Sequence[Value]]


def accept_many(entity: Entity, wishes: Sequence[Said], entering: Entering) -> list[Draft]:
    """Drafts of new records with what the acting person says of each; what is wrong is a problem of its draft."""
    drafts = [Draft(entity, None, begun(entity, None)) for _ in wishes]
    for shape, places in _alike(wishes).items():
        some, said = [drafts[at] for at in places], [wishes[at] for at in places]
        if not _accepted(some, (shape, said), entering):
            for draft, each in zip(some, said, strict=True):
                accept(draft, each, entering)
    return drafts


def _alike(said: Sequence[Said]) -> Mapping[Shape, Sequence[int]]:
    """Where those stand that speak of the same fields."""
    shapes = list(map(tuple, said))
    if len(set(shapes)) == 1:
        return {shapes[0]: range(len(shapes))}
    found: dict[Shape, list[int]] = {}
    for at, shape in enumerate(shapes):
        if shape in found:
            found[shape].append(at)
        else:
            found[shape] = [at]
    return found


def _accepted(drafts: Sequence[Draft], given: tuple[Shape, Sequence[Said]], entering: Entering) -> bool:
    """Put plain values into drafts; False, and nothing is done, where one may not be plain."""
    shape, said = given
    columns = entering.of(drafts[0].entity)
    own = tuple(name for name in shape if columns[name] is not None)
    try:
        read = list(_read(columns, own, said))
        tables = [_rows(columns, name, [each[name] for each in said], entering) for name in shape if name not in own]
    except (Unfit, _NotPlain):
        return False
    for draft, values in zip(drafts, zip(*read, strict=True) if read else [()] * len(drafts), strict=True):
        draft.new.update(zip(own, values, strict=True))
        draft.given.update(shape)
    for rows in tables:
        _put(drafts, rows)
    return True


class _NotPlain(Exception):
    """Something is not plain, and has to be looked at by itself."""


def _read(columns: Columns, names: Shape, said: Sequence[Said]) -> Iterator[Sequence[Value]]:
    """The values of fields, each of all that speak of it. Raises Unfit."""
    for name, raw in zip(names, in_columns(said, names), strict=True):
        yield _column(columns, name).read_all(raw)


def _column(columns: Columns, name: str) -> Column:
    """A field that is simply entered. Raises _NotPlain."""
    column = columns[name]
    if column is None:
        raise _NotPlain
    return column


def _rows(columns: Columns, name: str, raw: Sequence[object], entering: Entering) -> _Rows:
    """The new rows of a table. Raises Unfit, _NotPlain."""
    table = columns.entity.fields.get(name)
    if table is None or table.table is None or not entering.writable.allows(name) or not entering.writable.allows_rows(name):
        raise _NotPlain
    inner = entering.of(table.table, f"{name}.")
    if (alike := _all_alike(raw)) is not None:
        return _rows_alike(table, inner, alike)
    lists = [each for each in (rows.each() if type(rows) is NewRows else rows for rows in raw) if _is_plain(each)]
    if len(lists) < len(raw):
        raise _NotPlain
    return _rows_of_many(table, inner, lists)


def _all_alike(raw: Sequence[object]) -> Sequence[NewRows] | None:
    """New rows that all say something of the same fields; None for others."""
    found = [each for each in raw if type(each) is NewRows and len(each) <= ROWS]
    if len(found) < len(raw) or len({each.names for each in found}) > 1:
        return None
    return None if type(None) in set(map(type, chain.from_iterable(chain.from_iterable(found)))) else found


def _rows_alike(table: Field, inner: Columns, rows: Sequence[NewRows]) -> _Rows:
    assert table.table is not None
    shape, said = rows[0].names, [row for some in rows for row in some]
    raw = dict(zip(shape, zip(*said, strict=True), strict=True)) if said else {}
    values = {name: _column(inner, name).read_all(each) for name, each in raw.items()}
    cells = list(zip(*[values.get(name) or repeat(None, len(said)) for name in blank_of(table.table)], strict=True))
    return _Rows(table, list(map(len, rows)), [shape] * len(said), cells)


def _rows_of_many(table: Field, inner: Columns, lists: Sequence[Sequence[Said]]) -> _Rows:
    assert table.table is not None
    said = [row for rows in lists for row in rows]
    blank, alike = blank_of(table.table), _alike(said)
    cells: list[Sequence[Value]] = [()] * len(said)
    shapes: list[Shape] = [next(iter(alike), ())] * len(said)
    for shape, places in alike.items():
        values = dict(zip(shape, _read(inner, shape, [said[at] for at in places]), strict=True))
        rows = zip(*[values.get(name) or repeat(None, len(places)) for name in blank], strict=True)
        if len(alike) == 1:
            cells = list(rows)
            continue
        for at, row in zip(places, rows, strict=True):
            cells[at], shapes[at] = row, shape
    return _Rows(table, list(map(len, lists)), shapes, cells)


def _is_plain(rows: object) -> TypeGuard[list[dict[str, object]]]:
    """Whether these are new rows, and not too many."""
    return type(rows) is list and len(rows) <= ROWS and _DICT.issuperset(map(type, rows))


_DICT = frozenset({dict})


def _put(drafts: Sequence[Draft], rows: _Rows) -> None:
    assert rows.table.table is not None
    name, names, cells, shapes = rows.table.name, tuple(blank_of(rows.table.table)), iter(rows.cells), iter(rows.shapes)
    for draft, count in zip(drafts, rows.counts, strict=True):
        draft.new[name] = child_rows(names, islice(cells, count), draft.new)
        draft.given.update(_paths(name, tuple(islice(shapes, count))))


@lru_cache(maxsize=4096)
def _paths(table: str, shapes: tuple[Shape, ...]) -> frozenset[str]:
    """Where the cells of the rows of a record stand."""
    return frozenset(f"{table}.{position}.{name}" for position, shape in enumerate(shapes, 1) for name in shape)
