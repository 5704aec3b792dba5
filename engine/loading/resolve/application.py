"""What `app.yaml` says, resolved: roles with all they include, the menu, connectors, the zone."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import Sentence, Text
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Choice, MenuEntry, Role
from engine.metadata import declared as d

from .bench import Bench

BUILT_IN: Mapping[str, Text] = {
    "admin": {"en": "Administrator", "zh": "系统管理员"},
    "auditor": {"en": "Auditor", "zh": "审计员"},
    "analyst": {"en": "Business analyst", "zh": "业务分析师"},
    "everybody": {"en": "Everybody who signs in", "zh": "所有登录用户"},
    "staff": {"en": "Everybody of our own", "zh": "内部人员"},
}
"""Roles that every application has; every role includes `everybody`, and all but external ones include `staff`."""
ROLE_CHOICES = "role"
"""The list of choices that holds the roles a person can be given."""
_IMPLIED = frozenset({"everybody", "staff"})


def roles(bench: Bench, app: Sourced[d.App]) -> dict[str, Role]:
    """All roles, the built-in ones too."""
    written = app.declared.roles
    found = {}
    for name, label in BUILT_IN.items():
        own = frozenset() if name in _IMPLIED else _IMPLIED
        found[name] = Role(name, known(bench, label), frozenset({name}) | own)
    for name, role in written.items():
        place = app.place.at("roles", name)
        if name in BUILT_IN:
            bench.findings.add("N303", Sentence('There is a role "{name}" already: every application has it.', name=name), place, key=True)
            continue
        for key, names in (("includes", role.includes), ("may_grant", role.may_grant)):
            for index, other in enumerate(names):
                if other not in written and other not in BUILT_IN:
                    bench.findings.unknown("role", other, [*written, *BUILT_IN], place.item(key, index))
        label = bench.label(role.label, place.at("label"), name)
        implied = frozenset({"everybody"}) if role.external else _IMPLIED
        found[name] = Role(name, label, _included(name, written) | implied, frozenset(role.may_grant), role.external)
    return found


def known(bench: Bench, label: Text) -> Text:
    """The words of the engine in the languages of the application."""
    return {language: words for language, words in label.items() if language in bench.languages} or label


def _included(name: str, written: Mapping[str, d.Role]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting.extend(written[here].includes if here in written else ())
    return frozenset(found)


def holders(found: Mapping[str, Role]) -> dict[str, frozenset[str]]:
    """Each role with the roles that include it."""
    return {name: frozenset(other.name for other in found.values() if name in other.includes) for name in found}


def role_choices(found: Mapping[str, Role]) -> tuple[Choice, ...]:
    """The roles a person can be given, as choices of a field."""
    return tuple(Choice(role.name, role.label) for role in found.values() if role.name not in _IMPLIED)


def zone(bench: Bench, app: Sourced[d.App]) -> ZoneInfo:
    """The zone of the application; an issue and UTC when there is none of that name."""
    return zone_named(bench, app.declared.timezone, app.place.at("timezone"))


def zone_named(bench: Bench, name: str, place: Place) -> ZoneInfo:
    """A zone by its name; an issue and UTC when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        bench.findings.add("N301", Sentence('There is no time zone "{name}".', name=name), place, hint="such as Asia/Shanghai or UTC")
        return ZoneInfo("UTC")


def menu(bench: Bench, app: Sourced[d.App]) -> tuple[MenuEntry, ...]:
    """The modules of the menu; an item is an entity, a list of another name, `report:NAME` or `dashboard:NAME`."""
    if not app.declared.menu:
        return _whole_menu(bench, app)
    entries = []
    known = [*bench.declarations.entities, *bench.declarations.lists]
    for index, entry in enumerate(app.declared.menu):
        place = app.place.at("menu", index)
        for at, item in enumerate(entry.items):
            kind, _, name = item.rpartition(":")
            there = {"": known, "report": bench.declarations.reports, "dashboard": bench.declarations.dashboards}
            if kind == "page":
                bench.findings.add("S209", Sentence('"{item}" in a menu is not built yet.', item=item), place.at("items", at))
            elif name not in there.get(kind, ()):
                bench.findings.unknown(kind or "entity", name if kind in there else item, there.get(kind, known), place.at("items", at))
        label = bench.label(entry.label, place.at("label"), entry.module)
        entries.append(MenuEntry(entry.module, label, tuple(entry.items), bench.icon(entry.icon, place.at("icon"))))
    return tuple(entries)


def _whole_menu(bench: Bench, app: Sourced[d.App]) -> tuple[MenuEntry, ...]:
    """What an application shows that says nothing of a menu: all that it has, in one module."""
    there = bench.declarations
    entities = (name for name, parts in there.entities.items() if not parts.system)
    items = (*entities, *(f"report:{name}" for name in there.reports), *(f"dashboard:{name}" for name in there.dashboards))
    return (MenuEntry(app.declared.app, bench.label(app.declared.label, app.place.at("label"), app.declared.app), items),) if items else ()


def choices(bench: Bench) -> dict[str, tuple[Choice, ...]]:
    """All lists of choices."""
    found = {}
    for name, source in bench.declarations.choices.items():
        bench.words(source.declared.label, source.place.at("label"))
        place = source.place.at("values")
        found[name] = tuple(
            Choice(
                code,
                bench.label(value.label, place.at(code, "label"), code),
                bench.color(value.color, place.at(code, "color")),
                value.retired,
            )
            for code, value in source.declared.values.items()
        )
    return found
