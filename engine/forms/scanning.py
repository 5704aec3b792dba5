"""Rows made with a scanner: a code that is sent adds a row, or counts one more in the row that has it already.

A scanner types like a keyboard and ends with Enter, so that whoever has none types the code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from .layout import Placed

BUTTON = "_scan"
COUNTED = frozenset({"integer", "decimal"})
LONGEST = 200
Texts = Mapping[str, Sequence[str]]


def code_input(table: str) -> str:
    """The name of the input that takes codes for a table."""
    return f"{BUTTON}.{table}"


def scanned_cell(table: Placed) -> Placed | None:
    """The column that a code goes into; None where the form has none, or this person may not write it."""
    return next((cell for cell in table.columns if cell.name == table.item.scan and cell.writable and table.writable), None)


def code_sent(table: Placed, sent: Texts) -> str:
    """The code that was sent for a table; blank where its button was not pressed."""
    typed = sent.get(code_input(table.name), ()) if table.name in sent.get(BUTTON, ()) and scanned_cell(table) is not None else ()
    return typed[-1].strip()[:LONGEST] if typed else ""


def take_code(table: Placed, code: str, rows: list[dict[str, object]], texts: dict[str, str]) -> None:
    """Add a row with the code, or count one more where a row has it and there is a number to count with: the first that can be typed."""
    cell = scanned_cell(table)
    assert cell is not None
    counted = next((each.name for each in table.columns if each.writable and each.field.kind in COUNTED), "")
    same = cell.field.type.compared
    at = next((n for n, row in enumerate(rows) if counted and same(str(row.get(cell.name) or "")) == same(code)), len(rows))
    if at == len(rows):
        rows.append({cell.name: code})
    if counted:
        rows[at][counted] = _one_more(str(rows[at].get(counted) or "0"))
    texts.update({f"{table.name}.{at + 1}.{name}": str(rows[at][name]) for name in (cell.name, counted) if name})


def _one_more(text: str) -> str:
    try:
        return format(Decimal(text) + 1, "f")
    except InvalidOperation:
        return text
