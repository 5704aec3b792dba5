"""Forms: those of the files, and default ones for entities without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.formula import Context, Names
from engine.loading.findings import Place
from engine.metadata import Entity, Form, FormField, Section
from engine.metadata import declared as d

from .bench import Bench
from .default_screens import default_form, form_field


def forms(bench: Bench, entities: Mapping[str, Entity]) -> dict[str, Form]:
    """All forms by name; an entity without a file has a default one of its name."""
    found = {e.name: default_form(e) for e in entities.values() if e.document is None}
    for name, source in bench.declarations.forms.items():
        entity = entities[source.declared.for_ or name]
        sections = tuple(_section(bench, entity, s, source.place.at("sections", i)) for i, s in enumerate(source.declared.sections))
        found[name] = Form(name, entity.name, sections)
    return found


def _section(bench: Bench, entity: Entity, section: d.Section, place: Place) -> Section:
    label = bench.words(section.label, place.at("label"))
    fields = [form_item(bench, entity, item, place.at("fields", i)) for i, item in enumerate(section.fields)]
    show = bench.condition(section.show, place.at("show"), Names(this=entity.name), Context.SHOW)
    return Section(label, tuple(f for f in fields if f is not None), section.columns, show)


def form_item(bench: Bench, entity: Entity, item: str | d.FieldItem, place: Place) -> FormField | None:
    """A field as a form places it; None with an issue where the entity has none of that name."""
    written = d.FieldItem(field=item) if isinstance(item, str) else item
    here = place if isinstance(item, str) else place.at("field")
    field = entity.fields.get(written.field)
    if field is None:
        bench.findings.unknown(f"field of {entity.name}", written.field, entity.fields, here)
        return None
    shown, names = form_field(field), Names(this=entity.name)
    rows = field.table.fields if field.table else {}
    for key in ("columns", "totals"):
        for index, name in enumerate(getattr(written, key)):
            if name not in rows:
                bench.findings.unknown(f"field of {entity.name}.{field.name}", name, rows, place.at(key, index))
    return replace(
        shown,
        label=bench.label(written.label, place.at("label"), "") if written.label is not None else shown.label,
        help=bench.words(written.help, place.at("help")) or shown.help,
        show=bench.condition(written.show, place.at("show"), names, Context.SHOW),
        readonly=bench.condition(written.readonly, place.at("readonly"), names, Context.READONLY),
        required=bench.condition(written.required, place.at("required"), names, Context.REQUIRED),
        span=written.span or shown.span,
        columns=tuple(n for n in written.columns if n in rows) or shown.columns,
        totals=written.totals,
        add=written.add,
    )
