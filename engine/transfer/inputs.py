"""The cells of a batch of lines as input for `records`: links are looked up for all of them, what stands in many rows is read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from engine.errors import Unfit
from engine.metadata import Field, Value
from engine.records import ids_of, read_value
from engine.sheets import Cell
from engine.unit_of_work import View

from .kept import PLAIN
from .lines import NOTHING as NO_COLUMNS
from .lines import Columns, Line, RecordLine, Rows
from .meanings import Target
from .model import Import
from .references import Fault, References
from .typed import HABITUAL, raw, text

NOTHING: Mapping[str, int | Fault] = {}
NOBODY: frozenset[int] = frozenset()
TEXT = frozenset({str})


class Column(dict[Cell, object]):
    """The cells of a column as input, by their texts: what stands in many rows is read once. `raw` reads one, and raises Unfit.

    In a `plain` one a text is input as it stands there.
    """

    __slots__ = ("path", "plain", "raw")

    def __init__(self, path: str, raw: Callable[[Cell], object], *, plain: bool) -> None:
        super().__init__()
        self.path = path
        self.raw = raw
        self.plain = plain

    def __missing__(self, cell: Cell) -> object:
        made = self[cell] = self.raw(cell)
        return made

    def read(self, cells: Sequence[Cell]) -> Sequence[object]:
        """Cells as input, blank ones as None. Raises Unfit."""
        if not PLAIN.issuperset(map(type, cells)):
            return [self.raw(cell) if type(cell) is not str else cell if self.plain else self[cell] for cell in cells]
        return cells if self.plain else list(map(self.__getitem__, cells))


@dataclass
class Inputs:
    """Reads cells for one reader."""

    view: View
    doing: Import
    references: References
    named: dict[str, Mapping[str, int | Fault]] = field(default_factory=dict)
    """What the texts in cells of links lead to, by the entity."""
    read: dict[str, dict[str, Column | None]] = field(default_factory=dict)
    """The columns of new records (under a blank name) and of the rows of each table."""
    taken: dict[Columns, Sequence[tuple[str, int, Column]]] = field(default_factory=dict)

    def look_up(self, known: Mapping[str, Target], lines: Sequence[RecordLine]) -> None:
        """Find out what these lines name."""
        self.read = self._columns(known)
        links = [(path, target.field) for path, target in known.items() if target.field is not None and target.field.link is not None]
        parts = {path: self._parted(described, path, _column(lines, path)) for path, described in links}
        wanted: dict[str, set[str]] = {}
        for path, described in links:
            wanted.setdefault(_target(described), set()).update(chain.from_iterable(parts[path].values()))
        self.named = {entity: self.references.resolve(self.view, entity, texts) for entity, texts in wanted.items() if texts}
        for path, described in links:
            if described.kind != "links":
                self._remember(path, parts[path], self.named.get(_target(described), NOTHING))

    def _remember(self, path: str, parts: Mapping[Cell, Sequence[str]], named: Mapping[str, int | Fault]) -> None:
        """What cells of a link lead to, where that is certain."""
        table, _, name = path.rpartition(".")
        column = self.read[table][name]
        if column is not None:
            column.update((cell, found) for cell, (part,) in parts.items() if isinstance(found := named.get(part), int))

    def _parted(self, described: Field, path: str, cells: set[Cell]) -> Mapping[Cell, Sequence[str]]:
        """What each cell of a link names."""
        if described.kind != "links" and path not in self.doing.options.instead and TEXT.issuperset(map(type, cells)):
            return {cell: (cell.strip(),) for cell in cells}  # type: ignore[union-attr]
        return {cell: self._parts(described, path, cell) for cell in cells}

    def _parts(self, described: Field, path: str, cell: Cell) -> list[str]:
        words = text(self.instead(path, cell)).strip()
        if described.kind != "links":
            return [words]
        return [part for part in (each.strip() for each in words.split(";")) if part]

    def instead(self, path: str, cell: Cell) -> Cell:
        """A cell, or what somebody said is taken for it."""
        instead = self.doing.options.instead.get(path)
        return cell if not instead or cell is None else instead.get(text(cell).strip(), cell)

    def all_new(self, lines: Sequence[Line], table: str) -> list[dict[str, object]]:
        """The cells of new records or rows, as input for `records`: column by column, as long as every cell can be read."""
        columns = lines[0].columns if lines else NO_COLUMNS
        alike = {line.columns for line in lines} <= {columns}
        found = self._read(columns, table, [line.stored for line in lines]) if alike else None
        if found is None:
            return [self.new(line, table) for line in lines]
        names, rows = found
        return [{name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows]

    def new_rows(self, some: Sequence[Rows], table: str) -> tuple[tuple[str, ...], Iterator[Sequence[object]]] | None:
        """The fields that new rows of a table all speak of, and their input; None where they are not alike, or tell a state."""
        columns = some[0].columns if some else NO_COLUMNS
        if "state" in columns.at or not {rows.columns for rows in some} <= {columns}:
            return None
        return self._read(columns, table, [cells for rows in some for _, cells in rows.read])

    def _read(
        self, columns: Columns, table: str, stored: Sequence[Sequence[Cell]]
    ) -> tuple[tuple[str, ...], Iterator[Sequence[object]]] | None:
        """What lines say of the same fields, blank cells as None; None where one cannot be read."""
        taken, cells = self._taken(columns, table), list(zip(*stored, strict=True))
        try:
            read = [column.read(cells[at]) for _, at, column in taken] if stored else []
        except Unfit:
            return None
        return tuple([name for name, _, _ in taken]), zip(*read, strict=True) if read else iter([()] * len(stored))

    def new(self, line: Line, table: str) -> dict[str, object]:
        """The cells of a new record or row, as input for `records`; what cannot be read is wrong with the line."""
        found: dict[str, object] = {}
        stored = line.stored
        for name, at, column in self._taken(line.columns, table):
            cell = stored[at]
            if cell is None:
                continue
            try:
                found[name] = column.raw(cell) if type(cell) is not str else cell if column.plain else column[cell]
            except Unfit as unfit:
                line.refuse(column.path, unfit.message, text(cell), unfit.suggest if isinstance(unfit, Unnamed) else "")
        return found

    def _taken(self, columns: Columns, table: str) -> Sequence[tuple[str, int, Column]]:
        """What is read of lines with these columns: the name of a field, where its cells stand, and how they are read."""
        found = self.taken.get(columns)
        if found is None:
            read = self.read[table]
            places = ((name, at, read[name]) for name, at in columns.at.items())
            found = self.taken[columns] = [(name, at, column) for name, at, column in places if column is not None]
        return found

    def _columns(self, known: Mapping[str, Target]) -> dict[str, dict[str, Column | None]]:
        found: dict[str, dict[str, Column | None]] = {"": {}}
        for path, target in known.items():
            table, _, name = path.rpartition(".")
            taken = target.field if target.taken else None
            found.setdefault(table, {})[name] = None if taken is None else self._read_as(taken, path)
        return found

    def _read_as(self, described: Field, path: str) -> Column:
        plain = described.link is None and described.kind not in HABITUAL and path not in self.doing.options.instead
        return Column(path, partial(self.raw, described, path), plain=plain)

    def value(self, described: Field, path: str, cell: Cell) -> Value:
        """A cell as a value. Raises Unfit."""
        return read_value(described, self.raw(described, path, cell), self.view.zone)

    def names(self, described: Field, path: str, cell: Cell, now: Value) -> bool:
        """Whether a cell names the records that a link leads to now, though others are called so too."""
        if described.link is None or cell is None or now is None:
            return False
        there = set(ids_of(described, now) or ()) if described.several else {now}
        parts = self._parts(described, path, cell)
        meant = (self.references.alike.get((described.link.entity, part), NOBODY) for part in parts)
        return len(parts) == len(there) and all(there & records for records in meant)

    def raw(self, described: Field, path: str, cell: Cell) -> object:
        """A cell as input. Raises Unfit, with `suggest` where something else may be meant."""
        if described.link is None:
            return raw(described, self.instead(path, cell), self.doing.options.habits)
        if cell is None:
            return None
        ids = []
        for part in self._parts(described, path, cell):
            found = self.named.get(described.link.entity, NOTHING).get(part)
            if isinstance(found, Fault) or found is None:
                raise Unnamed(found, part)
            ids.append(found)
        return ids if described.kind == "links" else ids[0]


def _target(described: Field) -> str:
    assert described.link is not None
    return described.link.entity


def _column(lines: Sequence[RecordLine], path: str) -> set[Cell]:
    """The different cells of a column that are not blank."""
    table, _, name = path.rpartition(".")
    if not table:
        return {line.cell(name) for line in lines} - {None}
    found: dict[Columns, list[Rows]] = {}
    for rows in [rows for line in lines for rows in line.rows.get(table, ())]:
        found.setdefault(rows.columns, []).append(rows)
    placed = [(columns.at[name], some) for columns, some in found.items() if name in columns.at]
    return {cells[at] for at, some in placed for rows in some for _, cells in rows.read} - {None}


class Unnamed(Unfit):
    """A cell that names no record; `suggest` is what may have been meant."""

    def __init__(self, fault: Fault | None, part: str) -> None:
        super().__init__("There is no such record: {value}.", value=part)
        self.suggest = "" if fault is None else fault.suggest
        self.message = self.message if fault is None else fault.message
