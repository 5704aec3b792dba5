"""The figures of a report in lines and columns: put in order, cut, added up, and told in relation to each other. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from engine.formula import Kind, divide, is_spelled
from engine.frozen import frozen
from engine.metadata import Dimension, Measure, Report, Value
from engine.storage import spelled

from .heaped import Maker, State, together
from .model import BLANK, Figure, Figures, Keys, Line, Titles

Grid = Mapping[Keys, Mapping[Keys, State]]
Rank = Callable[[Value], Any]
Having = Callable[[Mapping[str, Value]], bool]


@frozen(slots=False)
class Table:
    """Lines, the keys of the columns, and the line of totals."""

    lines: tuple[Line, ...]
    columns: tuple[Keys, ...]
    whole: Line | None


@frozen(slots=False)
class Order:
    """How keys of each dimension stand: blank ones last, records by their names, choices as they are listed.

    `spoken` are the entities whose records are named by texts that stand in the order of how they are spoken.
    """

    report: Report
    titles: Titles
    spoken: frozenset[str] = frozenset()

    def sorted(self, keys: Sequence[Keys], dimensions: Sequence[Dimension]) -> list[Keys]:
        """The keys of lines, or of columns, in their order."""
        found = list(keys)
        for at in reversed(range(len(dimensions))):
            found = self._by(found, at, dimensions[at], down=dimensions[at].descending)
        return found

    def _by(self, keys: list[Keys], at: int, dimension: Dimension, *, down: bool) -> list[Keys]:
        rank = self.rank(dimension)
        filled = sorted((each for each in keys if each[at] is not None), key=lambda each: rank(each[at]), reverse=down)
        return [*filled, *(each for each in keys if each[at] is None)]

    def rank(self, dimension: Dimension) -> Rank:
        """What a value of a dimension is put in order by."""
        type_ = dimension.formula.type
        if type_.kind is Kind.REF and type_.entity is not None:
            entity = type_.entity
            place = spelled if entity in self.spoken else str
            return lambda value: place(self.titles.get((entity, cast("int", value))) or "")
        if is_spelled(dimension.formula):
            return lambda value: spelled(str(value))
        if type_.kind is Kind.CHOICE:
            places = {code: at for at, code in enumerate(type_.choices)}
            return lambda value: places.get(str(value), len(places))
        return lambda value: value


def shaped(told: Iterable[tuple[Keys, State]], maker: Maker, order: Order, having: Having) -> Table:
    """The table of what the heaps tell; `having` says which lines stay, by the values of their measures."""
    report = maker.report
    grid = _grid(told, maker)
    columns = order.sorted(list({key for line in grid.values() for key in line}), report.columns) or [()]
    if not report.dimensions and not grid:
        grid = {(): {(): together(maker.parts.parts, [])}}
    lines = [_line(maker, keys, grid[keys], columns) for keys in order.sorted(list(grid), report.rows)]
    lines = _in_order([line for line in lines if having(_named(report, line))], order)
    kept = [grid[line.keys] for line in lines]
    shown = lines if report.top is None else lines[: report.top]
    if len(shown) < len(lines):
        shown = [*shown, replace(_line(maker, (), _added(maker, kept[len(shown) :]), columns), kind="rest")]
    whole = replace(_line(maker, (), _added(maker, kept), columns), kind="total")
    added = "rows" in report.totals and bool(report.rows) and bool(lines)
    return Table(tuple(related(report.measures, shown, whole)), tuple(columns), _of_all(report.measures, whole) if added else None)


def _grid(told: Iterable[tuple[Keys, State]], maker: Maker) -> dict[Keys, dict[Keys, State]]:
    """Lines by their keys, in them the cells by theirs; where several sources tell of one cell, all that they tell."""
    count = len(maker.report.rows)
    grid: dict[Keys, dict[Keys, State]] = {}
    for keys, state in told:
        line, column = grid.setdefault(keys[:count], {}), keys[count:]
        line[column] = together(maker.parts.parts, (line[column], state)) if column in line else state
    return grid


def _line(maker: Maker, keys: Keys, states: Mapping[Keys, State], columns: Sequence[Keys]) -> Line:
    cells = tuple(maker.figures(states.get(column)) for column in columns)
    if len(columns) == 1 and columns[0] in states:
        return Line(keys, cells, cells[0])
    return Line(keys, cells, maker.figures(together(maker.parts.parts, list(states.values()))))


def _added(maker: Maker, lines: Sequence[Mapping[Keys, State]]) -> dict[Keys, State]:
    """Several lines as one."""
    found: dict[Keys, list[State]] = {}
    for line in lines:
        for column, state in line.items():
            found.setdefault(column, []).append(state)
    return {column: together(maker.parts.parts, states) for column, states in found.items()}


def _named(report: Report, line: Line) -> dict[str, Value]:
    return {measure.name: figure.value for measure, figure in zip(report.measures, line.total, strict=True)}


def _in_order(lines: list[Line], order: Order) -> list[Line]:
    """The lines as the report says; those without a value come last."""
    report = order.report
    names = {measure.name: at for at, measure in enumerate(report.measures)}
    places = {dimension.name: at for at, dimension in enumerate(report.rows)}
    for key in reversed(report.sort):
        if key.name in names:
            lines = _sorted(lines, _figure_at(names[key.name]), down=key.descending)
        else:
            at = places[key.name]
            rank = order.rank(report.rows[at])
            lines = _sorted(lines, _key_at(at, rank), down=key.descending)
    return lines


def _figure_at(at: int) -> Callable[[Line], Any]:
    return lambda line: line.total[at].value


def _key_at(at: int, rank: Rank) -> Callable[[Line], Any]:
    return lambda line: None if line.keys[at] is None else rank(line.keys[at])


def _sorted(lines: list[Line], value: Callable[[Line], Any], *, down: bool) -> list[Line]:
    filled = sorted((each for each in lines if value(each) is not None), key=value, reverse=down)
    return [*filled, *(each for each in lines if value(each) is None)]


def related(measures: Sequence[Measure], lines: Sequence[Line], whole: Line) -> list[Line]:
    """The lines with what measures tell in relation to others: running totals, shares, changes, the best."""
    found = list(lines)
    for at, measure in enumerate(measures):
        if measure.running:
            found = _each_column(found, at, _running)
        if measure.share:
            found = [_shared(line, at, measure.share, whole) for line in found]
        if measure.change:
            found = _each_column(found, at, _changed)
        if measure.best:
            found = _each_column(found, at, _best_min if measure.best == "min" else _best_max)
    return found


def _of_all(measures: Sequence[Measure], whole: Line) -> Line:
    """The line of totals: its shares are of itself, and it has nothing before it."""
    for at, measure in enumerate(measures):
        if measure.share:
            whole = _shared(whole, at, measure.share, whole)
        if measure.change:
            whole = _put(whole, at, [BLANK] * (len(whole.cells) + 1))
    return whole


def _each_column(lines: list[Line], at: int, change: Callable[[list[Figure]], list[Figure]]) -> list[Line]:
    """The lines with one measure changed column by column, and in the totals of the lines."""
    if not lines:
        return lines
    by_column = [change([line.cells[column][at] for line in lines]) for column in range(len(lines[0].cells))]
    totals = change([line.total[at] for line in lines])
    return [_put(line, at, [*(column[number] for column in by_column), totals[number]]) for number, line in enumerate(lines)]


def _put(line: Line, at: int, figures: Sequence[Figure]) -> Line:
    cells = tuple(_with(cell, at, figure) for cell, figure in zip(line.cells, figures, strict=False))
    return replace(line, cells=cells, total=_with(line.total, at, figures[-1]))


def _with(figures: Figures, at: int, figure: Figure) -> Figures:
    return (*figures[:at], figure, *figures[at + 1 :])


def _running(figures: list[Figure]) -> list[Figure]:
    total: Any = None
    found = []
    for figure in figures:
        if figure.value is not None:
            total = figure.value if total is None else total + figure.value
        found.append(replace(figure, value=total))
    return found


def _changed(figures: list[Figure]) -> list[Figure]:
    before: Value = None
    found = []
    for figure in figures:
        found.append(Figure(_change(before, figure.value)))
        before = figure.value
    return found


def _change(before: Value, now: Value) -> Decimal | None:
    if not isinstance(before, Decimal) or not isinstance(now, Decimal) or not before:
        return None
    return divide(now - before, abs(before))


def _shared(line: Line, at: int, share: str, whole: Line) -> Line:
    """Each figure as its share of its line, of its column, or of all."""
    below, last = [cell[at] for cell in whole.cells], whole.total[at]
    wholes = {"row": [line.total[at]] * len(line.cells), "column": below, "total": [last] * len(line.cells)}[share]
    figures = [Figure(_part_of(cell[at].value, total.value)) for cell, total in zip(line.cells, wholes, strict=True)]
    return _put(line, at, [*figures, Figure(_part_of(line.total[at].value, line.total[at].value if share == "row" else last.value))])


def _part_of(value: Value, whole: Value) -> Decimal | None:
    if not isinstance(value, Decimal) or not isinstance(whole, Decimal) or not whole:
        return None
    return divide(value, whole)


def _best_min(figures: list[Figure]) -> list[Figure]:
    return _marked(figures, min)


def _best_max(figures: list[Figure]) -> list[Figure]:
    return _marked(figures, max)


def _marked(figures: list[Figure], best: Callable[[list[Any]], Any]) -> list[Figure]:
    values = [figure.value for figure in figures if figure.value is not None]
    return [replace(figure, best=figure.value == best(values)) if figure.value is not None else figure for figure in figures]
