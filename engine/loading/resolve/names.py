"""The names formulas may use, while the formulas themselves are still being compiled.

A virtual field is replaced by its formula wherever it is read, so that formula must be compiled first. The catalog of a load
therefore compiles a computed field when it is first asked for, and says which fields go round in a circle.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Literal
from zoneinfo import ZoneInfo

from engine.errors import Sentence, Text
from engine.formula import Decision, Formula, Function, Hop, Kind, Member, Type, Via
from engine.frozen import frozen
from engine.metadata import FixedCatalog, LinkField, Through, ValueBase, is_matched, leads_to_many, state_type, system_types, target_of

from .bench import Bench
from .shells import FieldShell, Shell
from .through import through_of

Compile = Callable[[str, str], Formula | None]
"""The formula of a virtual field; None when the field is stored, its formula wrong, or being compiled just now."""
NO_LABELS: Mapping[str, Text] = {}
"""Of what is no choice: one for all."""


@frozen
class Surroundings:
    """What formulas may name besides the entities."""

    roles: Mapping[str, frozenset[str]]
    zone: ZoneInfo
    functions: Mapping[str, tuple[Function, ...]]
    decisions: Mapping[str, Decision]
    calendars: Collection[str] = ()


class GrowingCatalog:
    """The catalog of one load: members whose virtual formulas are compiled at first use."""

    def __init__(self, members: Mapping[str, Mapping[str, Member]], documents: Mapping[str, str], app: Surroundings) -> None:
        self._members = {entity: _Members(entity, own, self) for entity, own in members.items()}
        self._documents = documents
        self._app = app
        self.compile: Compile = lambda entity, name: None

    def entities(self) -> Collection[str]:
        """All entities, tables included."""
        return self._members.keys()

    def members(self, entity: str) -> Mapping[str, Member]:
        """The names of an entity; empty for an unknown one."""
        return self._members.get(entity, {})

    def document(self, entity: str) -> str | None:
        """The entity whose table these rows are."""
        return self._documents.get(entity)

    def zone(self) -> ZoneInfo:
        """The zone of the application."""
        return self._app.zone

    def roles(self) -> Mapping[str, frozenset[str]]:
        """The names HASROLE may ask for, each with the roles that include it, its own among them."""
        return self._app.roles

    def decisions(self) -> Mapping[str, Decision]:
        """The tables DECIDE may name."""
        return self._app.decisions

    def calendars(self) -> Collection[str]:
        """The calendars NETWORKDAYS may name."""
        return self._app.calendars

    def functions(self) -> Mapping[str, tuple[Function, ...]]:
        """The functions by name, those of plugins among them."""
        return self._app.functions

    def frozen(self) -> FixedCatalog:
        """The catalog with everything compiled."""
        members = {entity: dict(own.items()) for entity, own in self._members.items()}
        documents, roles = dict(self._documents), dict(self._app.roles)
        return FixedCatalog(
            members, documents, roles, self._app.zone, self._app.functions, dict(self._app.decisions), tuple(self._app.calendars)
        )


class _Members(Mapping[str, Member]):
    def __init__(self, entity: str, own: Mapping[str, Member], catalog: GrowingCatalog) -> None:
        self._entity, self._own, self._catalog = entity, dict(own), catalog

    def __getitem__(self, name: str) -> Member:
        member = self._own[name]
        if member.computed and member.keep is None:
            formula = self._catalog.compile(self._entity, name)
            return replace(member, keep="virtual", formula=formula) if formula else replace(member, keep="stored")
        return member

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)

    def __contains__(self, name: object) -> bool:
        return name in self._own


def members(bench: Bench, shells: Mapping[str, Shell]) -> dict[str, dict[str, Member]]:
    """The members of every entity: system columns, own fields, and the collections that links of others make of it."""
    found = {name: _own(bench, shell) for name, shell in shells.items()}
    for shell in shells.values():
        for each in shell.fields.values():
            inverse, target = getattr(each.declared, "inverse", None), target_of(each.declared)
            if inverse is None or target is None or target not in found:
                continue
            if inverse in found[target]:
                bench.findings.add(
                    "N303", Sentence('{target} has a name "{inverse}" already.', target=target, inverse=inverse), each.place.at("inverse")
                )
                continue
            found[target][inverse] = _inverse(bench, inverse, target, each)
    return found


def _inverse(bench: Bench, name: str, target: str, link: FieldShell) -> Member:
    """The collection that a link makes of the records that hold it."""
    entity = link.entity
    made = Type(Kind.COLLECTION, False, entity=entity)
    if through := through_of(bench, entity, link.declared):
        return Member(name, made, way=_over(through, (name, target, through.far), (through.own, entity)))
    if not leads_to_many(link.declared):
        return Member(name, made, via=Via.INVERSE, inverse=link.name)
    pairs = f"{entity}.{link.name}"
    return Member(name, made, way=(Hop(name, target, pairs, Via.INVERSE, link.name), Hop(entity, pairs, entity, Via.DOCUMENT, joint=True)))


def _own(bench: Bench, shell: Shell) -> dict[str, Member]:
    found = {name: Member(name, made) for name, made in system_types(table=shell.document is not None).items()}
    found |= _declared_columns(bench, shell)
    for each in shell.fields.values():
        through = through_of(bench, shell.name, each.declared)
        computed = isinstance(each.declared, ValueBase) and each.declared.formula is not None
        found_by_key = isinstance(each.declared, LinkField) and is_matched(each.declared)
        labels = {c.code: c.label for c in each.choices} if each.choices else NO_LABELS
        way = _way(shell.name, each, through)
        keep: Literal["stored"] | None = None if computed else "stored"
        found[each.name] = Member(each.name, each.type, computed or found_by_key or through is not None, keep, way=way, labels=labels)
    return found


def _way(entity: str, field: FieldShell, through: Through | None) -> tuple[Hop, ...]:
    """From a record to those that a field leads to, where they are many."""
    if through is not None:
        return _over(through, (field.name, entity, through.own), (through.far, str(target_of(field.declared))))
    return _over_pairs(entity, field) if leads_to_many(field.declared) else ()


def _over(through: Through, near: tuple[str, str, str], far: tuple[str, str]) -> tuple[Hop, ...]:
    """Over the records between: `near` is the name, where it begins, and their link back; `far` their link onwards, and where it ends."""
    name, begin, back = near
    onwards, end = far
    return Hop(name, begin, through.entity, Via.INVERSE, back), Hop(onwards, through.entity, end, Via.LINK, joint=True)


def _over_pairs(entity: str, links: FieldShell) -> tuple[Hop, ...]:
    """From a record over its pairs to the records that a field leads to."""
    name, target = links.name, str(target_of(links.declared))
    pairs = f"{entity}.{name}"
    return Hop(name, entity, pairs, Via.TABLE), Hop(name, pairs, target, Via.LINK, joint=True)


def _declared_columns(bench: Bench, shell: Shell) -> dict[str, Member]:
    found = {}
    if shell.parts is not None and shell.parts.base.declared.number:
        found["number"] = Member("number", Type(Kind.TEXT))
    lifecycle = bench.lifecycle_of(shell.name)
    if lifecycle:
        states = lifecycle.declared.states
        labels = {name: bench.label(s.label, lifecycle.place.at("states", name, "label"), name) for name, s in states.items()}
        found["state"] = Member("state", state_type(shell.name, tuple(states)), labels=labels)
    return found
