"""Values as scenarios write them: names stand for records, `=` begins a formula, a dotted name changes one cell of a table."""

from __future__ import annotations

from collections.abc import Mapping

from engine.formula import Context, Names, compile
from engine.metadata import Entity, Field, Value
from engine.records import RecordFrame, RowChanges, Unfit, fetch, read_value
from engine.unit_of_work import UnitOfWork, View

from .model import Values
from .papers import is_paper, upload
from .world import World


class Unknown(Exception):
    """A name that stands for nothing."""


def record_of(world: World, view: View, name: str) -> tuple[str, int]:
    """Entity and id of a name; `po.lines.1` is the first row of a table. Raises Unknown."""
    if name in world.ids:
        return world.entities[name], world.ids[name]
    head, _, rest = name.partition(".")
    table, _, number = rest.partition(".")
    if head in world.ids and number.isdigit():
        entity = world.entities[head]
        rows = fetch(view, entity, world.ids[head]).get(table)
        if isinstance(rows, list) and 0 < int(number) <= len(rows):
            return f"{entity}.{table}", rows[int(number) - 1]["id"]
    raise Unknown(f"there is no record called {name}")


def raw(world: World, view: View, field: Field, written: object) -> object:
    """A written value as the records take it: links as ids, tables as rows, formulas as what they give."""
    if field.table is not None:
        rows = written if isinstance(written, list) else []
        return [raw_values(world, view, field.table, row) for row in rows if isinstance(row, Mapping)]
    if isinstance(written, str) and written.startswith("="):
        return _formula(view, field, written[1:])
    if is_paper(field) and isinstance(view, UnitOfWork):
        return upload(view, field, written)
    if field.several and isinstance(written, list):
        return [record_of(world, view, name)[1] if isinstance(name, str) else name for name in written]
    if field.link is not None and isinstance(written, str):
        return record_of(world, view, written)[1]
    return written


def raw_values(world: World, view: View, entity: Entity, written: Values) -> dict[str, object]:
    """Written values as the records take them; unknown names stay, so that the engine's own answer is seen."""
    found: dict[str, object] = {}
    for name, value in written.items():
        field = entity.fields.get(name)
        found[name] = raw(world, view, field, value) if field is not None else value
    return found


def changes(world: World, view: View, entity: Entity, record: int, written: Values) -> dict[str, object]:
    """The values of an update: as `raw_values`, and `lines.2.qty` as the change of one row."""
    plain = {name: value for name, value in written.items() if "." not in name}
    found = raw_values(world, view, entity, plain)
    rows: dict[str, dict[object, dict[str, object]]] = {}
    before = fetch(view, entity.name, record) if len(plain) < len(written) else {}
    for name, value in written.items():
        if name not in plain:
            table, number, cell = name.split(".")
            line, field = _cell(entity, before, table, number, cell)
            rows.setdefault(table, {}).setdefault(line, {"id": line})[cell] = raw(world, view, field, value)
    return found | {table: RowChanges(lines.values()) for table, lines in rows.items()}


def _cell(entity: Entity, before: Mapping[str, Value], table: str, number: str, cell: str) -> tuple[object, Field]:
    """The id of a row and the field of a cell. Raises Unknown."""
    lines, below = before.get(table), entity.fields[table].table if table in entity.fields else None
    if below is None or cell not in below.fields or not isinstance(lines, list) or not 0 < int(number) <= len(lines):
        raise Unknown(f"there is no cell {table}.{number}.{cell}")
    return lines[int(number) - 1]["id"], below.fields[cell]


def typed(world: World, view: View, field: Field, written: object) -> Value:
    """A written value as the field holds it, for comparing. Raises Unknown for a name that stands for nothing."""
    try:
        return read_value(field, raw(world, view, field, written), view.zone)
    except Unfit as unfit:
        raise Unknown(f"{written!r} is no value of {field.name}: {unfit.message}") from unfit


def _formula(view: View, field: Field, text: str) -> Value:
    names = Names(this=None)
    formula = compile(text, names, view.metadata.catalog, Context.VALUE, field.type)
    return formula({}, RecordFrame(view))


def mapping(value: object) -> Mapping[str, object]:
    """A mapping, or an empty one where something else was written."""
    return value if isinstance(value, Mapping) else {}
