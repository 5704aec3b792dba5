"""What things were called before (`was:`), as keys of `metadata.identity`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.metadata import ExtraTypes, FieldDeclaration, TableField, Was

from .declarations import Declarations, gather
from .findings import Findings
from .folder import Sources

Names = tuple[str, ...]


def renames(sources: Sources, extra: ExtraTypes = ()) -> Mapping[str, Names]:
    """Key of a thing to the keys it may have had, nearest first; only for what was renamed or belongs to something that was."""
    return {names[0]: names[1:] for names in _keys(gather(sources, Findings(), extra)) if len(names) > 1}


def _keys(found: Declarations) -> Iterator[Names]:
    for name, parts in found.entities.items():
        owners = _names(name, parts.base.declared.was)
        yield _spelled("entity", owners)
        yield from _fields(owners, {field: declared for field, (declared, _) in parts.fields().items()})
    for name, choices in found.choices.items():
        yield from _members(
            "choice", _names(name, choices.declared.was), ((code, value.was) for code, value in choices.declared.values.items())
        )
    for name, lifecycle in found.lifecycles.items():
        states = ((state, declared.was) for state, declared in lifecycle.declared.states.items())
        yield from _members("state", _names(name, lifecycle.declared.was), states)
    for name, workflow in found.workflows.items():
        steps = {**workflow.declared.steps, **workflow.declared.detours}
        yield from _members("step", _names(name, workflow.declared.was), ((step, declared.was) for step, declared in steps.items()))
    for name, role in (found.app.declared.roles if found.app else {}).items():
        yield _spelled("role", _names(name, role.was))


def _fields(owners: Names, fields: Mapping[str, FieldDeclaration]) -> Iterator[Names]:
    for name, declared in fields.items():
        paths = tuple(f"{owner}.{called}" for called in _names(name, declared.was) for owner in owners)
        yield _spelled("field", paths)
        if isinstance(declared, TableField):
            yield _spelled("entity", paths)
            yield from _fields(paths, declared.fields)


def _members(kind: str, owners: Names, members: Iterable[tuple[str, Was]]) -> Iterator[Names]:
    for name, was in members:
        yield _spelled(kind, tuple(f"{owner}.{called}" for called in _names(name, was) for owner in owners))


def _names(name: str, was: Was) -> Names:
    return (name, *((was,) if isinstance(was, str) else was))


def _spelled(kind: str, names: Names) -> Names:
    return tuple(f"{kind}:{name}" for name in names)
