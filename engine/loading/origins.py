"""Where things come from: what they were called before (`was:`) and which package brings them, as keys of `metadata.identity`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.frozen import frozen
from engine.metadata import SUBTYPE, ExtraTypes, FieldDeclaration, TableField, Was

from .declarations import Declarations, gather
from .findings import Findings, Place
from .folder import Sources
from .packages import package_of
from .sourced import fields_of_rows

Names = tuple[str, ...]
Origin = tuple[Names, Place]


@frozen
class Origins:
    """By the keys of things: the keys they may have had, nearest first, where they were renamed; the packages of those that have one."""

    renames: Mapping[str, Names]
    packages: Mapping[str, str]


def origins(sources: Sources, extra: ExtraTypes = ()) -> Origins:
    """Where the things of a definition come from."""
    found = list(_keys(gather(sources, Findings(), extra)))
    packages = {names[0]: package_of(place.document.file) for names, place in found}
    renamed = {names[0]: names[1:] for names, _ in found if len(names) > 1}
    return Origins(renamed, {key: package for key, package in packages.items() if package})


def _keys(found: Declarations) -> Iterator[Origin]:
    for name, parts in found.entities.items():
        owners, place = _names(name, parts.base.declared.was), parts.base.place
        yield from _rows(owners, place)
        yield _spelled("field", tuple(f"{owner}.number" for owner in owners)), place  # which nobody writes as a field
        yield from _fields(owners, parts.fields)
        for kind, part in parts.kinds():
            yield from _members("choice", tuple(f"{owner}.{SUBTYPE}" for owner in owners), [(kind, part.declared.was)], part.place)
    for name, choices in found.choices.items():
        values = ((code, value.was) for code, value in choices.declared.values.items())
        yield from _members("choice", _names(name, choices.declared.was), values, choices.place)
    for name, lifecycle in found.lifecycles.items():
        states = ((state, declared.was) for state, declared in lifecycle.declared.states.items())
        yield from _members("state", _names(name, lifecycle.declared.was), states, lifecycle.place)
    for name, workflow in found.workflows.items():
        all_steps = {**workflow.declared.steps, **workflow.declared.detours}
        steps = ((step, declared.was) for step, declared in all_steps.items())
        owners = _names(name, workflow.declared.was)
        yield _spelled("workflow", owners), workflow.place
        yield from _members("step", owners, steps, workflow.place)
    if found.app is not None:
        for name, role in found.app.declared.roles.items():
            yield _spelled("role", _names(name, role.was)), found.app.place


def _fields(owners: Names, fields: Mapping[str, tuple[FieldDeclaration, Place]]) -> Iterator[Origin]:
    for name, (declared, place) in fields.items():
        paths = tuple(f"{owner}.{called}" for called in _names(name, declared.was) for owner in owners)
        yield _spelled("field", paths), place
        if isinstance(declared, TableField):
            yield from _rows(paths, place)
            yield from _fields(paths, {inner: (field, place) for inner, (field, _) in fields_of_rows(declared, place).items()})


def _rows(owners: Names, place: Place) -> Iterator[Origin]:
    """An entity or a table, and the column of the states of its rows, should it have any."""
    yield _spelled("entity", owners), place
    yield _spelled("column", tuple(f"{owner}.state" for owner in owners)), place


def _members(kind: str, owners: Names, members: Iterable[tuple[str, Was]], place: Place) -> Iterator[Origin]:
    for name, was in members:
        yield _spelled(kind, tuple(f"{owner}.{called}" for called in _names(name, was) for owner in owners)), place


def _names(name: str, was: Was) -> Names:
    return (name, *((was,) if isinstance(was, str) else was))


def _spelled(kind: str, names: Names) -> Names:
    return tuple(f"{kind}:{name}" for name in names)
