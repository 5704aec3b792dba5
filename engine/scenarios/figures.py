"""What a report must show: its lines, its totals, and whether somebody may open it at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from engine.errors import Forbidden, Invalid
from engine.metadata import Value
from engine.reports import Figure, Line, Outcome, amount_of, compute, given_by
from engine.unit_of_work import View

from .model import Expectation
from .values import mapping
from .world import World

NUMBER_OF_LINE = "total"


def reported(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    """A sentence for everything that a report shows otherwise."""
    keys, report = expectation.keys, view.metadata.reports[str(expectation.target)]
    texts = {name: world.ids.get(str(value), value) for name, value in mapping(keys.get("with")).items()}
    try:
        outcome = compute(view, report, given_by(view, report.parameters, texts))
    except (Forbidden, Invalid) as refused:
        if not keys.get("fails"):
            yield f"{report.name} cannot be opened: {refused}"
        return
    if keys.get("fails"):
        yield f"{report.name} can be opened"
    yield from _Told(world, outcome).otherwise(keys)


class _Told:
    """An outcome in the words of a scenario: keys by code or by the name of the record, numbers without needless zeros."""

    def __init__(self, world: World, outcome: Outcome) -> None:
        self.names = {(world.entities[name], number): name for name, number in world.ids.items()}
        self.outcome = outcome

    def otherwise(self, keys: Mapping[str, object]) -> Iterator[str]:
        """A sentence for every line, total and hidden value that is otherwise."""
        if "rows" in keys:
            yield from self.lines(keys["rows"])
        for name, wanted in mapping(keys.get("totals")).items():
            found = "" if self.outcome.whole is None else self.value(self.outcome.whole, name)
            if found != self.written(wanted):
                yield f"the total of {name} is {found or 'blank'}, not {self.written(wanted) or 'blank'}"
        for name in keys.get("hidden") or ():  # type: ignore[attr-defined] # a list of names
            if any(self.value(line, str(name)) for line in self.outcome.lines):
                yield f"{name} is shown"

    def lines(self, wanted: object) -> Iterator[str]:
        """The differences to a table whose first row is its heading."""
        heading, *rows = wanted if isinstance(wanted, list) and wanted else [[]]
        names = [str(name) for name in heading]
        expected = [tuple(self.written(value) for value in row) for row in rows]
        found = [tuple(self.value(line, name) for name in names) for line in self.outcome.lines]
        if found != expected:
            yield f"it shows {_shown(found)}, not {_shown(expected)}"

    def value(self, line: Line, name: str) -> str:
        """What stands under a heading: a row of the report, a value, or COLUMN.value."""
        rows = [each.name for each in self.outcome.report.rows]
        if name in rows:
            return self._key(rows.index(name), line.keys[rows.index(name)]) if line.keys else ""
        column, _, measure = name.rpartition(".")
        return self._number(self._figures(line, column), measure)

    def _figures(self, line: Line, column: str) -> Sequence[Figure]:
        if column in ("", NUMBER_OF_LINE):
            return line.total
        first = len(self.outcome.report.rows)
        for keys, figures in zip(self.outcome.columns, line.cells, strict=True):
            if ".".join(self._key(first + at, key) or "blank" for at, key in enumerate(keys)) == column:
                return figures
        return ()

    def _number(self, figures: Sequence[Figure], name: str) -> str:
        measures = {measure.name: (measure, at) for at, measure in enumerate(self.outcome.report.measures)}
        if not figures or name not in measures:
            return ""
        measure, at = measures[name]
        value = figures[at].value
        return self.written(amount_of(measure, value) if isinstance(value, timedelta) else value)

    def _key(self, at: int, value: Value) -> str:
        entity = self.outcome.report.dimensions[at].formula.type.entity
        return self.names.get((str(entity), value), self.written(value)) if isinstance(value, int) else self.written(value)

    def written(self, value: object) -> str:
        """A value as a scenario writes it."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, date):
            return value.isoformat()
        try:
            number = Decimal(str(value)).normalize()
        except InvalidOperation:
            return str(value)
        return format(number, "f")


def _shown(rows: Sequence[Sequence[str]]) -> str:
    return "; ".join(" | ".join(cell or "–" for cell in row) for row in rows) or "nothing"
