"""Codes that were scanned into a table whose rows link to what the code stands on: the record of that number or unique text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.errors import Message, Problem
from engine.forms import Layout, code_input, code_sent, scanned_cell
from engine.metadata import Field
from engine.records import ids_by, naming_fields, preferred
from engine.unit_of_work import View

Texts = Mapping[str, Sequence[str]]


def with_records(view: View, layout: Layout, sent: Texts) -> tuple[Texts, tuple[Problem, ...]]:
    """What was sent, with the id of a record that the reader may see in the place of each code; a problem where none has it."""
    problems = []
    for table in layout.placed():
        if table.field.table is None or not (code := code_sent(table, sent)):
            continue
        cell = scanned_cell(table)
        if cell is None or cell.field.link is None:
            continue
        number = _named(view, cell.field, code)
        sent = {**sent, code_input(table.name): [] if number is None else [str(number)]}
        if number is None:
            words = Message("{field}: there is nothing with the code {code}.", {"field": cell.field.label, "code": code})
            problems.append(Problem(table.name, "unknown_code", words))
    return sent, tuple(problems)


def _named(view: View, link: Field, code: str) -> int | None:
    assert link.link is not None
    entity = view.metadata.entities[link.link.entity]
    found = (preferred(view, entity, ids_by(view, entity, field, [code]).get(code, [])) for field in naming_fields(entity))
    return next((ids[0] for ids in found if len(ids) == 1), None)
