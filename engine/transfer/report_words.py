"""What a report tells, in the words of one language: its headings and the values that lines and columns stand for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from engine.errors import Message, in_language
from engine.formula import Kind
from engine.frozen import frozen
from engine.metadata import Dimension, Entity, Measure, Metadata, Value
from engine.records import end_of
from engine.reports import Figure, Keys, Line, Outcome

from .cells import choice_words
from .columns import heading


@frozen(slots=False)
class Told:
    """A report in the words of one language."""

    metadata: Metadata
    outcome: Outcome
    language: str

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines, and the total as the last."""
        whole = self.outcome.whole
        return self.outcome.lines if whole is None else (*self.outcome.lines, whole)

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """What the rows are called."""
        return tuple(self._heading(dimension) for dimension in self.outcome.report.rows)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """What stands over the measures: a column of the report, and the total of each line."""
        first = len(self.outcome.report.rows)
        return (*(self._group(keys, first) for keys in self.outcome.columns), *([self.say("Total")] * self.outcome.across))

    @cached_property
    def sealed(self) -> tuple[str, ...]:
        """What the report lacks because it is sealed, in sentences."""
        outcome, found = self.outcome, list[Message]()
        if outcome.sealed is not None:
            fields = ", ".join(in_language(field.label, self.language) for field in outcome.sealed.fields)
            shown = {"fields": fields, "count": outcome.sealed.records}
            found.append(Message("Sealed, and so blank for lines and conditions: {fields} ({count})", shown))
        lines = [outcome.whole] if outcome.whole is not None else outcome.lines
        lacking = [sum(line.total[at].sealed for line in lines) for at in range(len(outcome.report.measures))]
        words = (f"{self.label(each)} ({count})" for each, count in zip(outcome.report.measures, lacking, strict=True) if count)
        if measures := ", ".join(words):
            found.append(Message("Sealed values not in these figures: {measures}", {"measures": measures}))
        return tuple(each.render(self.language) for each in found)

    def label(self, measure: Measure) -> str:
        """What a measure is called; a length of time with its unit."""
        words = in_language(measure.label, self.language)
        return f"{words} ({self.say(measure.unit)})" if measure.kind == "duration" else words

    def names(self, line: Line) -> list[str]:
        """What a line stands for, one text for each row of the report."""
        rows = self.outcome.report.rows
        words = {"rest": "All others", "total": "Total"}.get(line.kind)
        names = [self._key(rows[at], key) for at, key in enumerate(line.keys)] if words is None else [self.say(words)] + [""] * len(rows)
        return names[: len(rows)]

    def figures(self, line: Line) -> Iterator[tuple[Figure, ...]]:
        """The figures of a line under each of the groups."""
        yield from line.cells
        if self.outcome.across:
            yield line.total

    def say(self, words: str) -> str:
        """The engine's own words."""
        return Message(words).render(self.language)

    def _heading(self, dimension: Dimension) -> str:
        entity, name = self._end(dimension)
        return in_language(dimension.label, self.language) or heading(entity, name, entity.fields.get(name), self.language)

    def _end(self, dimension: Dimension) -> tuple[Entity, str]:
        return end_of(self.metadata, self.metadata.entities[self.outcome.report.entity], dimension.path)

    def _group(self, keys: Keys, first: int) -> str:
        return " · ".join(self._key(self.outcome.report.dimensions[first + at], key) for at, key in enumerate(keys))

    def _key(self, dimension: Dimension, value: Value) -> str:
        """A value that a line or a column stands for."""
        if value is None:
            return in_language(dimension.empty, self.language) or self.say("None")
        if isinstance(value, date):
            return period(value, dimension.step)
        if isinstance(value, bool):
            return self.say("Yes" if value else "No")
        if dimension.formula.type.kind is Kind.REF and isinstance(value, int):
            return self.outcome.titles.get((str(dimension.formula.type.entity), value)) or self.say("not visible to you")
        return self._word(dimension, str(value))

    def _word(self, dimension: Dimension, code: str) -> str:
        """What a choice or a state is called; any other text is as it is."""
        entity, name = self._end(dimension)
        if name in entity.fields:
            return choice_words(entity.fields[name], self.language).get(code, code)
        states = entity.lifecycle.states if entity.lifecycle is not None else {}
        return in_language(states[code].label, self.language) if code in states else code


def period(value: date, step: str) -> str:
    """A period by its first day, so written that files sorted as text stand in order."""
    if step == "year":
        return str(value.year)
    if step == "quarter":
        return f"{value.year}-Q{(value.month + 2) // 3}"
    return f"{value:%Y-%m}" if step == "month" else value.isoformat()
