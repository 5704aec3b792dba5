"""Which fields stand where on a form, for one person and one record: hidden ones are gone, closed ones cannot be typed into."""

from __future__ import annotations

from collections.abc import Iterator

from engine.access import CLEAR, Sight
from engine.errors import Text
from engine.formula import Formula
from engine.frozen import frozen
from engine.metadata import Entity, Field, Form, FormField
from engine.records import Writable

EVERYTHING = Writable()


@frozen
class Placed:
    """A field at its place. `columns` are the cells of a table that the person may see; `writable` whether it may be typed into.

    Of a value under a `mask` only the part that the mask leaves may be shown. To a table that is not `open` no row may be added.
    """

    item: FormField
    field: Field
    writable: bool
    columns: tuple[Placed, ...] = ()
    mask: str | None = None
    open: bool = True

    @property
    def name(self) -> str:
        """The name of the field."""
        return self.field.name


@frozen
class PlacedSection:
    """A section with the fields that are left of it."""

    label: Text
    columns: int
    show: Formula | None
    items: tuple[Placed, ...]
    open: bool = True
    tab: int = 0


@frozen
class Layout:
    """The whole form of one entity for one person."""

    entity: Entity
    sections: tuple[PlacedSection, ...]
    tabs: tuple[Text, ...] = ()

    def placed(self) -> Iterator[Placed]:
        """All fields, in order."""
        for section in self.sections:
            yield from section.items


def layout_of(
    entity: Entity, form: Form, sight: Sight = CLEAR, writable: Writable = EVERYTHING, only: frozenset[str] | None = None
) -> Layout:
    """The form as this person finds it; with `only` no other fields than these (a step of a workflow, what an action asks)."""
    sections = []
    for section in form.sections:
        items = tuple(_placed(entity, item, sight, writable) for item in section.fields if _there(entity, item, sight, only))
        if items:
            sections.append(PlacedSection(section.label, section.columns, section.show, items, section.open, section.tab))
    found = {item.name for section in sections for item in section.items}
    missing = [name for name in entity.fields if only is not None and name in only and name not in found and name not in sight.hidden]
    if missing:
        extra = tuple(_placed(entity, _plain(entity.fields[name]), sight, writable) for name in missing)
        sections.append(PlacedSection({}, 2, None, extra))
    return Layout(entity, tuple(sections), form.tabs if only is None else ())


def _there(entity: Entity, item: FormField, sight: Sight, only: frozenset[str] | None) -> bool:
    return item.name in entity.fields and item.name not in sight.hidden and (only is None or item.name in only)


def _placed(entity: Entity, item: FormField, sight: Sight, writable: Writable) -> Placed:
    field = entity.fields[item.name]
    mask = sight.masked.get(field.name)
    open_ = writable.allows(field.name) and not field.computed and mask is None
    if field.table is None:
        return Placed(item, field, open_ and not (field.name == "number" and entity.number is not None), mask=mask)
    below = sight.below(field.name)
    names = item.columns or tuple(field.table.fields)
    cells = tuple(_cell(field, field.table.fields[name], below, writable) for name in names if name not in below.hidden)
    return Placed(item, field, open_, cells, open=writable.allows_more(field.name))


def _cell(table: Field, field: Field, sight: Sight, writable: Writable) -> Placed:
    mask = sight.masked.get(field.name)
    open_ = writable.allows(f"{table.name}.{field.name}") and not field.computed and mask is None
    return Placed(_plain(field), field, open_, mask=mask)


def _plain(field: Field) -> FormField:
    return FormField(field.name, field.label, field.help)
