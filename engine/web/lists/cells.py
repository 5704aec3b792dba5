"""The columns of lists: fields, fields behind links, and what every record has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.metadata import Entity, Field, Lifecycle, Metadata
from engine.records import Record, end_of, words_of
from engine.web.display import NUMERIC, Display
from engine.web.reading import value_cell
from engine.web.views import BLANK, Cell, Choice, GridColumn, ListRow
from engine.web.visit import visit
from engine.web.words import _

PEOPLE = frozenset({"created_by", "updated_by"})
UNSORTED = frozenset({"long_text", "rich_text", "multi_choice", "links", "json", "location"})


@dataclass(frozen=True, slots=True)
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
    def sortable(self) -> bool:
        """Whether records can be put in its order."""
        return self.field is None or (self.field.table is None and self.field.kind not in UNSORTED)


def columns_of(metadata: Metadata, entity: Entity, paths: Sequence[str]) -> tuple[Column, ...]:
    """The columns of these paths. Raises Invalid for what is none."""
    return tuple(_column(metadata, entity, path) for path in paths)


def _column(metadata: Metadata, entity: Entity, path: str) -> Column:
    here, name = end_of(metadata, entity, path)
    words, at = [], entity
    for hop in path.split(".")[:-1]:
        words.append(_label(at, hop))
        link = at.fields[hop].link if hop in at.fields else None
        at = metadata.entities[link.entity if link else hop if hop == at.document else "user"]
    label = " · ".join([*words, _label(here, name)])
    return Column(path, label, here.fields.get(name), here.lifecycle if name == "state" else None)


def _label(entity: Entity, name: str) -> str:
    field = entity.fields.get(name)
    if field is not None:
        return visit().words(field.label)
    if name == entity.document:
        return visit().words(visit().app.metadata.entities[name].label)
    words = {
        "number": _("Number"),
        "state": _("State"),
        "id": _("Id"),
        "created_at": _("Created"),
        "updated_at": _("Changed"),
        "created_by": _("Created by"),
        "updated_by": _("Changed by"),
    }
    return words.get(name, name)


def grid_columns(columns: Sequence[Column]) -> tuple[GridColumn, ...]:
    """The headings of a small table of records."""
    return tuple(GridColumn(column.label, column.numeric) for column in columns)


def list_rows(entity: Entity, columns: Sequence[Column], records: Sequence[Record], display: Display) -> tuple[ListRow, ...]:
    """Records as rows that lead to their pages."""
    return tuple(
        ListRow(
            f"/records/{entity.name}/{record.id}",
            tuple(list_cell(column, record, display) for column in columns),
            f"{record.id}:{record.version}",
        )
        for record in records
    )


def list_cell(column: Column, record: Record, display: Display) -> Cell:
    """One column of one record."""
    value, field = record.values.get(column.path), column.field
    if column.path in record.sealed:
        return Cell("secret", _("Sealed"))
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
