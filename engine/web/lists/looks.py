"""The records of a list seen in another way: which ways its reader has, and what each shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.frozen import frozen
from engine.metadata import Entity, ListLook, ListView
from engine.records import Page, Query, Record, find, may_use
from engine.unit_of_work import View
from engine.web.views import Card, Cell, Pictures
from engine.web.visit import visit

from .address import Asked
from .cells import PEOPLE, columns_of, list_cell

FACTS = 3
"""How many facts stand on a card beside its title."""
ICONS = {"table": "table", "kanban": "layout-kanban", "calendar": "calendar", "tree": "sitemap", "gallery": "photo"}


@frozen(slots=False)
class Looking:
    """A list that is looked at in another way: what is asked, of what, and how."""

    view: View
    entity: Entity
    described: ListView
    asked: Asked
    query: Query
    look: ListLook


def looks_of(view: View, entity: Entity, described: ListView) -> tuple[ListLook, ...]:
    """The ways in which this reader can see the list."""
    return tuple(look for look in described.looks if all(may_use(view, entity, path) for path in _needed(entity, look)))


def _needed(entity: Entity, look: ListLook) -> list[str]:
    above = entity.tree if look.kind == "tree" else ""
    return [path for path in (look.by, look.start, look.end, look.title, look.image, above) if path]


def look_of(described: ListView, asked: Asked) -> ListLook | None:
    """The way that the address asks for, else the first; None is the table. A list as it was is a table."""
    found = next((look for look in described.looks if look.name == asked.look), described.looks[0] if described.looks else None)
    return None if found is None or found.kind == "table" or asked.at else found


def found(looking: Looking, query: Query, *also: str) -> Page:
    """Records with what stands on a card, and the paths of `also`."""
    paths = dict.fromkeys([*_facts(looking), *([looking.look.title] if looking.look.title else []), *also])
    behind = tuple(path for path in paths if "." in path or path in PEOPLE)
    return find(looking.view, replace(query, fields=frozenset(paths), paths=behind))


def cards(looking: Looking, records: Sequence[Record]) -> tuple[Card, ...]:
    """Records as cards."""
    display = visit().display(looking.view, records[0].titles if records else {})
    columns = columns_of(looking.view.metadata, looking.entity, _facts(looking))
    return tuple(
        Card(
            title=title_of(looking, record),
            href=f"/records/{looking.entity.name}/{record.id}",
            facts=tuple((column.label, cell) for column in columns if not (cell := list_cell(column, record, display)).blank),
            number=record.id,
            version=record.version,
        )
        for record in records
    )


def title_of(looking: Looking, record: Record) -> str:
    """What stands for a record: what the file says, else what names it."""
    path = looking.look.title
    if not path:
        return record.title
    column = columns_of(looking.view.metadata, looking.entity, [path])[0]
    return list_cell(column, record, visit().display(looking.view, record.titles)).text


def _facts(looking: Looking) -> list[str]:
    """The columns of the list that tell more than the title and the place of a card do."""
    told = {"number", looking.look.by, looking.look.start, looking.look.image, looking.look.title, *_in_title(looking.entity)}
    return [path for path in looking.described.columns if path not in told][:FACTS]


def _in_title(entity: Entity) -> set[str]:
    return {reference.field for reference in entity.title.references if not reference.hops}


def pictures(looking: Looking) -> tuple[Pictures, Page]:
    """The records by their pictures."""
    page = found(looking, looking.query, looking.look.image)
    made = zip(cards(looking, page.records), page.records, strict=True)
    return Pictures(tuple(replace(card, picture=_picture(record.values, looking.look.image)) for card, record in made)), page


def _picture(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    number = value[0] if isinstance(value, tuple) and value else value
    return f"/files/{number}" if isinstance(number, int) else ""


def fact_cells(looking: Looking, record: Record) -> tuple[Cell, ...]:
    """What is told of a record beside its title."""
    display = visit().display(looking.view, record.titles)
    columns = columns_of(looking.view.metadata, looking.entity, _facts(looking))
    return tuple(cell for column in columns if not (cell := list_cell(column, record, display)).blank)
