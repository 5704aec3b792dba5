"""Lines of a file become wishes: which record each is, and what of it shall be different.

A cell that says what the record says already is no wish. So a file that was exported and comes back unchanged changes nothing,
and computed columns may stay in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from engine.access import Sight
from engine.errors import Message, Unfit
from engine.metadata import Field, Lifecycle, Value
from engine.records import NewRows, Query, Record, RowChanges, find, ids_by, plain_value, preferred
from engine.sheets import Cell
from engine.unit_of_work import View

from .cells import SEPARATOR, local
from .inputs import Inputs, Unnamed
from .lines import Cells, Line, RecordLine
from .meanings import Target, targets
from .model import Import
from .references import NUMBERED
from .typed import text

MISSING = Message("There is no record with this key, or you may not see it.")
STATED = Message("The state is changed by actions, not by a file.")


@dataclass
class Intake:
    """Turns lines into wishes for one reader."""

    view: View
    doing: Import
    inputs: Inputs

    def wishes(self, lines: Sequence[RecordLine]) -> None:
        """Find the record of each line and put what differs into its `values`; what cannot be read into `wrong`."""
        known = targets(self.doing.entity)
        self.inputs.look_up(known, lines)
        self._find(known, lines)
        fine = [line for line in lines if not line.wrong]
        self._new([line for line in fine if line.record is None])
        for line in fine:
            if line.record is not None:
                self._wish(known, line, line.record)

    def _find(self, known: Mapping[str, Target], lines: Sequence[RecordLine]) -> None:
        """Which record each line is: by its id, else by the key."""
        numbers: dict[int, int] = {}
        for line in lines if any("id" in columns.at for columns in {line.columns for line in lines}) else ():
            if (number := self._number(line)) is not None:
                numbers[line.line] = number
        numbers |= self._by_key(known, [line for line in lines if line.line not in numbers and not line.wrong])
        wanted = tuple(sorted(set(numbers.values())))
        found: dict[int, Record] = {}
        for start in range(0, len(wanted), 500):
            query = Query(self.doing.entity.name, ids=wanted[start : start + 500], limit=500, tables=True, titles=False)
            found |= {record.id: record for record in find(self.view, query).records}
        for line in lines:
            if line.line in numbers:
                line.record = found.get(numbers[line.line])
                if line.record is None:
                    line.refuse("id", MISSING, str(numbers[line.line]))
            self._may(line)

    def _may(self, line: RecordLine) -> None:
        options = self.doing.options
        if line.record is None and not options.make and not line.wrong:
            line.refuse("id", MISSING)
        elif line.record is not None and not options.change:
            line.refuse("id", Message("This record is there already."))

    def _number(self, line: RecordLine) -> int | None:
        """The id in a line; None for one that is blank, or a name for a new record among the rows of its tables."""
        cell = line.cell("id")
        if cell is None:
            return None
        words = text(cell).strip().removeprefix("#")
        return int(words) if words.isascii() and words.isdigit() and len(words) < 19 else None

    def _by_key(self, known: Mapping[str, Target], lines: Sequence[RecordLine]) -> dict[int, int]:
        key = [name for name in self.doing.options.key if name != "id"]
        if not key or not lines:
            return {}
        first = known[key[0]].field
        assert first is not None
        texts = {line.line: text(self.inputs.instead(key[0], line.cell(key[0]))).strip() for line in lines}
        found = self._candidates(first, [words for words in texts.values() if words])
        numbers = {}
        for line in lines:
            if texts[line.line] not in found:
                continue
            named = [number for number in found[texts[line.line]] if self._fits(known, key[1:], line, number)]
            fitting = preferred(self.view, self.doing.entity, named)
            if len(fitting) == 1:
                numbers[line.line] = fitting[0]
            elif fitting:
                line.refuse(key[0], Message("{count} records have this key.", {"count": len(fitting)}), texts[line.line])
        return numbers

    def _candidates(self, first: Field, texts: Sequence[str]) -> Mapping[str, list[int]]:
        return ids_by(self.view, self.doing.entity, first, texts)

    def _fits(self, known: Mapping[str, Target], names: Sequence[str], line: Line, number: int) -> bool:
        if not names:
            return True
        records = find(self.view, Query(self.doing.entity.name, ids=(number,), limit=1, titles=False)).records
        return bool(records) and all(self._same(known[name].field, name, line.cell(name), records[0].values) for name in names)

    def _same(self, described: Field | None, path: str, cell: Cell, values: Mapping[str, Value]) -> bool:
        if described is None:
            return False
        try:
            value = self.inputs.value(described, path, cell)
        except Unfit:
            return False
        return bool(described.type.compared(value) == described.type.compared(values.get(described.name)))

    def _wish(self, known: Mapping[str, Target], line: RecordLine, before: Record) -> None:
        version = line.cell("version")
        if version is not None:
            words = text(version).strip()
            line.version = int(words) if words.isascii() and words.isdigit() and len(words) < 10 else 0
        cells = {name: cell for name, cell in line.cells.items() if name not in ("id", "version")}
        line.values = self._differences(line, ("", cells), known, before.values, before.sight)
        for table in line.rows:
            self._table(known, line, (table, line.below(table)), before)
        if line.version is not None and not line.values:
            line.version = None

    def _new(self, lines: Sequence[RecordLine]) -> None:
        """What lines say of new records."""
        for line, values in zip(lines, self._made(lines, ""), strict=True):
            line.values = values
        for table in dict.fromkeys(table for line in lines for table in line.rows):
            self._new_rows(lines, table)

    def _new_rows(self, lines: Sequence[RecordLine], table: str) -> None:
        """What lines say of the rows of a table of new records."""
        told = self.inputs.new_rows([rows for line in lines for rows in line.rows.get(table, ())], table)
        if told is not None:
            names, cells = told
            for line in lines:
                if count := sum([len(rows.read) for rows in line.rows.get(table, ())]):
                    line.values[table] = NewRows(names, islice(cells, count))
            return
        below = [line.below(table) for line in lines]
        made = iter(self._made([row for some in below for row in some], table))
        for line, some in zip(lines, below, strict=True):
            if some:
                line.values[table] = list(islice(made, len(some)))
            for row in some:
                line.wrong += row.wrong

    def _made(self, lines: Sequence[Line], table: str) -> list[dict[str, object]]:
        """The cells of new records, or of new rows of a table, as input for `records`."""
        if any("state" in columns.at for columns in {line.columns for line in lines}):
            for line in lines:
                self._begins(line, f"{table}.state" if table else "state")
        return self.inputs.all_new(lines, table)

    def _differences(
        self, line: Line, given: tuple[str, Cells], known: Mapping[str, Target], before: Mapping[str, Value] | None, sight: Sight
    ) -> dict[str, object]:
        """The cells of a row that say something else than before, as input for `records`."""
        table, cells = given
        if before is None:
            return self._made([line], table)[0]
        found: dict[str, object] = {}
        for name, cell in cells.items():
            path = f"{table}.{name}" if table else name
            target = known[path]
            if target.field is None:
                self._system(line, path, cell, before)
                continue
            try:
                wish = self._wished(target, path, cell, before, masked=name in sight.masked)
            except Unfit as unfit:
                line.refuse(path, unfit.message, text(cell), unfit.suggest if isinstance(unfit, Unnamed) else "")
                continue
            if wish is not None:
                found[name] = wish[0]
        return found

    def _wished(self, target: Target, path: str, cell: Cell, before: Mapping[str, Value], *, masked: bool) -> tuple[object] | None:
        """What a cell asks for, wrapped; None for nothing. Raises Unfit."""
        described = target.field
        assert described is not None
        now = before.get(described.name)
        if masked or (cell is None and now is None):
            if masked and cell is not None and str(now) != text(cell):
                raise Unfit("{field} may not be changed here.", field=described.label)
            return None
        if _says(now, cell, self.view.zone) or self.inputs.names(described, path, cell, now):
            return None
        value = self.inputs.value(described, path, cell)
        if value == now:
            return None
        if not target.taken:
            raise Unfit("{field} is computed and cannot be entered.", field=described.label)
        return (plain_value(described, value),) if value is not None else (None,)

    def _system(self, line: Line, path: str, cell: Cell, before: Mapping[str, Value]) -> None:
        """The state is told, never written."""
        lifecycle = self._lifecycle(path)
        if lifecycle is not None and not _tells(cell, lifecycle, str(before.get("state"))):
            line.refuse(path, STATED, text(cell))

    def _begins(self, line: Line, path: str) -> None:
        """What is new begins in the first state."""
        lifecycle, cell = self._lifecycle(path), line.cell("state")
        if lifecycle is not None and not _tells(cell, lifecycle, lifecycle.start):
            begins = {"state": lifecycle.states[lifecycle.start].label}
            line.refuse(path, Message("What is new begins as {state}; the state is changed by actions, not by a file.", begins), text(cell))

    def _lifecycle(self, path: str) -> Lifecycle | None:
        """The lifecycle whose state the column of a path tells; None where it tells none."""
        table, _, name = path.rpartition(".")
        owner = self.doing.entity.fields[table].table if table else self.doing.entity
        return owner.lifecycle if name == "state" and owner is not None else None

    def _table(self, known: Mapping[str, Target], line: RecordLine, given: tuple[str, Sequence[Line]], record: Record) -> None:
        table, rows = given
        before = {row["id"]: row for row in record.values.get(table) or ()}  # type: ignore[attr-defined]
        sight = record.sight.below(table)
        changes: list[dict[str, object]] = []
        taken: dict[int, Line] = {}
        added: list[Line] = []
        for row in rows:
            number = self._row_number(line, table, row, before)
            old = before.get(number) if number is not None else None
            cells = {name: cell for name, cell in row.cells.items() if name != "id"}
            found = self._differences(row, (table, cells), known, old, sight)
            line.wrong += row.wrong
            if old is None:
                added.append(row)
                changes.append(found)
            else:
                taken[number] = row  # type: ignore[index]
                if found:
                    changes.append({"id": number, **found})
        gone = [number for number in before if number not in taken] if self.doing.options.drop else []
        changes += [{"id": number, "_delete": True} for number in gone]
        line.positions[table] = [taken.get(number) for number in before if number not in gone] + list(added)
        if changes:
            line.values[table] = RowChanges(changes)

    def _row_number(self, line: RecordLine, table: str, row: Line, before: Mapping[int, object]) -> int | None:
        words = text(row.cell("id")).strip().removeprefix("#")
        if not words:
            return None
        number = int(words) if words.isascii() and words.isdigit() and len(words) < 19 else 0
        if number not in before:
            row.refuse(f"{table}.id", Message("This row does not belong to the record, or it has been deleted."), words)
        return number


def _tells(cell: Cell, lifecycle: Lifecycle, state: str) -> bool:
    """Whether a cell is blank, or how the export wrote this state in some language."""
    there = lifecycle.states.get(state)
    return cell is None or text(cell).strip() in {state, *(there.label.values() if there else ())}


def _says(now: Value, cell: Cell, zone: ZoneInfo) -> bool:
    """Whether a cell is how the export wrote this value: an instant by the clock on the wall, links whoever may see where they lead."""
    if isinstance(now, datetime) and isinstance(cell, datetime):
        return local(now, zone) == cell
    if isinstance(now, bool) or not isinstance(now, int | list | tuple):
        return False
    ids = list(now) if isinstance(now, list | tuple) else [now]
    found = [NUMBERED.match(part) for part in text(cell).split(SEPARATOR.strip())]
    return [int(match[2]) for match in found if match] == ids and all(found)
