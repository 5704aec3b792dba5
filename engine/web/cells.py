"""The cells of lists: fields, and the columns that every record has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.metadata import Entity
from engine.records import Record, words_of

from .display import NUMERIC, Display
from .reading import value_cell
from .views import BLANK, Cell, Choice, GridColumn, ListRow
from .visit import visit
from .words import _


def column_label(entity: Entity, column: str) -> str:
    """What a column is called."""
    field = entity.fields.get(column)
    if field is not None:
        return visit().words(field.label)
    words = {
        "number": _("Number"),
        "state": _("State"),
        "id": _("Id"),
        "created_at": _("Created"),
        "updated_at": _("Changed"),
        "created_by": _("Created by"),
        "updated_by": _("Changed by"),
    }
    return words.get(column, column)


def is_numeric(entity: Entity, column: str) -> bool:
    """Whether a column is set to the right."""
    field = entity.fields.get(column)
    return field is not None and field.kind in NUMERIC


def grid_columns(entity: Entity, columns: Sequence[str]) -> tuple[GridColumn, ...]:
    """The headings of a small table of records."""
    return tuple(GridColumn(column_label(entity, column), is_numeric(entity, column)) for column in columns)


def list_rows(entity: Entity, columns: Sequence[str], records: Sequence[Record], display: Display) -> tuple[ListRow, ...]:
    """Records as rows that lead to their pages."""
    return tuple(
        ListRow(f"/records/{entity.name}/{record.id}", tuple(list_cell(entity, column, record, display) for column in columns))
        for record in records
    )


def list_cell(entity: Entity, column: str, record: Record, display: Display) -> Cell:
    """One column of one record."""
    field = entity.fields.get(column)
    if field is not None:
        found = value_cell(field, record.values, record.sight, display)
        return Cell("text", words_of(found.text)) if found.look == "rich" else found
    value = record.values.get(column)
    state = entity.lifecycle.states.get(str(value)) if column == "state" and entity.lifecycle is not None else None
    if state is not None:
        words = visit().words(state.label)
        return Cell("badge", words, choices=(Choice(words, state.color),))
    if value is None:
        return BLANK
    return Cell("text", display.moment(value) if isinstance(value, date) else str(value))
