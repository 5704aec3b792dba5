"""Comparing what is with what was written: numbers by value, texts exactly, tables row by row in the fields they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.frozen import frozen
from engine.metadata import Entity, Field, Value
from engine.records import ids_of
from engine.unit_of_work import View

from .papers import is_paper, names, written_names
from .values import Unknown, mapping, record_of, typed
from .world import World

SYSTEM_LINKS = frozenset({"created_by", "updated_by"})


@frozen
class Comparison:
    """Rows of one entity, held against what a scenario says about them."""

    world: World
    view: View
    entity: Entity

    def differences(self, row: Mapping[str, Value], wanted: object) -> Iterator[str]:
        """A sentence for each named field that has another value than was written."""
        for name, written in mapping(wanted).items():
            field = self.entity.fields.get(name)
            if field is None:
                yield from self._system(name, row.get(name), written)
            elif is_paper(field):
                yield from self._papers(field, row.get(name), written)
            elif field.table is not None:
                yield from self._table(field, row.get(name), written)
            else:
                yield from self._value(field, row.get(name), written)

    def matches(self, row: Mapping[str, Value], wanted: object) -> bool:
        """Whether the row has all named values."""
        return next(self.differences(row, wanted), None) is None

    def _value(self, field: Field, value: Value, written: object) -> Iterator[str]:
        try:
            expected = typed(self.world, self.view, field, written)
        except Unknown as unknown:
            yield str(unknown)
            return
        value = ids_of(field, value) if field.several else value
        if value != expected:
            yield f"{field.name} is {shown(self.world, field, value)}, not {shown(self.world, field, expected)}"

    def _papers(self, field: Field, value: Value, written: object) -> Iterator[str]:
        found, expected = names(self.view, field, value), written_names(written)
        if found != expected:
            yield f"{field.name} is {', '.join(found) or 'blank'}, not {', '.join(expected) or 'blank'}"

    def _system(self, name: str, value: Value, written: object) -> Iterator[str]:
        linked = name in SYSTEM_LINKS and isinstance(written, str)
        expected = record_of(self.world, self.view, str(written))[1] if linked else written
        if value != expected:
            yield f"{name} of {self.entity.name} is {value!r}, not {expected!r}"

    def _table(self, field: Field, value: Value, written: object) -> Iterator[str]:
        rows = value if isinstance(value, list) else []
        wanted = written if isinstance(written, list) else []
        if len(rows) != len(wanted):
            yield f"rows of {field.name}: {len(rows)}, not {len(wanted)}"
            return
        assert field.table is not None
        below = Comparison(self.world, self.view, field.table)
        for number, (row, each) in enumerate(zip(rows, wanted, strict=True), 1):
            yield from (f"{field.name}.{number}: {words}" for words in below.differences(row, each))


def shown(world: World, field: Field, value: object) -> str:
    """A value for a message: records by the names that the scenario gave them."""
    if value is None:
        return "blank"
    if isinstance(value, tuple) and field.several:
        return ", ".join(shown(world, field, number) for number in value)
    if field.link is not None:
        names = [name for name, number in world.ids.items() if number == value and world.entities[name] == field.link.entity]
        return names[0] if names else f"record {value}"
    return repr(value) if isinstance(value, str) else str(value)
