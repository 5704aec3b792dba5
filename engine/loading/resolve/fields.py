"""Fields, complete: their conditions, defaults, limits, links and formulas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import Sentence, Text
from engine.formula import Context, Formula, Kind, Names, Type
from engine.metadata import (
    FILE,
    USER,
    DecimalField,
    Entity,
    Field,
    FieldBase,
    FormulaText,
    Given,
    IntegerField,
    Link,
    LinkField,
    LinksField,
    UserField,
    ValueBase,
    leads_to_many,
    target_of,
    word_of,
)

from .bench import NO_WORDS, Bench
from .computed import Computed
from .kinds_of import shown_for
from .several import given_links
from .shells import FieldShell, Shell
from .through import through_of


def fields_of(bench: Bench, shell: Shell, computed: Computed, tables: Mapping[str, Entity]) -> dict[str, Field]:
    """The fields of an entity or of the rows of a table, in order; `tables` holds the rows of its table fields by field name."""
    names = Names(this=shell.name)
    return {name: _field(bench, each, names, computed, tables.get(name)) for name, each in shell.fields.items()}


def _field(bench: Bench, shell: FieldShell, names: Names, computed: Computed, table: Entity | None) -> Field:
    declared = shell.declared
    return Field(
        shell.entity,
        shell.name,
        word_of(declared),
        declared,
        shell.label,
        shell.type,
        help=_words(bench, shell, "help"),
        required=_required(bench, declared.required, shell),
        show=_show(bench, shell, names),
        readonly=_condition(bench, shell, "readonly", names),
        link=_link(bench, shell, names, computed),
        choices=shell.choices,
        table=None if leads_to_many(declared) else table,
        relation=table if leads_to_many(declared) else None,
        subtype=shell.subtype,
        **_value_keys(bench, shell, computed, names),
    )


def _show(bench: Bench, shell: FieldShell, names: Names) -> Formula | None:
    written = _condition(bench, shell, "show", names)
    return written if shell.subtype is None else shown_for(bench, shell.entity, shell.subtype, written)


def _words(bench: Bench, shell: FieldShell, key: str) -> Text:
    written = getattr(shell.declared, key, None)
    return NO_WORDS if written is None else bench.words(written, shell.place.at(key))


def _condition(bench: Bench, shell: FieldShell, key: str, names: Names) -> Formula | None:
    written = getattr(shell.declared, key)
    return None if written is None else bench.condition(written, shell.place.at(key), names, _CONTEXTS[key])


def _value_keys(bench: Bench, shell: FieldShell, computed: Computed, names: Names) -> dict[str, Any]:
    declared = shell.declared
    if not isinstance(declared, ValueBase):
        default = _default_links(bench, shell, names) if isinstance(declared, LinksField) else None
        return {"placeholder": _words(bench, shell, "placeholder"), "default": default}
    if isinstance(declared, IntegerField | DecimalField):
        _words(bench, shell, "unit")
    key = (shell.entity, shell.name)
    kept = computed.kept(key) if key in computed.fields else None
    return {
        "placeholder": _words(bench, shell, "placeholder"),
        "default": _default(bench, shell, names),
        "least": limit(bench, shell, "min", names),
        "most": limit(bench, shell, "max", names),
        "formula": kept.formula if kept else None,
        "keep": kept.keep if kept else "stored",
        "unique": declared.unique,
        "discloses": declared.discloses,
        "search": declared.search,
        "seal": computed.seals.of(key),
    }


def _required(bench: Bench, written: FormulaText, shell: FieldShell) -> Formula | bool:
    if isinstance(written, bool):
        return written
    return bench.condition(written, shell.place.at("required"), Names(this=shell.entity), Context.REQUIRED) or False


def _default(bench: Bench, shell: FieldShell, names: Names) -> Given | None:
    assert isinstance(shell.declared, ValueBase)
    if shell.declared.default is None:
        return None
    return bench.given(shell.declared.default, shell.place.at("default"), names, (Context.DEFAULT, shell.type))


def _default_links(bench: Bench, shell: FieldShell, names: Names) -> Given | None:
    """What links to many begin with: the record of a formula (`=user`), or those behind a path (`=category.team`)."""
    declared, place = shell.declared, shell.place.at("default")
    assert isinstance(declared, LinksField)
    if declared.default is None or declared.through is not None:
        return None
    return given_links(bench, declared, declared.default, (place, names, Context.DEFAULT))


_CONTEXTS = {"readonly": Context.READONLY, "show": Context.SHOW, "where": Context.LINK_WHERE}
_LIMITED = frozenset({"integer", "decimal", "percent", "money", "date", "datetime"})


def limit(bench: Bench, shell: FieldShell, key: str, names: Names) -> Given | None:
    """`min` or `max` of a number or date; the `max` of a text is its length and stays in the declaration."""
    written = getattr(shell.declared, key, None) if word_of(shell.declared) in _LIMITED else None
    if written is None:
        return None
    plain = written if isinstance(written, str | int) else format(written, "f")
    return bench.given(plain, shell.place.at(key), names, (Context.DEFAULT, shell.type))


def _link(bench: Bench, shell: FieldShell, names: Names, computed: Computed) -> Link | None:
    declared: FieldBase = shell.declared
    if target_of(declared) == FILE:
        return Link(FILE)
    if isinstance(declared, UserField):
        return Link(USER, inverse=declared.inverse, role=declared.role)
    if isinstance(declared, LinksField):
        chosen = Names(this=shell.entity, extra={shell.name: Type(Kind.REF, entity=declared.to)})
        where = _condition(bench, shell, "where", chosen)
        through, makes = through_of(bench, shell.entity, declared), declared.create
        return Link(declared.to, where, declared.inverse, on_delete=declared.on_delete, makes=makes, quick=declared.quick, through=through)
    if not isinstance(declared, LinkField):
        return None
    where = _condition(bench, shell, "where", names)
    fill = _fill(bench, shell, declared, names)
    match = computed.matches.get((shell.entity, shell.name))
    return Link(declared.to, where, declared.inverse, fill, declared.on_delete, match=match, makes=declared.create, quick=declared.quick)


def _fill(bench: Bench, shell: FieldShell, declared: LinkField, names: Names) -> dict[str, Given]:
    members = bench.catalog.members(shell.entity)
    found = {}
    for name, written in declared.fill.items():
        place = shell.place.at("fill", name)
        if name not in members:
            bench.findings.unknown(Sentence("field of {name}", name=shell.entity), name, members, place, key=True)
        elif given := bench.given(written, place, names, (Context.VALUE, members[name].type)):
            found[name] = given
    return found
