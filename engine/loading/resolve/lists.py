"""Lists: those of the files, and default ones for entities without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.formula import Context, Kind, Names, Type, Via
from engine.loading.declarations import Sourced
from engine.loading.findings import Place
from engine.metadata import Entity, GroupBy, ListTab, ListView, SortKey
from engine.metadata import declared as d

from .bench import Bench, listed
from .default_screens import columns, default_list, filters, search

DATES = frozenset({Kind.DATE, Kind.DATETIME})
GROUPED = DATES | {Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.CHOICE, Kind.REF}
"""Kinds of values that records can be put together by."""


def lists(bench: Bench, entities: Mapping[str, Entity]) -> dict[str, ListView]:
    """All lists by name; an entity without a file has a default one of its name."""
    found = {e.name: default_list(e) for e in entities.values() if e.document is None}
    for name, source in bench.declarations.lists.items():
        found[name] = _list(bench, entities[source.declared.for_ or name], source)
    return found


def _list(bench: Bench, entity: Entity, source: Sourced[d.ListView]) -> ListView:
    declared, place, default = source.declared, source.place, default_list(entity)
    for key in ("columns", "filters", "search"):
        for index, path in enumerate(getattr(declared, key)):
            _end(bench, entity.name, path, place.at(key, index), links=key != "search")
    label = bench.label(declared.label, place.at("label"), declared.list) if declared.label is not None else entity.plural
    return ListView(
        declared.list,
        entity.name,
        label,
        declared.columns or columns(entity),
        _sort(bench, entity, declared, place) or default.sort,
        bench.condition(declared.where, place.at("where"), Names(this=entity.name), Context.WHERE),
        declared.filters or filters(entity),
        declared.search or search(entity),
        tuple(tab for i, t in enumerate(declared.tabs) if (tab := _tab(bench, entity, t, place.at("tabs", i)))),
        _group(bench, entity, declared.group, place),
        _totals(bench, entity, declared.totals, place),
        bench.words(declared.help, place.at("help")),
    )


def _group(bench: Bench, entity: Entity, written: str | d.GroupBy | None, place: Place) -> GroupBy | None:
    """N307 unless records can be put together by the field, and by a step only where it is a date."""
    if written is None:
        return None
    path, step = (written, None) if isinstance(written, str) else (written.field, written.by)
    here = place.at("group") if isinstance(written, str) else place.at("group").at("field")
    type_ = _end(bench, entity.name, path, here)
    if type_ is not None and type_.kind not in GROUPED:
        bench.findings.add("N307", f"{path} is {type_}; a list cannot be grouped by it.", here)
    elif type_ is not None and step and type_.kind not in DATES:
        bench.findings.add("N307", f"{path} is {type_}, and only dates are taken together by {step}.", place.at("group").at("by"))
    return GroupBy(path, step or "")


def _totals(bench: Bench, entity: Entity, written: Sequence[str], place: Place) -> tuple[str, ...]:
    for index, path in enumerate(written):
        type_ = _end(bench, entity.name, path, place.at("totals", index))
        if type_ is not None and type_.kind is not Kind.NUMBER:
            bench.findings.add("N307", f"{path} is {type_} and cannot be added up.", place.at("totals", index))
    return tuple(written)


def _sort(bench: Bench, entity: Entity, declared: d.ListView, place: Place) -> tuple[SortKey, ...]:
    keys = []
    for index, written in enumerate(listed(declared.sort)):
        path = written.removeprefix("-")
        _end(bench, entity.name, path, place.item("sort", index))
        keys.append(SortKey(path, written.startswith("-")))
    return tuple(keys)


def _tab(bench: Bench, entity: Entity, tab: d.ListTab, place: Place) -> ListTab | None:
    where = bench.condition(tab.where, place.at("where"), Names(this=entity.name), Context.WHERE)
    label = bench.label(tab.label, place.at("label"), tab.name)
    return ListTab(tab.name, label, where) if where else None


def _end(bench: Bench, entity: str, path: str, place: Place, *, links: bool = False) -> Type | None:
    """The type at the end of a path; N301 unless every part is there, N307 where it goes over more than links.

    With `links` the path may be the entity's own links to many.
    """
    here: str | None = entity
    parts = path.split(".")
    for index, part in enumerate(parts):
        members = bench.catalog.members(here or "")
        if part not in members:
            bench.findings.unknown(f"field of {here}" if here else "field", part, members, place)
            return None
        type_ = members[part].type
        if links and len(parts) == 1 and [hop.via for hop in members[part].way][:1] == [Via.TABLE]:
            return type_
        if type_.kind is Kind.COLLECTION:
            bench.findings.add("N307", f"{part} is a collection and cannot stand in a list.", place)
            return None
        if index == len(parts) - 1:
            return type_
        here = type_.entity if type_.kind is Kind.REF else None
        if here is None:
            bench.findings.add("N307", f"{part} is {type_} and has no parts.", place)
            return None
    return None
