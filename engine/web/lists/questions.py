"""What an address of a list asks the records for."""

from __future__ import annotations

from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, datetime

from engine.errors import Forbidden, Invalid, Message
from engine.formula import Kind
from engine.metadata import Entity, GroupBy, ListView, Metadata, SortKey
from engine.records import Query, end_of, may_use
from engine.unit_of_work import View
from engine.web.opening import list_for, may_open_list
from engine.web.visit import visit

from .address import ARCHIVED, UNGROUPED, Asked
from .cells import PEOPLE
from .filters import formula_of
from .looks import looks_of


def described_of(view: View, entity: Entity, asked: Asked) -> ListView:
    """The list that the address names, else that of its reader: with the chosen columns, without what its reader may not use.

    Raises Forbidden when the list is for other roles.
    """
    found = list_for(view, entity, asked.variant)
    if not may_open_list(view, found):
        raise Forbidden(Message("This list is not for you."))
    chosen = tuple(path for path in asked.columns if is_path(view.metadata, entity, path))
    return replace(
        found,
        columns=chosen or found.columns,
        sort=tuple(key for key in found.sort if may_use(view, entity, key.path)),
        group=found.group if found.group and may_use(view, entity, found.group.path) else None,
        totals=tuple(path for path in found.totals if may_use(view, entity, path)),
        looks=looks_of(view, entity, found),
    )


def is_path(metadata: Metadata, entity: Entity, path: str) -> bool:
    """Whether a list can show this."""
    try:
        end_of(metadata, entity, path)
    except Invalid:
        return False
    return True


def group_of(described: ListView, asked: Asked) -> GroupBy | None:
    """What the list is grouped by: as the address says, else as its file says; a list as it was has no groups."""
    if instant(asked.at) is not None:
        return None
    if asked.group:
        return None if asked.group == UNGROUPED else GroupBy.read(asked.group)
    return described.group


def query_of(metadata: Metadata, entity: Entity, described: ListView, asked: Asked) -> Query:
    """The question, without its place and its groups."""
    tab = next((each for each in described.tabs if each.name == asked.tab), None)
    where = tuple(formula for formula in (described.where, tab.where if tab else None) if formula is not None)
    clicked = (formula_of(entity.fields.get(c.field), c) for c in asked.conditions)
    path = asked.sort.lstrip("-")
    sort = (SortKey(path, asked.sort.startswith("-")),) if path and is_path(metadata, entity, path) else described.sort
    return Query(
        entity.name,
        where=where,
        typed=tuple(text for text in (*clicked, asked.formula) if text),
        search=asked.search,
        searched=described.search,
        sort=sort,
        fields=frozenset(described.columns),
        at=instant(asked.at),
        paths=tuple(path for path in described.columns if "." in path or path in PEOPLE),
        archived=ARCHIVED[asked.archived],
    )


def instant(text: str) -> datetime | None:
    """The moment that an address names, in the zone of the application where it says none; None for what is none."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    if found is None or not MINYEAR < found.year < MAXYEAR:
        return None
    return found if found.tzinfo else found.replace(tzinfo=visit().app.metadata.zone)


def groupable(metadata: Metadata, entity: Entity, path: str) -> str | None:
    """How a list is grouped by a field when nothing else is said: dates by month; None for what it cannot be grouped by."""
    here, name = end_of(metadata, entity, path)
    kind = metadata.catalog.members(here.name)[name].type.kind
    if kind in (Kind.DATE, Kind.DATETIME):
        return f"{path}:month"
    return path if kind in (Kind.CHOICE, Kind.REF, Kind.BOOLEAN) or path == "state" else None
