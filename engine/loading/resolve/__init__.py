"""From declarations to metadata: names become references, words labels, texts formulas."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from engine.formula import FUNCTIONS
from engine.frozen import frozen
from engine.loading.declarations import Declarations
from engine.loading.findings import Findings
from engine.loading.sourced import Sourced
from engine.metadata import Entity, FixedCatalog, Form, Identity, ListView, Metadata, Page, Report
from engine.metadata import declared as d
from engine.plugins import Plugins

from .application import ROLE_CHOICES, choices, holders, menu, role_choices, roles, zone
from .automations import automations
from .bench import Bench
from .calendars import calendar_named, calendars
from .calls import connectors
from .computed import Computed
from .dashboards import Known, dashboards
from .decisions import Tables, decisions
from .entities import entities
from .lifecycles import lifecycles
from .lists import lists
from .names import GrowingCatalog, members
from .names import Surroundings as Around
from .outside import portals, publics
from .pages import pages
from .prints import prints
from .reports import reports
from .screens import forms
from .shells import Shell, shells
from .stays import histories, stays
from .workflows import workflows

__all__ = ["Resolved", "resolve"]


@frozen(slots=False)
class Resolved:
    """The compiled application, and the shells that know where each field was written."""

    metadata: Metadata
    shells: Mapping[str, Shell]


def resolve(declarations: Declarations, findings: Findings, revision: tuple[Identity, int], plugins: Plugins | None) -> Resolved:
    """The compiled application, for a revision of these ids and number; whatever could not be resolved is in `findings` and left out."""
    app = declarations.app
    assert app is not None
    bench = _bench(app, declarations, findings, plugins)
    counted = histories(bench, found := shells(bench))
    catalog, computed = _names(bench, {**found, **counted}, _around(bench, time_zone := zone(bench, app), plugins))
    whole = entities(bench, found, computed, machines := lifecycles(bench, found)) | stays(bench, counted, computed)
    screens, flows, automatic = _screens(bench, whole), workflows(bench, found), automations(bench, found, machines)
    metadata = Metadata(
        app.declared.app,
        bench.label(app.declared.label, app.place.at("label"), app.declared.app),
        app.declared.languages,
        app.declared.currency,
        time_zone,
        bench.roles,
        whole,
        bench.choices,
        flows,
        screens.forms,
        screens.lists,
        catalog.frozen() if not findings.failed else FixedCatalog({}),
        menu(bench, app),
        connectors(bench, app),
        app.declared.settings,
        revision[0],
        number=revision[1],
        calendars=calendars(bench, time_zone),
        calendar=calendar_named(bench, app.declared.calendar, app.place.at("calendar")),
        decisions=decisions(bench),
        automations=automatic,
        pages=screens.pages,
        publics=publics(bench, whole, found),
        prints=prints(bench, found),
        portals=portals(bench, whole),
        reports=screens.reports,
        dashboards=dashboards(bench, Known(whole, screens.lists, screens.reports)),
        calls=dict(bench.calls),
    )
    return Resolved(metadata, found)


@frozen(slots=False)
class _Screens:
    forms: Mapping[str, Form]
    lists: Mapping[str, ListView]
    pages: Mapping[str, Page]
    reports: Mapping[str, Report]


def _screens(bench: Bench, whole: Mapping[str, Entity]) -> _Screens:
    listed, reported = lists(bench, whole), reports(bench, whole)
    return _Screens(forms(bench, whole), listed, pages(bench, whole, listed, reported), reported)


def _bench(app: Sourced[d.App], declarations: Declarations, findings: Findings, plugins: Plugins | None) -> Bench:
    bench = Bench(declarations, findings, app.declared.languages, app.declared.currency, plugins.connectors if plugins else None)
    bench.roles = roles(bench, app)
    bench.choices = {**choices(bench), ROLE_CHOICES: role_choices(bench.roles)}
    return bench


def _around(bench: Bench, time_zone: ZoneInfo, plugins: Plugins | None) -> Around:
    bench.tables = Tables(bench)
    functions = plugins.functions if plugins else FUNCTIONS
    return Around(holders(bench.roles), time_zone, functions, bench.tables, frozenset(bench.declarations.calendars))


def _names(bench: Bench, found: dict[str, Shell], around: Around) -> tuple[GrowingCatalog, Computed]:
    documents = {shell.name: shell.document for shell in found.values() if shell.document}
    catalog = GrowingCatalog(members(bench, found), documents, around)
    bench.catalog = catalog
    computed = Computed(bench, found)
    catalog.compile = computed.virtual
    computed.compile_all()
    return catalog, computed
