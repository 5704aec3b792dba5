"""Pages of records: those of the files, and default ones for entities without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from engine.errors import Sentence, Text, in_language
from engine.formula import Context, Formula, Names, Node, Path, Read, Root, rebuilt
from engine.frozen import frozen
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Entity, ListView, Page, PageTab, Panel, RelatedPanel, Report, Tile
from engine.metadata import declared as d

from .bench import Bench
from .default_screens import NEWEST
from .lists import sort_keys, total_paths
from .paths import end_of_path
from .report_tiles import report_tile
from .screens import section

RAIL = ("approval", "activity", "files", "chain", "followers")
HEADER = frozenset({"choice", "user", "date", "money"})
COLUMNS = 5
"""How many of its list's columns the records of a panel show when it names none."""
ACROSS = 9
"""How many of twelve columns a report on a page takes; the others are the rail."""
FORM = Panel()
Ends: TypeAlias = Mapping[str, tuple[Entity, str]]
"""The records that link to an entity, by the name that their link has there: the document and its field."""


def pages(bench: Bench, entities: Mapping[str, Entity], lists: Mapping[str, ListView], reports: Mapping[str, Report]) -> dict[str, Page]:
    """All pages by name; an entity without a file has a default one of its name."""
    ends = _ends(entities)
    found = {e.name: _default(e, ends.get(e.name, {}), lists) for e in entities.values() if e.document is None}
    for name, source in bench.declarations.pages.items():
        entity = entities[source.declared.for_ or name]
        known = ends.get(entity.name, {})
        found[name] = replace(_Written(bench, entity, known, lists, reports).page(source), otherwise=_default(entity, known, lists))
    return found


def _default(entity: Entity, known: Ends, lists: Mapping[str, ListView]) -> Page:
    """The record as in its form, then what links to it and names its other end: the newest few."""
    tab = PageTab({}, _default_panels(known, lists))
    return Page(entity.name, entity.name, entity.label, _header(entity), frozenset(RAIL), (tab,))


def _ends(entities: Mapping[str, Entity]) -> dict[str, dict[str, tuple[Entity, str]]]:
    """The documents with links that name their other end: by the entity there and that name, the document and its field."""
    found: dict[str, dict[str, tuple[Entity, str]]] = {}
    for source in entities.values():
        for field in source.fields.values() if source.document is None and source.api else ():
            if field.link is not None and field.link.inverse is not None:
                found.setdefault(field.link.entity, {})[field.link.inverse] = source, field.name
    return found


def _header(entity: Entity) -> tuple[str, ...]:
    return tuple(field.name for field in entity.fields.values() if field.kind in HEADER)[:5]


def _related(source: Entity, link: str, lists: Mapping[str, ListView]) -> RelatedPanel:
    columns = tuple(path for path in lists[source.name].columns if path != link)[:COLUMNS]
    return RelatedPanel(source.name, link, columns, NEWEST)


