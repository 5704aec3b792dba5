"""From what a report came to, to its table: every line named, every number with the way to the records behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlencode

from engine.formula import Kind
from engine.frozen import frozen
from engine.metadata import Dimension, Report, Value
from engine.reports import Figure, Line, Outcome, token_of
from engine.unit_of_work import View
from engine.web.display import Display
from engine.web.lists import Column, columns_of, key_cell, period_words, sealed_words
from engine.web.views import Cell, ReportCell, ReportLine, ReportTable, Spread
from engine.web.visit import visit
from engine.web.words import _

from .figures import figure_words

OF = "k-of"
"""What an address calls the source that a number comes from; no parameter has such a name."""
Link = Callable[[Sequence[tuple[str, str]]], str]
"""The address of the records behind a number, from the keys of its dimensions."""


@frozen(slots=False)
class Naming:
    """How the dimensions of a report are called, and their values."""

    outcome: Outcome
    columns: tuple[Column, ...]
    display: Display

    def heading(self, at: int) -> str:
        """What a dimension is called."""
        dimension = self.outcome.report.dimensions[at]
        return visit().words(dimension.label) or self.columns[at].label

    def cell(self, at: int, value: Value) -> Cell:
        """A value of a dimension."""
        dimension = self.outcome.report.dimensions[at]
        if value is None and dimension.empty:
            return Cell("text", visit().words(dimension.empty))
        return key_cell(self.columns[at], dimension.step, value, self._title(dimension, value), self.display)

    def short(self, at: int, value: Value) -> str:
        """The same in few words, for a chart."""
        step = self.outcome.report.dimensions[at].step
        if step and value is not None:
            return period_words(value, step, self.display, short=True)  # type: ignore[arg-type] # a step is of dates
        return self.cell(at, value).text

    def _title(self, dimension: Dimension, value: Value) -> str | None:
        type_ = dimension.formula.type
        if type_.kind is not Kind.REF or type_.entity is None or not isinstance(value, int):
            return None
        return self.outcome.titles.get((type_.entity, value))


def naming_of(view: View, outcome: Outcome) -> Naming:
    """How a report names what it tells."""
    entity = view.metadata.entities[outcome.report.entity]
    columns = columns_of(view.metadata, entity, [each.path for each in outcome.report.dimensions])
    return Naming(outcome, columns, visit().display(view, {}))


def table_of(naming: Naming, link: Link) -> ReportTable:
    """The table; `link` leads from a number to its records."""
    outcome, report = naming.outcome, naming.outcome.report
    labels = tuple(visit().words(measure.label) for measure in report.measures)
    wide = len(outcome.columns) + outcome.across
    spreads: tuple[Spread, ...] = ()
    headings = labels
    if report.columns:
        names = [" · ".join(naming.cell(len(report.rows) + at, key).text for at, key in enumerate(keys)) for keys in outcome.columns]
        names += [_("Total")] * outcome.across
        spreads = tuple(Spread(name, len(labels)) for name in names)
        headings = labels * wide if len(labels) > 1 else ()
    lines = tuple(_line(naming, line, link) for line in outcome.lines)
    whole = None if outcome.whole is None else _line(naming, outcome.whole, link)
    return ReportTable(tuple(naming.heading(at) for at in range(len(report.rows))), spreads, headings, lines, whole)


def _line(naming: Naming, line: Line, link: Link) -> ReportLine:
    words = {"rest": _("All others"), "total": _("Total")}.get(line.kind)
    names = tuple(naming.cell(at, key) for at, key in enumerate(line.keys)) if words is None else (Cell("text", words),)
    return ReportLine(names, tuple(_cells(naming, line, link)), line.kind)


def _cells(naming: Naming, line: Line, link: Link) -> Iterator[ReportCell]:
    outcome = naming.outcome
    rows = len(outcome.report.rows)
    own = [(f"k{at}", token_of(key)) for at, key in enumerate(line.keys)]
    groups = [*zip(outcome.columns, line.cells, strict=True), *([((), line.total)] if outcome.across else [])]
    for keys, figures in groups:
        place = [*own, *((f"k{rows + at}", token_of(key)) for at, key in enumerate(keys))]
        behind = {} if line.kind == "rest" else _behind(outcome.report, link, place)
        for measure, figure in zip(outcome.report.measures, figures, strict=True):
            text = figure_words(measure, figure, naming.display)
            yield ReportCell(
                text, behind.get(measure.name, "") if text else "", figure.best, _why_blank(outcome, measure.name, figure), *lock_of(figure)
            )


def _behind(report: Report, link: Link, place: list[tuple[str, str]]) -> dict[str, str]:
    """The address of the records behind each measure; none for what is calculated from several sources."""
    addresses = ((source, link([*place, (OF, source.name)] if source.name else place)) for source in report.sources)
    return {measure.name: address for source, address in addresses for measure in source.measures}


def lock_of(figure: Figure) -> tuple[str, str]:
    """Of how many rows behind a figure something is sealed, and the words that say so; blank for none."""
    count = f"{figure.sealed:,}" if figure.sealed else ""
    return count, _("Sealed values that are not in it: %(count)s", count=count) if count else ""


def sealed_note(outcome: Outcome) -> str:
    """What a report lacks because it is sealed, in words; blank for nothing."""
    found = [] if outcome.sealed is None else [sealed_words(outcome.sealed)]
    whole = outcome.whole or (outcome.lines[0] if len(outcome.lines) == 1 else None)
    lacking = [figure.sealed for line in ([whole] if whole else outcome.lines) for figure in line.total]
    if any(lacking):
        found.append(_("Figures with a lock lack sealed values; the number beside it says how many."))
    return " ".join(found)


def _why_blank(outcome: Outcome, name: str, figure: Figure) -> str:
    if figure.mixed:
        return _("Several currencies")
    return _("You may not see this figure") if name in outcome.hidden else ""


def linker(address: str, given: Sequence[tuple[str, str]]) -> Link:
    """Links below an address that carry the parameters of the report."""

    def link(keys: Sequence[tuple[str, str]]) -> str:
        return f"{address}?{urlencode([*given, *keys])}" if given or keys else address

    return link
