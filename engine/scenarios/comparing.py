"""Comparing what is with what was written: numbers by value, texts exactly, tables row by row in the fields they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.metadata import Entity, Field, Value
from engine.unit_of_work import View

from .values import Unknown, mapping, record_of, typed
from .world import World

SYSTEM_LINKS = frozenset({"created_by", "updated_by"})


def differences(world: World, view: View, entity: Entity, row: Mapping[str, Value], wanted: Mapping[str, object]) -> Iterator[str]:
    """A sentence for each named field that has another value than was written."""
    for name, written in wanted.items():
        yield from _differs(world, view, entity, name, row.get(name), written)


def _differs(world: World, view: View, entity: Entity, name: str, value: Value, written: object) -> Iterator[str]:
    field = entity.fields.get(name)
    if field is None:
        yield from _differs_system(world, view, entity, name, value, written)
    elif field.table is not None:
        yield from _differs_table(world, view, field, value, written)
    else:
        try:
            expected = typed(world, view, field, written)
        except Unknown as unknown:
            yield str(unknown)
            return
        if value != expected:
            yield f"{name} is {shown(world, field, value)}, not {shown(world, field, expected)}"


def _differs_system(world: World, view: View, entity: Entity, name: str, value: Value, written: object) -> Iterator[str]:
    expected: object = written
    if name in SYSTEM_LINKS and isinstance(written, str):
        expected = record_of(world, view, written)[1]
    if value != expected:
        yield f"{name} of {entity.name} is {value!r}, not {expected!r}"


def _differs_table(world: World, view: View, field: Field, value: Value, written: object) -> Iterator[str]:
    rows = value if isinstance(value, list) else []
    wanted = written if isinstance(written, list) else []
    if len(rows) != len(wanted):
        yield f"{field.name} has {len(rows)} rows, not {len(wanted)}"
        return
    assert field.table is not None
    for number, (row, each) in enumerate(zip(rows, wanted, strict=True), 1):
        yield from (f"{field.name}.{number}: {words}" for words in differences(world, view, field.table, row, mapping(each)))


def shown(world: World, field: Field | None, value: object) -> str:
    """A value for a message: records by the names that the scenario gave them."""
    if value is None:
        return "blank"
    if field is not None and field.link is not None:
        names = [name for name, number in world.ids.items() if number == value and world.entities[name] == field.link.entity]
        return names[0] if names else f"record {value}"
    return repr(value) if isinstance(value, str) else str(value)
