"""What a new record says, as the audit keeps it: the rows of its tables are written as canonical JSON at once, because they are many."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from engine.metadata import Entity, Field, Value
from engine.storage import Written, canonical_json

from .draft import Row, envelopes, ids_of, rows_of
from .values import plain_value

Before = tuple[object, object]
"""A value before and after."""


def said(entity: Entity, new: Row) -> dict[str, Before]:
    """The fields of a new record that are not blank, each with nothing before it."""
    found: dict[str, Before] = {}
    for name, field in entity.fields.items():
        value = new.get(name)
        if value is not None and value != [] and field.keep != "virtual":
            found[name] = (None if field.rows is None else [], _plain(field, new, value))
    for name in envelopes(new):
        found.setdefault(name, (None, None))  # that it was entered is told, and nothing more
    if new.get("state") is not None:
        found["state"] = (None, new["state"])
    return found


def _plain(field: Field, new: Row, value: Value) -> object:
    if field.relation is not None:
        return list(ids_of(field, value) or ())
    if field.table is None:
        return plain_value(field, value)
    columns = _columns(field.table)
    return Written("[" + ",".join([_row(columns, row) for row in rows_of(new, field)]) + "]")


@lru_cache(maxsize=1024)
def _columns(table: Entity) -> tuple[tuple[str, str, Field | None], ...]:
    """The key of each column in JSON, its name and its field, in the order of canonical JSON."""
    system: dict[str, Field | None] = {"id": None, "state": None} if table.lifecycle else {"id": None}
    fields = {**system, **{field.name: field for field in table.columns}}
    return tuple((f"{canonical_json(name)}:", name, fields[name]) for name in sorted(fields))


def _row(columns: tuple[tuple[str, str, Field | None], ...], row: Row) -> str:
    return "{" + ",".join([key + _json(field, row.get(name)) for key, name, field in columns]) + "}"


def _json(field: Field | None, value: Value) -> str:
    if value is None:
        return "null"
    if field is None or type(value) is bool:
        return canonical_json(value)
    if type(value) is Decimal and field.kind != "integer":
        return f'"{value:f}"'
    return canonical_json(plain_value(field, value))
