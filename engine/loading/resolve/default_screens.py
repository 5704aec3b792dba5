"""The form and the list an entity has when no file gives it one (LANGUAGE section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from engine.formula import Formula
from engine.metadata import Entity, Field, Form, FormField, ListView, Section, SortKey

COLUMNS = 7
FILTERED = frozenset({"choice", "multi_choice", "user", "link", "links", "date", "datetime"})
_WIDE = frozenset({"table", "long_text", "rich_text", "json"})
NEWEST = (SortKey("id", descending=True),)


def default_form(entity: Entity) -> Form:
    """The fields in file order, two columns, tables and long texts over the full width."""
    fields = tuple(form_field(f) for f in entity.fields.values() if f.name != "number")
    return Form(entity.name, entity.name, (Section({}, fields),))


def form_field(field: Field) -> FormField:
    """A field on a form as the entity has it."""
    return FormField(field.name, field.label, field.help, span=span_of(field), columns=_cells(field.table) if field.table else ())


def _cells(rows: Entity) -> tuple[str, ...]:
    """The columns of a table; of its clocks only when they are due."""
    clocks = rows.lifecycle.clocks if rows.lifecycle is not None else ()
    measured = {name for clock in clocks for name in (clock.spent, clock.breached, clock.since)}
    return tuple(name for name in rows.fields if name not in measured)


def span_of(field: Field) -> Literal[1, 2, "full"]:
    """How wide a field is."""
    return "full" if field.kind in _WIDE else 1


def default_list(entity: Entity) -> ListView:
    """The newest records first, with the columns that tell them apart."""
    return ListView(entity.name, entity.name, entity.plural, columns(entity), sort=NEWEST, filters=filters(entity), search=search(entity))


def columns(entity: Entity) -> tuple[str, ...]:
    """Number, title, state, then required and choice fields; seven at most."""
    plain = [f for f in entity.fields.values() if f.table is None]
    wanted = [*named_first(entity), *(f.name for f in plain if f.required is True or f.kind == "choice")]
    return tuple(dict.fromkeys(wanted))[:COLUMNS] or tuple(f.name for f in plain)[:COLUMNS]


def named_first(entity: Entity) -> list[str]:
    """What a record is known by: its number, its title where that is a field, its state."""
    found = ["number"] if entity.number else []
    title = title_field(entity)
    if title is not None and title not in found:
        found.append(title)
    return [*found, "state"] if entity.lifecycle else found


def title_field(entity: Entity) -> str | None:
    """The field that the title is, when it is no more than a field."""
    formula: Formula = entity.title
    text = formula.text.strip().removeprefix("=").strip()
    return text if text in entity.fields else None


def filters(entity: Entity) -> tuple[str, ...]:
    """Choices, people, links, dates, and the state."""
    state = ("state",) if entity.lifecycle else ()
    return (*state, *(f.name for f in entity.fields.values() if f.kind in FILTERED))


def search(entity: Entity) -> tuple[str, ...]:
    """Title, number, and texts that are unique or say `search: true`; none that says `search: false`."""
    fields: Mapping[str, Field] = entity.fields
    asked = [f.name for f in fields.values() if f.search]
    texts = [n for n in named_first(entity) if n in fields and fields[n].kind in ("text", "long_text")]
    unique = [f.name for f in fields.values() if f.unique and f.kind in ("text", "tax_number", "email", "phone", "url", "bank", "barcode")]
    return tuple(name for name in dict.fromkeys([*texts, *unique, *asked]) if fields[name].search is not False)
