"""Rules on names that things had before (`was:`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.errors import Sentence
from engine.loading.declarations import Declarations
from engine.loading.findings import Findings, Place
from engine.loading.sourced import fields_of_rows
from engine.metadata import FieldDeclaration, TableField, Was

from .loaded import Loaded

Named = tuple[str, Was, Place]


def one_thing_has_become_one(loaded: Loaded) -> None:
    """N311: of two things side by side only one can have been called so; the other would begin empty."""
    for siblings in _siblings(loaded.declarations):
        _each_once(siblings, loaded.findings)


def _each_once(siblings: Iterable[Named], findings: Findings) -> None:
    claimed: dict[str, str] = {}
    for name, was, place in siblings:
        for former in (was,) if isinstance(was, str) else was:
            if (other := claimed.setdefault(former, name)) != name:
                words = Sentence('"{other}" says already that it was called "{former}".', other=other, former=former)
                findings.add("N311", words, place.at("was"), hint="one of the two is new and says nothing")


def _siblings(found: Declarations) -> Iterator[Iterable[Named]]:
    yield ((name, parts.base.declared.was, parts.base.place) for name, parts in found.entities.items())
    for parts in found.entities.values():
        yield from _fields({name: (declared, place) for name, declared, place in parts.written})
        yield ((kind, part.declared.was, part.place) for kind, part in parts.kinds())
    yield ((name, each.declared.was, each.place) for name, each in found.choices.items())
    for choices in found.choices.values():
        yield ((code, value.was, choices.place.at("values", code)) for code, value in choices.declared.values.items())
    for lifecycle in found.lifecycles.values():
        yield ((state, each.was, lifecycle.place.at("states", state)) for state, each in lifecycle.declared.states.items())
    yield ((name, each.declared.was, each.place) for name, each in found.workflows.items())
    for workflow in found.workflows.values():
        steps = (("steps", workflow.declared.steps), ("detours", workflow.declared.detours))
        yield ((step, each.was, workflow.place.at(key, step)) for key, part in steps for step, each in part.items())
    if found.app is not None:
        roles = found.app.declared.roles
        yield ((name, role.was, found.app.place.at("roles", name)) for name, role in roles.items())


def _fields(fields: dict[str, tuple[FieldDeclaration, Place]]) -> Iterator[Iterable[Named]]:
    yield ((name, declared.was, place) for name, (declared, place) in fields.items())
    for declared, place in fields.values():
        if isinstance(declared, TableField):
            yield from _fields(dict(fields_of_rows(declared, place)))
