"""Lists: those of the files, and default ones for entities without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.errors import Sentence
from engine.formula import Context, Kind, Names
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Entity, GroupBy, ListTab, ListView, SortKey
from engine.metadata import declared as d

from .bench import Bench, listed
from .default_screens import columns, default_list, filters, search
from .looks import default_looks, looks
from .paths import end_of_path

DATES = frozenset({Kind.DATE, Kind.DATETIME})
BUILT_IN = ("edit", "delete", "export")
"""What can be done with ticked records of every list."""
TYPED = frozenset("text integer decimal money percent duration date datetime boolean choice email phone url link user".split())
"""Kinds of fields that fit into a cell."""
GROUPED = DATES | {Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.CHOICE, Kind.REF}
"""Kinds of values that records can be put together by."""


def lists(bench: Bench, entities: Mapping[str, Entity]) -> dict[str, ListView]:
    """All lists by name; an entity without a file has a default one of its name."""
    found = {e.name: replace(default_list(e), looks=default_looks(e)) for e in entities.values() if e.document is None}
    for name, source in bench.declarations.lists.items():
        found[name] = _list(bench, entities[source.declared.for_ or name], source)
    return found


def _list(bench: Bench, entity: Entity, source: Sourced[d.ListView]) -> ListView:
    declared, place, default = source.declared, source.place, default_list(entity)
    for key in ("columns", "filters", "search"):
        for index, path in enumerate(getattr(declared, key)):
            end_of_path(bench, entity.name, path, place.at(key, index), links=key != "search")
    for key in ("tabs", "views"):
        _refuse_twins(bench, [each.name for each in getattr(declared, key)], place.at(key))
    label = bench.label(declared.label, place.at("label"), declared.list) if declared.label is not None else entity.plural
    return ListView(
        declared.list,
        entity.name,
        label,
        declared.columns or columns(entity),
        sort_keys(bench, entity, declared.sort, place) or default.sort,
        bench.condition(declared.where, place.at("where"), Names(this=entity.name), Context.WHERE),
        declared.filters or filters(entity),
        declared.search or search(entity),
        tuple(tab for i, t in enumerate(declared.tabs) if (tab := _tab(bench, entity, t, place.at("tabs", i)))),
        _group(bench, entity, declared.group, place),
        total_paths(bench, entity, declared.totals, place),
        bench.words(declared.help, place.at("help")),
        looks(bench, entity, source),
        _actions(bench, entity, declared.actions, place),
        bench.roles_named(declared.access, place.at("access")),
        _edit(bench, entity, declared.edit, place),
    )


def _refuse_twins(bench: Bench, names: Sequence[str], place: Place) -> None:
    """N303 for a name that stands twice: addresses name tabs and views."""
    for index, name in enumerate(names):
        if name in names[:index]:
            bench.findings.add("N303", Sentence('"{name}" stands here twice; rename one.', name=name), place.at(index, "name"))


def _edit(bench: Bench, entity: Entity, written: Sequence[str], place: Place) -> tuple[str, ...]:
    """The columns that are typed in place; N301 for what is no field of the entity, N307 for one that does not fit into a cell."""
    for index, name in enumerate(written):
        field = entity.fields.get(name)
        if field is None:
            bench.findings.unknown(Sentence("field of {name}", name=entity.name), name, entity.fields, place.at("edit", index))
        elif field.computed or field.kind not in TYPED:
            bench.findings.add(
                "N307", Sentence("{name} cannot be typed in a list.", name=name), place.at("edit", index), hint="it is changed on the form"
            )
    return tuple(written)


def _actions(bench: Bench, entity: Entity, written: Sequence[str] | None, place: Place) -> tuple[str, ...] | None:
    """What can be done with ticked records; N301 for what is no action, N307 for one that asks something first."""
    if written is None:
        return None
    own = entity.lifecycle.actions if entity.lifecycle is not None else dict.fromkeys(entity.workflows)
    for index, name in enumerate(written):
        action = own.get(name)
        if name not in own and name not in BUILT_IN:
            bench.findings.unknown("action", name, [*BUILT_IN, *own], place.at("actions", index))
        elif action is not None and not action.plain:
            bench.findings.add(
                "N307",
                Sentence('"{name}" asks something first and cannot be done with many records at once.', name=name),
                place.at("actions", index),
            )
    return tuple(written)


def _group(bench: Bench, entity: Entity, written: str | d.GroupBy | None, place: Place) -> GroupBy | None:
    """N307 unless records can be put together by the field, and by a step only where it is a date."""
    if written is None:
        return None
    path, step = (written, None) if isinstance(written, str) else (written.field, written.by)
    here = place.at("group") if isinstance(written, str) else place.at("group").at("field")
    type_ = end_of_path(bench, entity.name, path, here)
    if type_ is not None and type_.kind not in GROUPED:
        bench.findings.add("N307", Sentence("{path} is {type}; a list cannot be grouped by it.", path=path, type=type_.word), here)
    elif type_ is not None and step and type_.kind not in DATES:
        bench.findings.add(
            "N307",
            Sentence("{path} is {type}, and only dates are taken together by {step}.", path=path, type=type_.word, step=step),
            place.at("group").at("by"),
        )
    return GroupBy(path, step or "")


def total_paths(bench: Bench, entity: Entity, written: Sequence[str], place: Place) -> tuple[str, ...]:
    """Paths that can be added up; N307 for others."""
    for index, path in enumerate(written):
        type_ = end_of_path(bench, entity.name, path, place.at("totals", index))
        if type_ is not None and type_.kind is not Kind.NUMBER:
            bench.findings.add(
                "N307", Sentence("{path} is {type} and cannot be added up.", path=path, type=type_.word), place.at("totals", index)
            )
    return tuple(written)


def sort_keys(bench: Bench, entity: Entity, sort: Sequence[str] | str, place: Place) -> tuple[SortKey, ...]:
    """The paths to sort by under the key `sort` of a place."""
    keys = []
    for index, written in enumerate(listed(sort)):
        path = written.removeprefix("-")
        end_of_path(bench, entity.name, path, place.item("sort", index))
        keys.append(SortKey(path, written.startswith("-")))
    return tuple(keys)


def _tab(bench: Bench, entity: Entity, tab: d.ListTab, place: Place) -> ListTab | None:
    where = bench.condition(tab.where, place.at("where"), Names(this=entity.name), Context.WHERE)
    label = bench.label(tab.label, place.at("label"), tab.name)
    return ListTab(tab.name, label, where) if where else None
