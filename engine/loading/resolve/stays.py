"""Histories of states (`order.history`): what a report counts that asks how long records stay where.

Their rows are read from the versions of the records, so nothing is written for them, and all that ever happened is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.errors import Text
from engine.formula import Context, Kind, Names, Type
from engine.loading.sourced import Sourced
from engine.metadata import (
    HISTORY,
    Choice,
    ChoiceField,
    DateTimeField,
    DurationField,
    Entity,
    FieldBase,
    Surroundings,
    UserField,
    state_type,
    type_of,
)
from engine.metadata import declared as d

from .application import known
from .bench import Bench
from .computed import Computed
from .fields import fields_of
from .shells import FieldShell, Shell

LABEL = {"en": "History of states", "zh": "状态历史"}
STATE = {"en": "State", "zh": "状态"}
FIELDS: Mapping[str, tuple[FieldBase, Text]] = {
    "entered_at": (DateTimeField(), {"en": "Entered", "zh": "进入时间"}),
    "left_at": (DateTimeField(), {"en": "Left", "zh": "离开时间"}),
    "spent": (DurationField(unit="days"), {"en": "Time spent", "zh": "停留时长"}),
    "by": (UserField(), {"en": "Brought there by", "zh": "操作人"}),
}


def histories(bench: Bench, shells: Mapping[str, Shell]) -> dict[str, Shell]:
    """The histories that reports count, by name; only documents with a lifecycle have one."""
    found = {}
    for name in dict.fromkeys(_counted(bench)):
        owner = shells.get(name.removesuffix(f".{HISTORY}"))
        lifecycle = None if owner is None else bench.lifecycle_of(owner.name)
        if name not in shells and owner is not None and owner.document is None and lifecycle is not None:
            found[name] = Shell(name, owner.place, _fields(bench, name, owner, lifecycle), owner.name)
    return found


def _counted(bench: Bench) -> Iterator[str]:
    """What reports count that is called like a history."""
    for source in bench.declarations.reports.values():
        written = (source.declared.from_, *(each.from_ for each in source.declared.sources.values()))
        yield from (name for name in written if name is not None and name.endswith(f".{HISTORY}"))


def _fields(bench: Bench, name: str, owner: Shell, lifecycle: Sourced[d.Lifecycle]) -> dict[str, FieldShell]:
    place, states, there = owner.place, lifecycle.declared.states, lifecycle.place.at("states")
    choices = tuple(Choice(code, bench.label(s.label, there.at(code, "label"), code), s.color or "secondary") for code, s in states.items())
    codes = tuple(states)
    found = {"state": FieldShell(name, "state", ChoiceField(of=codes), place, known(bench, STATE), state_type(owner.name, codes), choices)}
    for field, (declared, label) in FIELDS.items():
        found[field] = FieldShell(name, field, declared, place, known(bench, label), type_of(declared, Surroundings(name, field)))
    return found


def stays(bench: Bench, found: Mapping[str, Shell], computed: Computed) -> dict[str, Entity]:
    """The entities of these histories: rows of a document that nobody writes."""
    return {name: _entity(bench, shell, computed) for name, shell in found.items()}


def _entity(bench: Bench, shell: Shell, computed: Computed) -> Entity:
    title = bench.formula('"#" & id', shell.place, Names(this=shell.name), (Context.TEXT, Type(Kind.TEXT)))
    assert title is not None
    label, fields = known(bench, LABEL), fields_of(bench, shell, computed, {})
    return Entity(shell.name, label, label, fields, title, document=shell.document, stays=True, api=False)