@frozen(slots=False)
class _Written:
    """The pages of one entity as files say them; `known` are the records that link to it, by the name of that end."""

    bench: Bench
    entity: Entity
    known: Ends
    lists: Mapping[str, ListView]
    reports: Mapping[str, Report]

    def page(self, source: Sourced[d.Page]) -> Page:
        """The page; what is wrong with it is among the findings."""
        declared, place, default = source.declared, source.place, _header(self.entity)
        self._check_names(declared.header or (), self.entity.fields, place.at("header"), Sentence("field of {name}", name=self.entity.name))
        states = self.entity.lifecycle.states if self.entity.lifecycle is not None else {}
        self._check_names(declared.stages, states, place.at("stages"), "state")
        if declared.tabs and declared.panels:
            self.bench.findings.add("S210", "A page has panels or tabs with panels, not both.", place.at("panels"), key=True)
        tabs = tuple(self._tab(tab, place.at("tabs", index)) for index, tab in enumerate(declared.tabs))
        alone = self._panels(declared.panels, place) or _default_panels(self.known, self.lists)
        return Page(
            declared.page,
            self.entity.name,
            self.bench.label(declared.label, place.at("label"), declared.page),
            default if declared.header is None else declared.header,
            frozenset(RAIL if declared.rail is None else declared.rail),
            tabs or (PageTab({}, alone),),
            declared.stages,
            self.bench.words(declared.help, place.at("help")),
            self.bench.roles_named(declared.access, place.at("access")),
        )

    def _check_names(self, written: tuple[str, ...], known: Mapping[str, object], place: Place, what: str) -> None:
        for index, name in enumerate(written):
            if name not in known:
                self.bench.findings.unknown(what, name, known, place.at(index))

    def _tab(self, tab: d.PageTab, place: Place) -> PageTab:
        return PageTab(self.bench.label(tab.label, place.at("label"), f"tab {place.path[-1]}"), self._panels(tab.panels, place))

    def _panels(self, written: tuple[d.Panel, ...], place: Place) -> tuple[Panel, ...]:
        found = (self._panel(panel, place.at("panels", index)) for index, panel in enumerate(written))
        return tuple(panel for panel in found if panel is not None)

    def _panel(self, written: d.Panel, place: Place) -> Panel | None:
        """A panel; S202 unless it says what it shows, S210 where it says more than one thing."""
        bench = self.bench
        kinds = [key for key in ("related", "report", "fields", "text") if getattr(written, key)]
        if len(kinds) != 1:
            code, words = ("S202", "This panel shows nothing yet.") if not kinds else ("S210", "This panel shows two things.")
            bench.findings.add(code, words, place, hint="related: NAME, or report: NAME, or fields: […], or text: …")
            return None
        related = self._related(written, place) if written.related else None
        if written.related and related is None:
            return None
        names = Names(this=self.entity.name)
        report = self._report(written, names, place) if written.report else None
        if written.report and report is None:
            return None
        label = bench.words(written.label, place.at("label"))
        if related is not None and not label:
            label = self.known[str(written.related)][0].plural
        if report is not None:
            label = report.label
        return Panel(
            label,
            related,
            report,
            section(bench, self.entity, d.Section(fields=written.fields), place) if written.fields else None,
            bench.wording(written.text, place.at("text"), names),
            bench.condition(written.show, place.at("show"), names, Context.SHOW),
            written.live,
        )

    def _report(self, written: d.Panel, names: Names, place: Place) -> Tile | None:
        tile = report_tile(self.bench, self.reports, written, names, place)
        return tile and replace(tile, width=ACROSS)

    def _related(self, written: d.Panel, place: Place) -> RelatedPanel | None:
        found = self.known.get(str(written.related))
        if found is None:
            self.bench.findings.unknown("name of records that link here", str(written.related), self.known, place.at("related"))
            return None
        source, link = found
        for index, path in enumerate(written.columns):
            end_of_path(self.bench, source.name, path, place.at("columns", index), links=True)
        names = Names(this=source.name, parent=self.entity.name)
        where, given = _given(self.bench.condition(written.where, place.at("where"), names, Context.WHERE))
        default = _related(source, link, self.lists)
        return RelatedPanel(
            source.name,
            link,
            written.columns or default.columns,
            sort_keys(self.bench, source, written.sort, place) or NEWEST,
            where,
            given,
            written.limit,
            total_paths(self.bench, source, written.totals, place),
            written.add,
        )


def _default_panels(known: Ends, lists: Mapping[str, ListView]) -> tuple[Panel, ...]:
    several = Counter(source.name for source, _link in known.values())
    return (FORM, *(Panel(_called(source, link, several[source.name]), _related(source, link, lists)) for source, link in known.values()))


def _called(source: Entity, link: str, several: int) -> Text:
    """What links here; where it does so by several fields, with the field."""
    if several == 1:
        return source.plural
    field = source.fields[link].label
    return {language: f"{words} · {in_language(field, language)}" for language, words in source.plural.items()}


def _given(where: Formula | None) -> tuple[Formula | None, Mapping[str, Path]]:
    """The condition with what it asks of the record of the page (`parent`) as parameters, and where each of them stands."""
    found: dict[str, Path] = {}

    def visit(node: Node) -> Node:
        if isinstance(node, Read) and node.path.root is Root.PARENT:
            name = "_".join(("parent", *(hop.name for hop in node.path.hops), node.path.field))
            found[name] = node.path
            return Read(type=node.type.nullable(), path=Path(Root.PARAMETER, None, (), name))
        return rebuilt(node, visit)

    if where is None:
        return None, found
    tree = visit(where.tree)
    return (Formula(where.text, where.type, where.context, tree, where.cost, pushable=True) if found else where), found
