"""A record in read mode: its sections, facts and grids, as its reader may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.access import Sight
from engine.forms import Layout, Placed, PlacedSection, States
from engine.metadata import Field, Lifecycle, Value
from engine.records import Record

from .display import NUMERIC, Display
from .portals import portal_here
from .views import BLANK, Action, Cell, Choice, Fact, FactSection, Grid, GridColumn
from .visit import visit
from .words import _

Values = Mapping[str, Value]
Doings = Mapping[str, Mapping[int, tuple[Action, ...]]]
NONE: Doings = {}


def sections_of(layout: Layout, states: States, record: Record, display: Display, doings: Doings = NONE) -> Iterable[FactSection]:
    """The sections and fields that show on this record, in order; `doings` are what may be done with rows, by table and row."""
    for number, section in enumerate(layout.sections, 1):
        if states[f"section-{number}"].shown:
            shown = [placed for placed in section.items if states[placed.name].shown]
            if shown:
                made = _section(section, shown, record, display)
                grids = (_with_actions(grid, placed.name, record, doings) for grid, placed in zip(made.grids, _tables(shown), strict=True))
                yield replace(made, grids=tuple(grids)) if doings else made


def _with_actions(grid: Grid, table: str, record: Record, doings: Doings) -> Grid:
    """The grid with what may be done with its rows."""
    rows: Sequence[Values] = record.values.get(table) or ()  # type: ignore[assignment]
    found = doings.get(table, {})
    acts = tuple(found.get(int(str(row["id"])), ()) for row in rows)
    return replace(grid, actions=acts, version=record.version) if any(acts) else grid


def _tables(shown: Iterable[Placed]) -> list[Placed]:
    return [placed for placed in shown if placed.field.table is not None]


def _section(section: PlacedSection, shown: list[Placed], record: Record, display: Display) -> FactSection:
    facts = tuple(_fact(placed, record, display) for placed in shown if placed.field.table is None)
    grids = tuple(grid_of(placed, record, display) for placed in _tables(shown))
    return FactSection(visit().words(section.label), section.columns, facts, grids)


def _fact(placed: Placed, record: Record, display: Display) -> Fact:
    wide = "full" if placed.field.kind in ("long_text", "rich_text", "json") else str(placed.item.span)
    if placed.name in record.sealed:
        return Fact(visit().words(placed.item.label), sealed_cell(placed.field, record.sealed[placed.name], display), span=wide)  # type: ignore[arg-type]
    cell = value_cell(placed.field, record.values, record.sight, display)
    if _is_explained(placed.field):
        cell = _explained(cell, record, placed.name)
    return Fact(visit().words(placed.item.label), cell, span=wide)  # type: ignore[arg-type]


def sealed_cell(field: Field | None, until: datetime | None, display: Display) -> Cell:
    """What stands in place of a value that is sealed, or rests on what is sealed in other records."""
    if field is not None and field.seal is None:
        return Cell("secret", _("Sealed"), note=_("Blank as long as what it is computed from is sealed"))
    return Cell("secret", _("Sealed"), note=until_words(until, display))


def until_words(until: datetime | None, display: Display) -> str:
    """Until when a value is sealed."""
    if until is None:
        return _("Sealed until a time that is not known yet")
    return _("Sealed until %(when)s", when=display.moment(until))


def _is_explained(field: Field) -> bool:
    """Whether its values are computed, and the reader is told how."""
    return field.formula is not None and portal_here() is None


def _explained(cell: Cell, record: Record, path: str) -> Cell:
    """The cell with the address of its explanation, where the value may be seen."""
    return cell if cell.look == "secret" else cell._replace(why=f"/records/{record.entity}/{record.id}/why/{path}")


def value_cell(field: Field, values: Values, sight: Sight, display: Display) -> Cell:
    """A value of a record or of one of its rows, as its reader may see it."""
    if field.name in sight.masked:
        masked = values.get(field.name)
        return BLANK if masked is None else Cell("secret", str(masked))
    return display.cell(field, values.get(field.name), values)


def grid_of(placed: Placed, record: Record, display: Display) -> Grid:
    """The rows of a table, with the totals that its form asks for."""
    rows: Sequence[Values] = record.values.get(placed.name) or ()  # type: ignore[assignment]
    lifecycle = placed.field.table.lifecycle if placed.field.table is not None else None
    columns = tuple(_column(cell, rows, display, cell.name in placed.item.totals) for cell in placed.columns)
    cells = [_cells(placed.name, cell, record, display) for cell in placed.columns]
    if lifecycle is not None:
        columns = (*columns[:1], GridColumn(_("State")), *columns[1:])
        cells.insert(1, [_state(lifecycle, row) for row in rows])
    return Grid(visit().words(placed.item.label), columns, tuple(zip(*cells, strict=True)))


def _cells(table: str, column: Placed, record: Record, display: Display) -> list[Cell]:
    """The cells of a column of a table, from above."""
    rows: Sequence[Values] = record.values.get(table) or ()  # type: ignore[assignment]
    below, field, path = record.sight.below(table), column.field, f"{table}.{column.name}"
    cells = [value_cell(field, row, below, display) for row in rows]
    if path in record.sealed:
        sealed = sealed_cell(field, record.sealed[path], display)
        cells = [sealed if row.get(column.name) is None else cell for row, cell in zip(rows, cells, strict=True)]
    if not _is_explained(field):
        return cells
    return [_explained(cell, record, f"{table}.{number}.{column.name}") for number, cell in enumerate(cells, 1)]


def _state(lifecycle: Lifecycle, row: Values) -> Cell:
    """The state of a row."""
    state = lifecycle.states.get(str(row.get("state")))
    words = visit().words(state.label) if state is not None else ""
    return Cell("badge", words, choices=(Choice(words, state.color),)) if state is not None else BLANK


def _column(cell: Placed, rows: Sequence[Values], display: Display, totalled: bool) -> GridColumn:
    total = display.cell(cell.field, total_of(cell, rows), rows[0] if rows else {}) if totalled else None
    return GridColumn(visit().words(cell.field.label), cell.field.kind in NUMERIC, total)


def total_of(cell: Placed, rows: Iterable[Values]) -> Decimal:
    """The sum of a column."""
    return sum((value for row in rows if isinstance(value := row.get(cell.name), Decimal)), Decimal(0))
