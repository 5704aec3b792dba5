"""Rows that somebody sees only since their form was opened, because rules of the table read more than the record: they stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.forms import Layout, Sent
from engine.metadata import Field
from engine.records import Draft, Row, part_of, rows_in_sight, rows_of
from engine.unit_of_work import View

ROWS = "rows"


def known_rows(table: Field, draft: Draft) -> str:
    """What a form says of a table beside its rows: which rows of the record its person sees, where rules of the table decide that."""
    if table.table is None or not table.table.rules:
        return ROWS
    unseen = {row.get("id") for row in rows_of(draft.new, table) if part_of(row).unseen}
    return " ".join([ROWS, "of", *(str(row["id"]) for row in rows_of(draft.old, table) if row["id"] not in unseen)])


def add_newly_seen(view: View, layout: Layout, row: Row, given: tuple[Mapping[str, Sequence[str]], Sent]) -> None:
    """Put rows into what was sent that its person sees now, and did not when the form was made: they were not removed."""
    texts, sent = given
    for placed in layout.placed():
        table, said = placed.field, (texts.get(placed.name) or [""])[-1].split()
        if table.table is None or not table.table.rules or placed.name not in sent.values or said[:2] != [ROWS, "of"]:
            continue
        rows = sent.values[placed.name]
        assert isinstance(rows, list)
        rows += [{"id": str(each["id"])} for each in rows_in_sight(view, row, table) if str(each["id"]) not in said]
