"""Forms: those of the files, and default ones for entities without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.errors import Sentence
from engine.formula import Context, Kind, Names
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Entity, Field, Form, FormField, Given, LiteralOrFormula, Section
from engine.metadata import declared as d

from .bench import Bench
from .default_screens import default_form, form_field

SCANNED = frozenset({"text", "barcode", "link"})
"""The kinds of fields that a code goes into."""


def forms(bench: Bench, entities: Mapping[str, Entity]) -> dict[str, Form]:
    """All forms by name; an entity without a file has a default one of its name."""
    found = {e.name: default_form(e) for e in entities.values() if e.document is None}
    for name, source in bench.declarations.forms.items():
        entity = entities[source.declared.for_ or name]
        found[name] = _form(bench, entity, source)
    return found


def _form(bench: Bench, entity: Entity, source: Sourced[d.Form]) -> Form:
    """S202 for a form without sections, S210 for one with tabs besides."""
    declared, place = source.declared, source.place
    if not declared.sections and not declared.tabs:
        bench.findings.add("S202", '"sections" is missing: what stands on the form?', place, hint="sections: [{fields: […]}]", key=True)
    if declared.sections and declared.tabs:
        bench.findings.add("S210", "A form has sections, or tabs with sections, not both.", place.at("sections"), key=True)
    for index, name in enumerate(declared.copies or ()):
        if name not in entity.fields:
            bench.findings.unknown(Sentence("field of {name}", name=entity.name), name, entity.fields, place.at("copies", index))
    return Form(
        declared.form,
        entity.name,
        tuple(_sections(bench, entity, declared, place)),
        bench.words(declared.help, place.at("help")),
        tuple(bench.label(tab.label, place.at("tabs", index, "label"), f"tab {index + 1}") for index, tab in enumerate(declared.tabs)),
        bench.condition(declared.when, place.at("when"), Names(this=entity.name), Context.SHOW),
        bench.roles_named(declared.access, place.at("access")),
        {entry: _begun(bench, entity, entry, written, place.at("defaults", entry)) for entry, written in declared.defaults.items()},
        declared.copies,
        default_form(entity),
    )


def _sections(bench: Bench, entity: Entity, declared: d.Form, place: Place) -> Iterator[Section]:
    for index, written in enumerate(declared.sections):
        yield section(bench, entity, written, place.at("sections", index))
    for number, tab in enumerate(declared.tabs):
        for index, written in enumerate(tab.sections):
            yield replace(section(bench, entity, written, place.at("tabs", number, "sections", index)), tab=number)


def _begun(bench: Bench, entity: Entity, entry: str, values: Mapping[str, LiteralOrFormula], here: Place) -> Mapping[str, Given]:
    """The values for one way to begin; formulas read the record that it is begun from, if there is one."""
    source: str | None = None
    name = entry.removeprefix("related:")
    if entry == "duplicate":
        source = entity.name
    elif entry != name:
        ends = {f.link.inverse: f.link.entity for f in entity.fields.values() if f.link is not None and f.link.inverse}
        source = ends.get(name)
        if source is None:
            bench.findings.unknown("name of an end of its links", name, ends, here, key=True)
            return {}
    open_ = {each.name: each for each in entity.fields.values() if each.table is None and not each.computed}
    found = {}
    for field_name, value in values.items():
        if field_name not in open_:
            bench.findings.unknown(
                Sentence("field of {name} that can be filled in", name=entity.name), field_name, open_, here.at(field_name), key=True
            )
            continue
        given = bench.given(value, here.at(field_name), Names(this=source), (Context.DEFAULT, open_[field_name].type))
        if given is not None:
            found[field_name] = given
    return found


def section(bench: Bench, entity: Entity, written: d.Section, place: Place) -> Section:
    """A section of a form, or the fields of a panel."""
    label = bench.words(written.label, place.at("label"))
    fields = [form_item(bench, entity, item, place.at("fields", i)) for i, item in enumerate(written.fields)]
    show = bench.condition(written.show, place.at("show"), Names(this=entity.name), Context.SHOW)
    return Section(label, tuple(f for f in fields if f is not None), written.columns, show, written.open)


def form_item(bench: Bench, entity: Entity, item: str | d.FieldItem, place: Place) -> FormField | None:
    """A field as a form places it; None with an issue where the entity has none of that name."""
    written = d.FieldItem(field=item) if isinstance(item, str) else item
    here = place if isinstance(item, str) else place.at("field")
    field = entity.fields.get(written.field)
    if field is None:
        bench.findings.unknown(Sentence("field of {name}", name=entity.name), written.field, entity.fields, here)
        return None
    shown, names = form_field(field), Names(this=entity.name)
    rows = field.table.fields if field.table else {}
    for key in ("columns", "totals"):
        for index, name in enumerate(getattr(written, key)):
            if name not in rows:
                bench.findings.unknown(
                    Sentence("field of {entity}.{field}", entity=entity.name, field=field.name), name, rows, place.at(key, index)
                )
            elif key == "totals" and rows[name].type.kind is not Kind.NUMBER:
                words = Sentence("{path} is {type} and cannot be added up.", path=name, type=rows[name].type.word)
                bench.findings.add("N307", words, place.at(key, index))
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
        scan=_scan(bench, field, written, place),
        default=_default(bench, field, written, place),
        widget=_widget(bench, field, written, place),
    )


def _default(bench: Bench, field: Field, written: d.FieldItem, place: Place) -> Given | None:
    """S210 for a default of what nobody fills in."""
    if written.default is None:
        return None
    if field.computed or field.table is not None:
        bench.findings.add("S210", Sentence("{name} has no default: nobody fills it in.", name=field.name), place.at("default"), key=True)
        return None
    return bench.given(written.default, place.at("default"), Names(), (Context.DEFAULT, field.type))


def _scan(bench: Bench, field: Field, written: d.FieldItem, place: Place) -> str:
    """N301 for a field that the rows do not have, N307 for one that no code fits into."""
    if written.scan is None:
        return ""
    rows = field.table.fields if field.table else {}
    if written.scan not in rows:
        bench.findings.unknown(Sentence("field of {name}", name=field.name), written.scan, rows, place.at("scan"))
    elif rows[written.scan].computed or rows[written.scan].kind not in SCANNED:
        bench.findings.add(
            "N307", Sentence("No code goes into {scan}: scanned are texts, barcodes and links.", scan=written.scan), place.at("scan")
        )
    return written.scan if written.scan in rows else ""


def _widget(bench: Bench, field: Field, written: d.FieldItem, place: Place) -> str:
    """N307 for a way to be typed in that does not fit the field."""
    if written.as_ is not None and field.kind != "choice":
        bench.findings.add(
            "N307", Sentence("{name} is no choice; `as: {look}` is for choices.", name=field.name, look=written.as_), place.at("as")
        )
    return written.as_ or ""
