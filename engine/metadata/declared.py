"""What an analyst writes, one struct per file kind; the JSON Schema for editors is generated from these.

A struct says which keys exist; what names and formulas mean is found later, by `loading.resolve`. Keys that always hold
formulas are typed `FormulaText` (a scalar: `true` and `10` are formulas too); keys that hold a literal or, after `=`, a
formula are `LiteralOrFormula` (LANGUAGE section 1, rule 2).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta

from .declared_effects import (
    Assign,
    Automation,
    CallAction,
    ClockTimer,
    Create,
    Effect,
    Effects,
    Notify,
    Outside,
    Rows,
    StateTimer,
    Timer,
    Trigger,
)
from .declared_outside import Portal, PortalItem, PublicForm
from .declared_prints import Print, PrintBlock
from .declared_process import Action, Clock, End, Lifecycle, LifecycleState, Naming, People, Route, Step, Weights, Workflow
from .declared_reports import Chart, Dashboard, Dimension, Export, Measure, Report, ReportSource, Sending, Tile
from .declared_rows import FieldDeclaration, RowLifecycle
from .declared_rules import Access, Check, Guard, History, Retention, Retry, RowAccess, Sealed
from .declared_screens import FieldItem, Form, FormTab, GroupBy, ListLook, ListTab, ListView, Page, PageTab, Panel, Section
from .declared_tables import Calendar, Decision, DecisionRow, Holidays
from .written import Code, Declaration, FormulaText, Label, LiteralOrFormula, Name, Names, OneOrMore, Was

__all__ = [
    "FILE_KINDS", "SYSTEM_KINDS", "Action", "App", "Assign", "Automation", "Calendar", "CallAction", "Chart", "Check", "ChoiceValue",
    "Choices", "Clock", "ClockTimer", "Connector", "Create", "Dashboard", "Decision", "DecisionRow", "Dimension", "Effect", "Effects",
    "End", "Entity", "Export", "Extension", "FieldItem", "Form", "FormTab", "GroupBy", "Guard", "History", "Holidays", "Lifecycle",
    "LifecycleState", "ListLook", "ListTab", "ListView", "LiteralOrFormula", "Measure", "MenuEntry", "Naming", "Notify", "Number",
    "Outside", "Page", "PageTab", "Panel", "People", "Portal", "PortalItem", "Print", "PrintBlock", "PublicForm", "Report", "ReportSource",
    "Retention", "Retry", "Role", "Route", "RowAccess", "RowLifecycle", "Rows", "Sealed", "Section", "Sending", "StateTimer", "Step",
    "SystemEntity", "Tile", "Timer", "Trigger", "Weights", "Workflow",
]  # fmt: skip


class Role(Declaration, kw_only=True):
    """A role of the application; `external` marks portal people."""

    label: Label | None = None
    includes: Names = ()
    may_grant: Names = ()
    external: bool = False
    was: Was = ()


class MenuEntry(Declaration, kw_only=True):
    """A module of the menu and what stands in it, in this order."""

    module: Name
    label: Label | None = None
    icon: str | None = None
    items: Names = ()


class Connector(Declaration, kw_only=True):
    """A connector and the provider behind it; `secret` is the name of an environment variable."""

    provider: Name
    secret: str | None = None
    cache: Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,3} (minute|hour|day)s?$", description="a length of time such as 7 days")] | None = (
        None
    )
    quota: (
        Annotated[
            str, Meta(pattern=r"^[1-9][0-9]{0,8} per (minute|hour|day|month)$", description="a number of calls, such as 1000 per day")
        ]
        | None
    ) = None
    admin: Annotated[str, Meta(pattern=r"^role:[a-z][a-z0-9_]*$", description="a role, such as role:buyer")] | None = None
    options: dict[str, Any] = {}


class App(Declaration, kw_only=True):
    """`app.yaml`: what the application is called, speaks and counts in, and its roles."""

    app: Name
    label: Label | None = None
    languages: Annotated[tuple[Literal["en", "zh"], ...], Meta(min_length=1)] = ("en",)
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", description="a currency by its three letters, such as CNY (ISO 4217)")] = "CNY"
    timezone: str = "UTC"
    calendar: Name | None = None
    packages: Names = ()
    roles: dict[Name, Role] = {}
    menu: tuple[MenuEntry, ...] = ()
    connectors: dict[Name, Connector] = {}
    settings: dict[Name, Any] = {}


class ChoiceValue(Declaration, kw_only=True):
    """One code of a list of choices."""

    label: Label | None = None
    color: str | None = None
    retired: bool = False
    was: Was = ()


class Choices(Declaration, kw_only=True):
    """A list of codes with labels, used by fields of type `choice`."""

    choices: Name
    label: Label | None = None
    values: Annotated[dict[Code, ChoiceValue], Meta(min_length=1)]
    was: Was = ()


class Number(Declaration, kw_only=True):
    """How a record gets its number, e.g. `PO-{YYYY}{MM}-{0000}`; `at` is `create` or an action."""

    pattern: str
    at: Name = "create"
    by: Name | None = None
    gapless: bool = False


class Duplicate(Declaration, kw_only=True):
    """When two records may be the same: equal in some fields, whatever case and punctuation, or alike in others."""

    match: Names = ()
    similar: dict[Name, Decimal] = {}
    then: Literal["warn", "block", "merge"] = "warn"


class Subtype(Declaration, kw_only=True):
    """One kind of an entity: what only records of this kind have."""

    label: Label | None = None
    fields: dict[Name, FieldDeclaration] = {}
    checks: tuple[Check, ...] = ()
    was: Was = ()


class Entity(Declaration, kw_only=True):
    """A business object: its fields, checks and who may do what."""

    entity: Name
    label: Label | None = None
    plural: Label | None = None
    help: Label | None = None
    icon: str | None = None
    module: Name | None = None
    company: bool = False
    tree: Name | None = None
    append_only: bool = False
    dated: Names | None = None
    number: Number | None = None
    title: FormulaText | None = None
    title_public: bool = False
    fields: Annotated[dict[Name, FieldDeclaration], Meta(min_length=1)]
    subtypes: dict[Name, Subtype] = {}
    checks: tuple[Check, ...] = ()
    unique: tuple[Names, ...] = ()
    index: tuple[Names, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    access: dict[Name, OneOrMore[Access]] = {}
    history: History | None = None
    retention: Retention | None = None
    was: Was = ()


class SystemEntity(Entity, kw_only=True):
    """An entity of the engine itself (`engine/system/*.yaml`).

    `api: false` keeps it from every door but the engine's own: no screen, API, import, export or access rule. With `readonly: true`
    people read it and fire its actions, and nobody but the engine makes, changes or deletes it.
    """

    api: bool = True
    readonly: bool = False


class Extension(Declaration, kw_only=True):
    """What a later package adds to an entity that exists: fields, checks, rules, actions, sections; what it is called may be new."""

    extend: Name
    label: Label | None = None
    help: Label | None = None
    module: Name | None = None
    number: Number | None = None
    title: FormulaText | None = None
    fields: dict[Name, FieldDeclaration] = {}
    subtypes: dict[Name, Subtype] = {}
    checks: tuple[Check, ...] = ()
    unique: tuple[Names, ...] = ()
    index: tuple[Names, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    sections: tuple[Section, ...] = ()
    actions: dict[Name, Action] = {}
    access: dict[Name, OneOrMore[Access]] = {}


FILE_KINDS: dict[str, type[Declaration]] = {
    "app": App,
    "entity": Entity,
    "extend": Extension,
    "choices": Choices,
    "lifecycle": Lifecycle,
    "workflow": Workflow,
    "calendar": Calendar,
    "decision": Decision,
    "automation": Automation,
    "form": Form,
    "list": ListView,
    "public": PublicForm,
    "print": Print,
    "portal": Portal,
    "page": Page,
    "report": Report,
    "dashboard": Dashboard,
}
"""First key of a file to the struct of its kind."""

SYSTEM_KINDS: dict[str, type[Declaration]] = {**FILE_KINDS, "entity": SystemEntity}
"""The same for the files of the engine."""
