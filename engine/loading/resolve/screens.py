"""Forms and lists: those of the files, and default ones for entities without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.formula import Context, Kind, Names
from engine.loading.declarations import Sourced
from engine.loading.findings import Place
from engine.metadata import Entity, Form, FormField, ListTab, ListView, Section, SortKey
from engine.metadata import declared as d

from .bench import Bench, listed
from .default_screens import columns, default_form, default_list, filters, form_field, search


def forms(bench: Bench, entities: Mapping[str, Entity]) -> dict[str, Form]:
    """All forms by name; an entity without a file has a default one of its name."""
    found = {e.name: default_form(e) for e in entities.values() if e.document is None}
    for name, source in bench.declarations.forms.items():
        entity = entities[source.declared.for_ or name]
        sections = tuple(_section(bench, entity, s, source.place.at("sections", i)) for i, s in enumerate(source.declared.sections))
        found[name] = Form(name, entity.name, sections)
    return found


def _section(bench: Bench, entity: Entity, section: d.Section, place: Place) -> Section:
    label = bench.words(section.label, place.at("label"))
    fields = [_item(bench, entity, item, place.at("fields", i)) for i, item in enumerate(section.fields)]
    show = bench.condition(section.show, place.at("show"), Names(this=entity.name), Context.SHOW)
    return Section(label, tuple(f for f in fields if f is not None), section.columns, show)


def _item(bench: Bench, entity: Entity, item: str | d.FieldItem, place: Place) -> FormField | None:
    written = d.FieldItem(field=item) if isinstance(item, str) else item
    here = place if isinstance(item, str) else place.at("field")
    field = entity.fields.get(written.field)
    if field is None:
        bench.findings.unknown(f"field of {entity.name}", written.field, entity.fields, here)
        return None
    shown, names = form_field(field), Names(this=entity.name)
    rows = field.table.fields if field.table else {}
    for key in ("columns", "totals"):
        for index, name in enumerate(getattr(written, key)):
            if name not in rows:
                bench.findings.unknown(f"field of {entity.name}.{field.name}", name, rows, place.at(key, index))
    return replace(
        shown,
        label=bench.label(written.label, place.at("label"), "") if written.label is not None else shown.label,
        help=bench.words(written.help, place.at("help")) or shown.help,
        show=bench.condition(written.show, place.at("show"), names, Context.SHOW),
        readonly=bench.condition(written.readonly, place.at("readonly"), names, Context.READONLY),
        required=bench.condition(written.required, place.at("required"), names, Context.REQUIRED),
        span=written.span or shown.span,
        columns=tuple(n for n in written.columns if n in rows) or shown.columns,
        totals=written.totals,
        add=written.add,
    )


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
            check_path(bench, entity.name, path, place.at(key, index))
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
    )


def _sort(bench: Bench, entity: Entity, declared: d.ListView, place: Place) -> tuple[SortKey, ...]:
    keys = []
    for index, written in enumerate(listed(declared.sort)):
        path = written.removeprefix("-")
        check_path(bench, entity.name, path, place.item("sort", index))
        keys.append(SortKey(path, written.startswith("-")))
    return tuple(keys)


def _tab(bench: Bench, entity: Entity, tab: d.ListTab, place: Place) -> ListTab | None:
    where = bench.condition(tab.where, place.at("where"), Names(this=entity.name), Context.WHERE)
    label = bench.label(tab.label, place.at("label"), tab.name)
    return ListTab(tab.name, label, where) if where else None


def check_path(bench: Bench, entity: str, path: str, place: Place) -> None:
    """N301 unless every part of a path is there; a path goes over links, never over a collection."""
    here: str | None = entity
    parts = path.split(".")
    for index, part in enumerate(parts):
        members = bench.catalog.members(here or "")
        if part not in members:
            bench.findings.unknown(f"field of {here}" if here else "field", part, members, place)
            return
        type_ = members[part].type
        if type_.kind is Kind.COLLECTION:
            bench.findings.add("N307", f"{part} is a collection and cannot stand in a list.", place)
            return
        here = type_.entity if type_.kind is Kind.REF else None
        if here is None and index < len(parts) - 1:
            bench.findings.add("N307", f"{part} is {type_} and has no parts.", place)
            return
