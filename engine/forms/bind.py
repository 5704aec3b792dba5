"""What a form sent, as values for `records.save`: only fields that the form let the person type into are taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from engine.frozen import frozen
from engine.metadata import Field

from .layout import Layout, Placed
from .scanning import code_sent, take_code

ROWS = 1000
"""More rows of one table are not read from a form."""

Texts = Mapping[str, Sequence[str]]
"""The parameters of a form: each name with all its values."""


@frozen(slots=False)
class Sent:
    """`values` are for records; `texts` what stood in each input (`lines.2.qty`), to be shown again."""

    values: dict[str, object] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def bind(layout: Layout, sent: Texts, changed: str = "") -> Sent:
    """The values of the form; rows are added, removed, copied and moved up where its buttons say so (`_add`, `_remove`, `_copy`, `_up`).

    A blank input that a link fills in is left out, so that the link may. So is one that holds something, right after its
    link has `changed` (the name of that input): what it holds belongs to the record that was chosen before.
    """
    bound = Sent()
    placed = list(layout.placed())
    for name, raw in _taken(placed, "", sent, changed):
        bound.values[name] = raw
        bound.texts[name] = _text(sent[name])
    for table in placed:
        if table.field.table is not None and table.writable and table.name in sent:
            bound.values[table.name] = _rows(table, sent, changed, bound.texts)
    return bound


def _rows(table: Placed, sent: Texts, changed: str, texts: dict[str, str]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for prefix, again in _in_order(table, sent):
        taken = dict(_taken(table.columns, prefix + ".", sent, changed))
        texts.update({f"{table.name}.{len(rows) + 1}.{name}": _text(sent[f"{prefix}.{name}"]) for name in taken})
        number = "" if again else _text(sent.get(f"{prefix}.id", ()))
        rows.append({"id": number, **taken} if number else taken)
    if table.name in sent.get("_add", ()) and len(rows) < ROWS:
        rows.append({})
    if (code := code_sent(table, sent)) and len(rows) < ROWS:
        take_code(table, code, rows, texts)
    return rows


def _in_order(table: Placed, sent: Texts) -> list[tuple[str, bool]]:
    """The rows as the buttons of the form leave them, each with whether it is there for the second time."""
    found = [(f"{table.name}.{number}", False) for number in _numbers(table, sent)]
    for at, (prefix, _again) in reversed(list(enumerate(found))):
        if prefix in sent.get("_remove", ()):
            del found[at]
        elif prefix in sent.get("_copy", ()) and len(found) < ROWS:
            found.insert(at + 1, (prefix, True))
        elif prefix in sent.get("_up", ()) and at:
            found[at - 1], found[at] = found[at], found[at - 1]
    return found


def _numbers(table: Placed, sent: Texts) -> Iterator[int]:
    found = set()
    for name in sent:
        parts = name.split(".", 2)
        if len(parts) == 3 and parts[0] == table.name and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 6:
            found.add(int(parts[1]))
    yield from sorted(found)[:ROWS]


def _taken(fields: Iterable[Placed], prefix: str, sent: Texts, changed: str) -> Iterator[tuple[str, object]]:
    """The values of one record or row that were typed, by field."""
    placed = [one for one in fields if one.field.table is None]
    filled = {name for one in placed if one.field.link for name in one.field.link.fill}
    renewed = {name for one in placed if one.field.link and prefix + one.name == changed for name in one.field.link.fill}
    for one in placed:
        name = prefix + one.name
        if one.writable and name in sent and one.name not in renewed and (_text(sent[name]) or one.name not in filled):
            yield one.name, _value(one.field, sent[name])


def _text(values: Sequence[str]) -> str:
    return values[-1] if values else ""


def _value(described: Field, values: Sequence[str]) -> object:
    if described.kind == "multi_choice" or described.several:
        return [value for value in values if value]
    text = _text(values).strip()
    if described.kind == "percent" and text and not text.endswith("%"):
        return text + "%"
    return text
