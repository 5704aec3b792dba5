"""What a form sent, as values for `records.save`: only fields that the form let the person type into are taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.metadata import Field

from .layout import Layout, Placed

ROWS = 1000
"""More rows of one table are not read from a form."""

Texts = Mapping[str, Sequence[str]]
"""The parameters of a form: each name with all its values."""


@dataclass(frozen=True)
class Sent:
    """`values` are for records; `texts` what stood in each input (`lines.2.qty`), to be shown again."""

    values: dict[str, object] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def bind(layout: Layout, sent: Texts) -> Sent:
    """The values of the form; rows are added and removed where its buttons say so (`_add`, `_remove`)."""
    bound = Sent()
    for placed in layout.placed():
        if placed.field.table is not None:
            if placed.name in sent:
                bound.values[placed.name] = _rows(placed, sent, bound.texts)
        elif placed.writable and placed.name in sent:
            bound.values[placed.name] = _value(placed.field, sent[placed.name])
            bound.texts[placed.name] = _text(sent[placed.name])
    return bound


def _rows(table: Placed, sent: Texts, texts: dict[str, str]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    removed = {name for name in sent.get("_remove", ()) if name.startswith(table.name + ".")}
    for old in _numbers(table, sent):
        if f"{table.name}.{old}" not in removed:
            rows.append(_row(table, sent, old, texts, len(rows) + 1))
    if table.name in sent.get("_add", ()) and len(rows) < ROWS:
        rows.append({})
    return rows


def _numbers(table: Placed, sent: Texts) -> Iterator[int]:
    found = set()
    for name in sent:
        parts = name.split(".", 2)
        if len(parts) == 3 and parts[0] == table.name and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 6:
            found.add(int(parts[1]))
    yield from sorted(found)[:ROWS]


def _row(table: Placed, sent: Texts, old: int, texts: dict[str, str], new: int) -> dict[str, object]:
    row: dict[str, object] = {}
    if number := _text(sent.get(f"{table.name}.{old}.id", ())):
        row["id"] = number
    for cell in table.columns:
        name = f"{table.name}.{old}.{cell.name}"
        if cell.writable and name in sent:
            row[cell.name] = _value(cell.field, sent[name])
            texts[f"{table.name}.{new}.{cell.name}"] = _text(sent[name])
    return row


def _text(values: Sequence[str]) -> str:
    return values[-1] if values else ""


def _value(described: Field, values: Sequence[str]) -> object:
    if described.kind == "multi_choice":
        return [value for value in values if value]
    text = _text(values).strip()
    if described.kind == "percent" and text and not text.endswith("%"):
        return text + "%"
    return text
