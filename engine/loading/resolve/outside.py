"""Public forms and portals: what people from outside see, resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from engine.errors import Sentence
from engine.formula import Context, Formula, Kind, Names, Read, Type
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Entity, Form, FormField, Given, Portal, PortalEntry, PublicForm, Section, Span
from engine.metadata import declared as d

from .bench import Bench
from .calendars import span
from .effects import assigned
from .logos import logo
from .screens import form_item
from .shells import Shell

_LIMIT = re.compile(r"([1-9]\d{0,4}) per (minute|hour|day)", re.ASCII)
_PERIODS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
EXPIRES = Span(30, "days")
INSTANT = Type(Kind.DATETIME)


def publics(bench: Bench, entities: Mapping[str, Entity], shells: Mapping[str, Shell]) -> dict[str, PublicForm]:
    """All public forms by name."""
    found = bench.declarations.publics.items()
    return {name: _public(bench, entities[source.declared.for_ or name], source, shells) for name, source in found}


def _public(bench: Bench, entity: Entity, source: Sourced[d.PublicForm], shells: Mapping[str, Shell]) -> PublicForm:
    declared, place, names = source.declared, source.place, Names(this=entity.name)
    items = (form_item(bench, entity, item, place.at("fields", index)) for index, item in enumerate(declared.fields))
    asked = tuple(item for item in items if item is not None)
    label = bench.label(declared.label, place.at("label"), declared.public) if declared.label is not None else entity.label
    by_link = declared.by == "link"
    return PublicForm(
        declared.public,
        entity.name,
        label,
        bench.words(declared.help, place.at("help")),
        Form(declared.public, entity.name, (Section({}, asked, 2),)),
        tuple(_shown(bench, entity, declared.show, place)),
        assigned(bench, declared.set, place.at("set"), shells[entity.name], names),
        frozenset(_lookup(bench, entity, asked, declared.lookup, place)),
        by_link,
        by_link if declared.once is None else declared.once,
        _span(bench, declared.expires, place.at("expires")) or EXPIRES,
        _span(bench, declared.resume, place.at("resume")) or EXPIRES,
        _limit(bench, declared.limit, place.at("limit")),
        _instant(bench, declared.opens, place.at("opens"), names),
        _instant(bench, declared.closes, place.at("closes"), names),
        bench.wording(declared.thanks, place.at("thanks"), names),
    )


def _span(bench: Bench, written: str | None, place: Place) -> Span | None:
    return None if written is None else span(bench, written, place)


def _instant(bench: Bench, written: d.LiteralOrFormula, place: Place, names: Names) -> Given | None:
    return None if written is None else bench.given(written, place, names, (Context.VALUE, INSTANT))


def _limit(bench: Bench, written: str, place: Place) -> tuple[int, timedelta]:
    found = _LIMIT.fullmatch(written)
    if found is None:
        bench.findings.add("V512", Sentence('"{written}" is no limit.', written=written), place, hint="write such as 20 per hour")
        return 1, _PERIODS["hour"]
    return int(found[1]), _PERIODS[found[2]]


def _shown(bench: Bench, entity: Entity, paths: tuple[str, ...], place: Place) -> Iterator[tuple[str, Formula]]:
    """N307 for what is more than a path to one value."""
    for index, path in enumerate(paths):
        here = place.at("show", index)
        formula = bench.formula(path, here, Names(this=entity.name), (Context.VALUE, None))
        if formula is not None and (not isinstance(formula.tree, Read) or formula.type.kind is Kind.COLLECTION):
            bench.findings.add("N307", Sentence("{path} is no field, and no path to one.", path=path), here)
        elif formula is not None:
            yield path, formula


def _lookup(bench: Bench, entity: Entity, asked: tuple[FormField, ...], written: tuple[str, ...], place: Place) -> Iterator[str]:
    """The links that may be searched. N301 for one that the form does not ask for."""
    links = set(links_of(entity, asked))
    for index, name in enumerate(written):
        if name in links:
            yield name
        else:
            bench.findings.unknown("link among the fields of this form", name, sorted(links), place.at("lookup", index))


def links_of(entity: Entity, asked: tuple[FormField, ...]) -> Iterator[str]:
    """The links to records that a form asks for: `category`, `lines.product`."""
    for item in asked:
        field = entity.fields[item.name]
        cells = [field.table.fields[name] for name in item.columns] if field.table is not None else []
        own = [(field.name, field), *((f"{field.name}.{cell.name}", cell) for cell in cells)]
        yield from (path for path, each in own if each.link is not None and each.link.entity != "file" and not each.computed)


def portals(bench: Bench, entities: Mapping[str, Entity]) -> dict[str, Portal]:
    """All portals by name."""
    return {name: _portal(bench, entities, source) for name, source in bench.declarations.portals.items()}


def _portal(bench: Bench, entities: Mapping[str, Entity], source: Sourced[d.Portal]) -> Portal:
    declared, place = source.declared, source.place
    for index, role in enumerate(declared.roles):
        if role not in bench.roles:
            bench.findings.unknown("role", role, bench.roles, place.at("roles", index))
    entries = tuple(_entry(bench, entities, item, place.at("menu", index)) for index, item in enumerate(declared.menu))
    if declared.home is not None and declared.home not in entities:
        bench.findings.unknown("entity", declared.home, entities, place.at("home"))
    for language in declared.languages:
        if language not in bench.languages:
            bench.findings.unknown("language", language, bench.languages, place.at("languages"))
    if declared.join != "invite" and declared.join not in bench.declarations.publics:
        bench.findings.unknown("public form", declared.join, ["invite", *bench.declarations.publics], place.at("join"))
    return Portal(
        declared.portal,
        bench.label(declared.label, place.at("label"), declared.portal),
        frozenset(declared.roles),
        declared.address or f"/portal/{declared.portal}",
        declared.home or "",
        tuple(entry for entry in entries if entry is not None),
        logo(bench, declared.logo, place.at("logo")),
        declared.color or "",
        declared.languages,
        "" if declared.join == "invite" else declared.join,
    )


def _entry(bench: Bench, entities: Mapping[str, Entity], written: str | d.PortalItem, place: Place) -> PortalEntry | None:
    item = d.PortalItem(item=written) if isinstance(written, str) else written
    here = place if isinstance(written, str) else place.at("item")
    entity = entities.get(item.item)
    if entity is None or entity.document is not None:
        bench.findings.unknown("entity", item.item, [name for name, each in entities.items() if each.document is None], here)
        return None
    label = bench.label(item.label, place.at("label"), "") if item.label is not None else entity.plural
    return PortalEntry(item.item, label, bench.icon(item.icon, place.at("icon")) or entity.icon)
