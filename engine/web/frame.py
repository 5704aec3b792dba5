"""Builds what stands around a page: the menu a person may open, what waits, what may be made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from flask import current_app, get_flashed_messages, request

from engine import storage
from engine.access import row_rule
from engine.errors import Issue
from engine.metadata import USER, Entity, ListView, Metadata, Portal, PortalEntry
from engine.records import may_audit
from engine.reports import may_open, may_open_dashboard
from engine.unit_of_work import View

from .issue_lines import issue_line
from .language import NAMES, chosen_theme, system_theme
from .opening import may_open_list
from .portals import front_of, portal_around, portal_here
from .static_files import icon_name
from .views import Crumb, Language, NavGroup, NavItem, Note, Shell
from .visit import Visit, visit
from .words import _

FIRST_MISTAKES = 3
"""How many mistakes in a folder that is being watched stand on every page."""

CHARTED = {"bar": "chart-bar", "line": "chart-line", "area": "chart-area", "pie": "chart-donut", "gauge": "gauge"}
"""The icons of reports, by the kind of their chart."""


def shell(view: View, *crumbs: Crumb) -> Shell:
    """The frame of a page for a person who is signed in."""
    here = visit()
    metadata = view.metadata
    portal = portal_here()
    menu = _modules(here, view) if portal is None else _entries(here, view, portal)
    groups = (NavGroup("", _own(view, portal)), *menu, *_for_administrators(here, view), *_for_auditors(view), *_for_analysts(view))
    made = tuple(_new(here, metadata.entities[name]) for name in menu_entities(view) if _may(view, name, "create"))
    return _bare(here, metadata, groups=groups, crumbs=_path(here, view, crumbs), new=made)


def _path(here: Visit, view: View, crumbs: Sequence[Crumb]) -> tuple[Crumb, ...]:
    """The way to the page, in the words of the portal where there is one."""
    portal = portal_here()
    called = {f"/records/{entry.item}": entry for entry in (_written(view, portal) if portal is not None else ())}
    if portal is None or not called:
        return tuple(crumbs)
    return tuple(_called(here, portal, crumb, called.get(crumb.href)) for crumb in crumbs)


def called(view: View, entity: str) -> str:
    """What the menu of the portal calls the records of an entity; blank outside portals, and for what is not in it."""
    portal = portal_here()
    written = _written(view, portal) if portal is not None else ()
    return next((visit().words(entry.label) for entry in written if entry.item == entity), "")


def _called(here: Visit, portal: Portal, crumb: Crumb, entry: PortalEntry | None) -> Crumb:
    return crumb if entry is None else Crumb(here.words(entry.label), f"{front_of(portal)}/{entry.item}")


def bare_shell() -> Shell:
    """The frame of a page for somebody who is not signed in, and of pages about what went wrong."""
    here = visit()
    return _bare(here, here.app.metadata, groups=(), crumbs=(), new=())


def _bare(here: Visit, metadata: Metadata, *, groups: tuple[NavGroup, ...], crumbs: tuple[Crumb, ...], new: tuple[NavItem, ...]) -> Shell:
    kinds = {"good": "good", "warn": "warn", "bad": "bad"}
    notes = cast(Sequence[tuple[str, str]], get_flashed_messages(with_categories=True))
    portal = portal_around()
    spoken = (portal.languages if portal is not None else ()) or metadata.languages
    return Shell(
        application=here.words((portal or metadata).label) or metadata.name,
        language=here.language,
        languages=tuple(Language(code, NAMES.get(code, code), code == here.language) for code in spoken),
        theme=chosen_theme(),
        system_theme=system_theme(),
        groups=groups,
        crumbs=crumbs,
        new=new,
        person=here.actor.name,
        initials=initials(here.actor.name),
        here=request.full_path.rstrip("?") if request.method == "GET" else "/",
        issues=len(issues_now()),
        mistakes=tuple(issue_line(issue) for issue in issues_now()[:FIRST_MISTAKES]),
        portal=front_of(portal) if portal is not None else "",
        look=f"/portal/{portal.name}/look.css?{metadata.number}" if portal is not None and portal.color else "",
        logo=f"/portal/{portal.name}/logo.svg?{metadata.number}" if portal is not None and portal.logo else "",
        join=f"/public/{portal.join}" if portal is not None and portal.join else "",
        looking=here.actor.name if here.behind is not None else "",
        watched=bool(current_app.extensions["objectloom_watched"]),
        notes=tuple(Note(text, kinds.get(kind, "good")) for kind, text in notes),  # type: ignore[arg-type]
    )


def issues_now() -> Sequence[Issue]:
    """What is wrong with the folder that is being watched; nothing where none is."""
    return cast(Sequence[Issue], current_app.extensions["objectloom_issues"]())


def initials(name: str) -> str:
    """What stands in the circle of a person: two letters, or the last two characters of a Chinese name."""
    if chinese := re.findall(r"[\u3400-\u9fff]+", name):
        return str(chinese[0][-2:])
    parts = name.split()
    return (parts[0][0] + parts[-1][0]).upper() if len(parts) > 1 else name[:2].upper()


def _own(view: View, portal: Portal | None) -> tuple[NavItem, ...]:
    tasks, unread = (0, 0) if view.actor.id is None else storage.waiting_for(view.connection, view.actor.id)
    home = front_of(portal) if portal is not None else "/"
    told = request.path.startswith(("/notices", "/copies"))
    return (
        NavItem(_("Home"), home, "home", request.path == home),
        NavItem(_("Inbox"), "/inbox", "inbox", request.path.startswith("/inbox"), _many(tasks)),
        NavItem(_("Notices"), "/notices", "bell", told, _many(unread)),
    )


def _many(count: int) -> str:
    """A count in the menu: blank for none, and no more than three digits."""
    return f"{count}" if 0 < count < 1000 else "999+" if count else ""


def _modules(here: Visit, view: View) -> tuple[NavGroup, ...]:
    found = []
    for module in view.metadata.menu:
        items = tuple(item for name in module.items if (item := _line(here, view, name)) is not None)
        if items:
            found.append(NavGroup(here.words(module.label), items))
    return tuple(found)


def _entries(here: Visit, view: View, portal: Portal) -> tuple[NavGroup, ...]:
    """The menu of a portal; without one of its own everything that its people may read."""
    names = [entry for entry in _written(view, portal) if _may(view, entry.item, "read")]
    items = tuple(_entry(here, portal, entry) for entry in names)
    return (NavGroup("", items),) if items else ()


def _written(view: View, portal: Portal) -> tuple[PortalEntry, ...]:
    named = (view.metadata.entities[name] for module in view.metadata.menu for name in module.items if name in view.metadata.entities)
    return portal.menu or tuple(PortalEntry(entity.name, entity.plural, entity.icon) for entity in named if not entity.system)


def _entry(here: Visit, portal: Portal, entry: PortalEntry) -> NavItem:
    address = f"/records/{entry.item}"
    current = request.path == address or request.path.startswith(address + "/")
    return NavItem(here.words(entry.label), f"/portal/{portal.name}/{entry.item}", icon_name(entry.icon), current)


def _line(here: Visit, view: View, name: str) -> NavItem | None:
    """An item of the menu, if the person may open it."""
    kind, _colon, own = name.rpartition(":")
    if kind == "report":
        report = view.metadata.reports[own]
        icon = CHARTED.get(report.chart.kind, "report") if report.chart else "table"
        return _page(here.words(report.label), f"/reports/{own}", icon) if may_open(view, report) else None
    if kind == "dashboard":
        dashboard = view.metadata.dashboards[own]
        return _page(here.words(dashboard.label), f"/dashboards/{own}", "chart-bar") if may_open_dashboard(view, dashboard) else None
    if name not in view.metadata.entities:
        return _list(here, view, view.metadata.lists[name])
    return _item(here, view.metadata.entities[name]) if _may(view, name, "read") else None


def _list(here: Visit, view: View, listed: ListView) -> NavItem | None:
    """A list of another name than its entity."""
    current = request.args.get("list") == listed.name and request.path == f"/records/{listed.entity}"
    entity, may = view.metadata.entities[listed.entity], _may(view, listed.entity, "read") and may_open_list(view, listed)
    address = f"/records/{listed.entity}?list={listed.name}"
    return NavItem(here.words(listed.label), address, icon_name(entity.icon), current) if may else None


def _page(label: str, address: str, icon: str) -> NavItem:
    return NavItem(label, address, icon_name(icon), request.path == address or request.path.startswith(address + "/"))


def _item(here: Visit, entity: Entity) -> NavItem:
    address = f"/records/{entity.name}"
    current = request.path == address or request.path.startswith(address + "/")
    return NavItem(here.words(entity.plural), address, icon_name(entity.icon), current)


def _for_administrators(here: Visit, view: View) -> tuple[NavGroup, ...]:
    """Where people are made, for an application whose own menu does not lead there."""
    if portal_here() is not None or not view.actor.administrator or USER in menu_entities(view):
        return ()
    return (NavGroup(_("For administrators"), tuple(_item(here, view.metadata.entities[name]) for name in (USER, "department", "group"))),)


def _for_auditors(view: View) -> tuple[NavGroup, ...]:
    if portal_here() is not None or not may_audit(view):
        return ()
    return (NavGroup(_("For auditors"), (NavItem(_("Audit"), "/audit", icon_name("history"), request.path == "/audit"),)),)


def _for_analysts(view: View) -> tuple[NavGroup, ...]:
    items = (
        NavItem(_("Model"), "/model", icon_name("database"), request.path.startswith("/model")),
        NavItem(_("Formulas"), "/playground", icon_name("calculator"), request.path == "/playground"),
        NavItem(_("Workflows"), "/workflows", icon_name("sitemap"), request.path.startswith("/workflows")),
    )
    planned = (NavItem(_("Plan"), "/plan", icon_name("list-check"), request.path == "/plan"),) if has_plan(view) else ()
    return (NavGroup(_("For analysts"), items + planned),) if is_analyst(view) else ()


def has_plan(view: View) -> bool:
    """Whether the page with the plan is open: to administrators, where the files of the application lie in the folder of the process."""
    return portal_here() is None and view.actor.administrator and (visit().app.root / "app.yaml").is_file()


def is_analyst(view: View) -> bool:
    """Whether the pages for analysts are open: to their role, and to everybody while a folder is being worked on."""
    if portal_here() is not None:
        return False
    return view.actor.administrator or view.actor.plays("analyst") or bool(current_app.extensions["objectloom_watched"])


def readable_entities(view: View) -> tuple[Entity, ...]:
    """The entities with pages of which the person may read at least some records."""
    return tuple(entity for entity in view.metadata.documents if entity.api and _may(view, entity.name, "read"))


def _new(here: Visit, entity: Entity) -> NavItem:
    return NavItem(here.words(entity.label), f"/records/{entity.name}/new", icon_name(entity.icon))


def menu_entities(view: View) -> tuple[str, ...]:
    """The entities that stand in the person's menu."""
    portal = portal_here()
    if portal is not None:
        return tuple(entry.item for entry in _written(view, portal))
    return tuple(name for module in view.metadata.menu for name in module.items if name in view.metadata.entities)


def _may(view: View, name: str, verb: str) -> bool:
    entity = view.metadata.entities.get(name)
    return entity is not None and not row_rule(entity, verb, view.actor).nothing
