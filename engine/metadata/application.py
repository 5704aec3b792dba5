"""A whole application, compiled: what one revision of the YAML says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from zoneinfo import ZoneInfo

from engine.errors import Text
from engine.formula import Catalog
from engine.frozen import frozen

from .catalog import as_written
from .connectors import Connector
from .decisions import Decision
from .derived import Derivations, derivations
from .effects import Automation
from .fields import Choice
from .identity import Identity
from .model import Entity
from .outside import Portal, PublicForm
from .pages import Page
from .prints import Print
from .process import Workflow
from .reports import Dashboard, Report
from .views import Form, ListView
from .working_time import Calendar, plain_calendar


@frozen
class Role:
    """A role; `includes` are all roles it contains, directly or not, itself among them."""

    name: str
    label: Text
    includes: frozenset[str]
    may_grant: frozenset[str] = frozenset()
    external: bool = False


@frozen
class MenuEntry:
    """A module of the menu."""

    module: str
    label: Text
    items: tuple[str, ...]
    icon: str | None = None


@frozen(slots=False, eq=False)
class Metadata:
    """One revision, ready to run. `entities` holds documents and tables (`receipt.lines`); `number` is 0 before it is applied.

    `calls` are the workflows that nobody wrote: one step that asks a connector for an effect.
    """

    name: str
    label: Text
    languages: tuple[str, ...]
    currency: str
    zone: ZoneInfo
    roles: Mapping[str, Role]
    entities: Mapping[str, Entity]
    choices: Mapping[str, tuple[Choice, ...]]
    workflows: Mapping[str, Workflow]
    forms: Mapping[str, Form]
    lists: Mapping[str, ListView]
    catalog: Catalog
    menu: tuple[MenuEntry, ...] = ()
    connectors: Mapping[str, Connector] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    identity: Identity = field(default_factory=Identity)
    number: int = 0
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    calendar: str = ""
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    automations: Mapping[str, Automation] = field(default_factory=dict)
    publics: Mapping[str, PublicForm] = field(default_factory=dict)
    prints: Mapping[str, Print] = field(default_factory=dict)
    portals: Mapping[str, Portal] = field(default_factory=dict)
    pages: Mapping[str, Page] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    dashboards: Mapping[str, Dashboard] = field(default_factory=dict)
    calls: Mapping[str, Workflow] = field(default_factory=dict)

    def flow(self, name: str) -> Workflow | None:
        """A workflow, or the work of an effect that calls a connector (`NAME`, or `NAME#2` beside another); None where there is none."""
        return self.workflows.get(name) or self.calls.get(name.partition("#")[0])

    def calendar_named(self, name: str) -> Calendar:
        """The calendar of that name; else that of the application, and without one Monday to Friday."""
        return self.calendars.get(name) or self.calendars.get(self.calendar) or plain_calendar(self.zone)

    @cached_property
    def sealed_until(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """The fields of other records that say when seals open: entity to field to the entities with such seals."""
        found: dict[str, dict[str, set[str]]] = {}
        for entity in self.documents:
            owners = [entity, *(table.table for table in entity.tables if table.table is not None)]
            for seal in {each.seal for owner in owners for each in owner.sealed if each.seal is not None}:
                for reference in seal.until.references:
                    found.setdefault(reference.entity, {}).setdefault(reference.field, set()).add(entity.name)
        return {name: {part: frozenset(sealed) for part, sealed in parts.items()} for name, parts in found.items()}

    @cached_property
    def seals(self) -> bool:
        """Whether anything may be sealed."""
        return any(field.seal is not None for entity in self.entities.values() for field in entity.fields.values())

    @cached_property
    def documents(self) -> tuple[Entity, ...]:
        """The entities that are not tables of another."""
        return tuple(e for e in self.entities.values() if e.document is None)

    @cached_property
    def stored(self) -> tuple[Entity, ...]:
        """The entities that have tables of their own in the database."""
        return tuple(e for e in self.entities.values() if not e.stays)

    @cached_property
    def told_rows(self) -> frozenset[str]:
        """The tables of whose rows is told what happens to each: rows with a lifecycle of their own, or with automations."""
        heard = {automation.entity for automation in self.automations.values()}
        return frozenset(e.name for e in self.entities.values() if e.document is not None and (e.lifecycle is not None or e.name in heard))

    @cached_property
    def numbered(self) -> Mapping[int, str]:
        """The entities by their numbers for life, as far as they were applied."""
        numbers = ((self.identity.number(f"entity:{entity.name}"), entity.name) for entity in self.stored)
        return {number: name for number, name in numbers if number is not None}

    @cached_property
    def names_as_written(self) -> Catalog:
        """The catalog in which virtual fields are read as fields, not replaced by their formulas."""
        return as_written(self.catalog)

    @cached_property
    def derivations(self) -> Derivations:
        """Which computed fields depend on other documents."""
        return derivations(self.entities)

    @cached_property
    def inverse(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Entity to the (entity, field) pairs of all links that lead to it."""
        found: dict[str, list[tuple[str, str]]] = {}
        for entity in self.stored:
            for link in entity.links:
                assert link.link is not None
                found.setdefault(link.link.entity, []).append((entity.name, link.name))
        return {name: tuple(pairs) for name, pairs in found.items()}

    def form_of(self, entity: str) -> Form:
        """The form of an entity: the file named like it (loading makes a default one where there is none)."""
        return self.forms[entity]

    @cached_property
    def choosing(self) -> Mapping[str, tuple[Form, ...]]:
        """Entity to the forms among which a record or its reader chooses, in the order of the files; most have none."""
        found: dict[str, list[Form]] = {}
        for form in self.forms.values():
            if form.for_some:
                found.setdefault(form.entity, []).append(form)
        return {name: tuple(some) for name, some in found.items()}

    def list_of(self, entity: str) -> ListView:
        """The list of an entity: the file named like it (loading makes a default one where there is none)."""
        return self.lists[entity]

    @cached_property
    def lists_for_some(self) -> Mapping[str, tuple[ListView, ...]]:
        """Entity to the lists that are for people of some roles, in the order of the files; most have none."""
        found: dict[str, list[ListView]] = {}
        for listed in self.lists.values():
            if listed.access and listed.name != listed.entity:
                found.setdefault(listed.entity, []).append(listed)
        return {name: tuple(some) for name, some in found.items()}

    @cached_property
    def pages_for_some(self) -> Mapping[str, tuple[Page, ...]]:
        """Entity to the pages that people of some roles see instead of the usual one, in the order of the files; most have none."""
        found: dict[str, list[Page]] = {}
        for page in self.pages.values():
            if page.access and page.name != page.entity:
                found.setdefault(page.entity, []).append(page)
        return {name: tuple(some) for name, some in found.items()}

    def page_of(self, entity: str) -> Page:
        """The page of a record: the file named like its entity (loading makes a default one where there is none)."""
        return self.pages[entity]

    def held(self, roles: frozenset[str]) -> frozenset[str]:
        """All roles that a person with `roles` has, included ones too; names that no longer exist give nothing."""
        return frozenset().union(*(self.roles[name].includes for name in roles if name in self.roles))

    def portal_of(self, roles: frozenset[str]) -> Portal | None:
        """The portal in which somebody who holds `roles` stays; None for staff, and for people from outside without one."""
        if "staff" in roles:
            return None
        return next((portal for portal in self.portals.values() if portal.roles & roles), None)

    def grantable(self, held: frozenset[str]) -> frozenset[str]:
        """The roles that a person who holds `held` may give to others or take from them."""
        return frozenset().union(*(self.roles[name].may_grant for name in held if name in self.roles))
