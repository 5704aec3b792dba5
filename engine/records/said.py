"""What new records say, as the audit keeps it: canonical JSON, made field by field for all of them, because they may be many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from engine.metadata import Entity, Field, Value
from engine.storage import canonical_all, canonical_json, in_columns

from .draft import Row, envelopes, ids_of
from .values import PLAIN, plain_value

PLAINLY = {type(None), bool, int, str, Decimal, date}


def said(entity: Entity, rows: Sequence[Row]) -> list[dict[str, str]]:
    """The fields of new records that are not blank, each with nothing before it: both values with a comma between."""
    whole: dict[str, Sequence[str]] = {}
    found: list[dict[str, str]] = [{} for _ in rows]
    for field in entity.fields.values():
        values = _values(field, rows)
        blank = values.count(None)
        if blank == 0:
            whole[field.name] = _told(field, values)
        elif blank < len(rows):
            texts = _told(field, values)
            for at in [at for at, value in enumerate(values) if value is not None]:
                found[at][field.name] = texts[at]
    for told, each in zip(found, zip(*whole.values(), strict=True), strict=False):
        told.update(zip(whole, each, strict=True))
    if entity.may_be_sealed or entity.lifecycle is not None:
        for told, row in zip(found, rows, strict=True):
            _tell_system(told, row)
    return found


def _values(field: Field, rows: Sequence[Row]) -> list[Value]:
    """What each row says of a field; None where that is blank, or never kept."""
    if field.keep == "virtual":
        return [None] * len(rows)
    name = field.name
    return [row.get(name) for row in rows] if field.rows is None else [row.get(name) or None for row in rows]


def _told(field: Field, values: Sequence[Value]) -> list[str]:
    before = "null," if field.rows is None else "[],"
    return [before + text for text in _all_said(field, values)]


def _tell_system(told: dict[str, str], row: Row) -> None:
    """What is sealed (that it was entered, and nothing more), and the state."""
    for name in envelopes(row):
        told.setdefault(name, "null,null")
    if row.get("state") is not None:
        told["state"] = f"null,{canonical_json(row['state'])}"


def _all_said(field: Field, values: Sequence[Value]) -> Sequence[str]:
    """Values of a field, each as JSON."""
    if field.table is not None:
        return _tables(field.table, values)  # type: ignore[arg-type]
    if field.relation is not None:
        return [canonical_json(list(ids_of(field, value) or ())) for value in values]
    return _cells(field, values)


def _tables(table: Entity, documents: Sequence[Sequence[Row] | None]) -> list[str]:
    """The rows of a table of each document."""
    every = [row for rows in documents for row in rows or ()]
    form, fields = _form(table)
    values = in_columns(every, [name for name, _ in fields])
    columns = [_cells(field, column) for (_, field), column in zip(fields, values, strict=True)]
    texts = map(form.__mod__, zip(*columns, strict=True))
    return ["[" + ",".join(islice(texts, len(rows or ()))) + "]" for rows in documents]


@lru_cache(maxsize=1024)
def _form(table: Entity) -> tuple[str, tuple[tuple[str, Field | None], ...]]:
    """A row as canonical JSON with a gap for each value, and what belongs into the gaps."""
    system: dict[str, Field | None] = {"id": None, "state": None} if table.lifecycle else {"id": None}
    fields = {**system, **{field.name: field for field in table.columns}}
    names = sorted(fields)
    return "{" + ",".join([f"{canonical_json(name)}:%s" for name in names]) + "}", tuple((name, fields[name]) for name in names)


def _cells(field: Field | None, values: Sequence[Value]) -> list[str]:
    """Values of one column, each as JSON."""
    return canonical_all(values if field is None or _is_plain(field, set(map(type, values))) else [plain_value(field, v) for v in values])


def _is_plain(field: Field, kinds: set[type]) -> bool:
    """Whether values of these types are JSON as they are."""
    if field.kind == "integer" or field.kind in PLAIN:
        return False
    return kinds <= PLAINLY
