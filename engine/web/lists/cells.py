"""The columns of lists: fields, fields behind links, and what every record has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from engine.errors import in_language, translate
from engine.frozen import frozen
from engine.metadata import Entity, Field, Lifecycle, Metadata, Value
from engine.records import Record, end_of, words_of
from engine.web.display import NUMERIC, Display
from engine.web.reading import sealed_cell, value_cell
from engine.web.views import BLANK, Cell, Choice, GridColumn, ListRow
from engine.web.visit import reader_language, visit
from engine.web.words import N_

PEOPLE = frozenset({"created_by", "updated_by"})
SHARED = frozenset({"choice", "boolean", "link", "user"})
"""Kinds of fields of which many records of a list hold the same value."""
LABELS = {
    "number": N_("Number"),
    "state": N_("State"),
    "id": N_("Id"),
    "created_at": N_("Created"),
    "updated_at": N_("Changed"),
    "created_by": N_("Created by"),
    "updated_by": N_("Changed by"),
}
"""What every record has, in words."""
TIMES = frozenset({"created_at", "updated_at"})
TERSE = frozenset({"date", "datetime", "boolean", "duration"})
UNSORTED = frozenset({"long_text", "rich_text", "multi_choice", "links", "json", "location"})


@frozen
class Column:
    """A column: its path, what it is called, and the field at its end (None: what every record has)."""

    path: str
    label: str
    field: Field | None
    lifecycle: Lifecycle | None = None

    @property
    def behind(self) -> bool:
        """Whether its value does not come with the record itself."""
        return "." in self.path or self.path in PEOPLE

    @property
    def numeric(self) -> bool:
        """Whether it is set to the right."""
        return self.field is not None and self.field.kind in NUMERIC

    @property
    def terse(self) -> bool:
        """Whether its values say nothing where its label does not stand above them: numbers, days, yes and no."""
        kind = "datetime" if self.path in TIMES else self.field.kind if self.field is not None else ""
        return kind in NUMERIC or kind in TERSE

    @property
    def sortable(self) -> bool:
        """Whether records can be put in its order."""
        return self.field is None or (self.field.table is None and self.field.kind not in UNSORTED)


def columns_of(metadata: Metadata, entity: Entity, paths: Sequence[str]) -> tuple[Column, ...]:
    """The columns of these paths. Raises Invalid for what is none."""
    language = reader_language()
    return tuple(_column(metadata, entity, path, language) for path in paths)


@lru_cache(maxsize=8192)
def _column(metadata: Metadata, entity: Entity, path: str, language: str) -> Column:
    """The same for everybody: a definition and a language are all it takes."""
    here, name = end_of(metadata, entity, path)
    words, at = [], entity
    for hop in path.split(".")[:-1]:
        words.append(_label(metadata, at, hop, language))
        link = at.fields[hop].link if hop in at.fields else None
        at = metadata.entities[link.entity if link else hop if hop == at.document else "user"]
    label = " · ".join([*words, _label(metadata, here, name, language)])
    return Column(path, label, here.fields.get(name), here.lifecycle if name == "state" else None)


def _label(metadata: Metadata, entity: Entity, name: str, language: str) -> str:
    field = entity.fields.get(name)
    if field is not None:
        return in_language(field.label, language)
    if name == entity.document:
        return in_language(metadata.entities[name].label, language)
    return translate(LABELS[name], language) if name in LABELS else name


def grid_columns(columns: Sequence[Column]) -> tuple[GridColumn, ...]:
    """The headings of a small table of records."""
    return tuple(GridColumn(column.label, column.numeric) for column in columns)


def list_rows(entity: Entity, columns: Sequence[Column], records: Sequence[Record], display: Display) -> tuple[ListRow, ...]:
    """Records as rows that lead to their pages."""
    cells = list(zip(*(_column_cells(column, records, display) for column in columns), strict=True)) or [()] * len(records)
    return tuple(
        ListRow(f"/records/{entity.name}/{record.id}", own, f"{record.id}:{record.version}")
        for record, own in zip(records, cells, strict=True)
    )


def _column_cells(column: Column, records: Sequence[Record], display: Display) -> list[Cell]:
    """A column of some records; where they hold the same state, code or link, they have the same cell."""
    field, known = column.field, dict[Value, Cell]()
    if (field.kind not in SHARED or field.several) if field is not None else column.lifecycle is None:
        return [list_cell(column, record, display) for record in records]
    found = []
    for record in records:
        value = record.values.get(column.path)
        if column.path in record.sealed or (field is not None and field.name in record.sight.masked):
            found.append(list_cell(column, record, display))
        else:
            found.append(known.get(value) or known.setdefault(value, list_cell(column, record, display)))
    return found


def list_cell(column: Column, record: Record, display: Display) -> Cell:
    """One column of one record."""
    value, field = record.values.get(column.path), column.field
    if column.path in record.sealed:
        return sealed_cell(field, record.sealed[column.path], display)
    if field is not None:
        behind = "." in column.path
        found = display.cell(field, value, {}) if behind else value_cell(field, record.values, record.sight, display)
        return Cell("text", words_of(found.text)) if found.look == "rich" else found
    state = column.lifecycle.states.get(str(value)) if column.lifecycle is not None else None
    if state is not None:
        words = visit().words(state.label)
        return Cell("badge", words, choices=(Choice(words, state.color),))
    if value is None:
        return BLANK
    if column.path.rpartition(".")[2] in PEOPLE:
        return display.link("user", value)
    return Cell("text", display.moment(value) if isinstance(value, date) else str(value))
