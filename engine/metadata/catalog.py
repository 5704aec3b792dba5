"""The names of an application as formulas see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field, replace
from zoneinfo import ZoneInfo

from engine.formula import FUNCTIONS, Catalog, Decision, Function, Member
from engine.frozen import frozen

_UTC = ZoneInfo("UTC")


@frozen(slots=False)
class FixedCatalog:
    """A catalog of fixed content: members by entity, the document of each table, roles and calendars."""

    by_entity: Mapping[str, Mapping[str, Member]]
    documents: Mapping[str, str] = field(default_factory=dict)
    holders: Mapping[str, frozenset[str]] = field(default_factory=dict)
    time_zone: ZoneInfo = _UTC
    known_functions: Mapping[str, tuple[Function, ...]] = field(default_factory=lambda: FUNCTIONS)
    known_decisions: Mapping[str, Decision] = field(default_factory=dict)
    known_calendars: Collection[str] = ()

    def entities(self) -> Collection[str]:
        """All entities, tables (`receipt.lines`) included."""
        return self.by_entity.keys()

    def members(self, entity: str) -> Mapping[str, Member]:
        """Own fields, tables, system columns and inverse collections; empty for an unknown entity."""
        return self.by_entity.get(entity, {})

    def document(self, entity: str) -> str | None:
        """The entity whose table these rows are."""
        return self.documents.get(entity)

    def zone(self) -> ZoneInfo:
        """The zone of the application."""
        return self.time_zone

    def roles(self) -> Mapping[str, frozenset[str]]:
        """The names HASROLE may ask for, each with the roles that include it, its own among them."""
        return self.holders

    def decisions(self) -> Mapping[str, Decision]:
        """The tables DECIDE may name: by name."""
        return self.known_decisions

    def calendars(self) -> Collection[str]:
        """The calendars NETWORKDAYS may name: by name."""
        return self.known_calendars

    def functions(self) -> Mapping[str, tuple[Function, ...]]:
        """The functions by name, those of plugins among them."""
        return self.known_functions


def as_written(catalog: Catalog) -> FixedCatalog:
    """The same names, with virtual fields read as fields instead of replaced by their formulas: for telling how a value came about."""
    members = {entity: {name: replace(m, formula=None) for name, m in catalog.members(entity).items()} for entity in catalog.entities()}
    documents = {entity: document for entity in catalog.entities() if (document := catalog.document(entity)) is not None}
    roles, named = dict(catalog.roles()), (dict(catalog.decisions()), tuple(catalog.calendars()))
    return FixedCatalog(members, documents, roles, catalog.zone(), catalog.functions(), *named)
