"""Entities and tables before any formula is read: which fields there are, of which types, and where links lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Literal

from engine.errors import Text
from engine.formula import Currency, Kind, Type
from engine.frozen import frozen
from engine.loading.findings import Place
from engine.loading.sourced import EntityParts, fields_of_rows
from engine.metadata import (
    Choice,
    ChoiceField,
    FieldBase,
    FieldDeclaration,
    Label,
    LinkField,
    LinksField,
    MoneyField,
    MultiChoiceField,
    SubtypeField,
    Surroundings,
    TableField,
    UserField,
    leads_to_many,
    target_of,
    type_of,
)

from .application import ROLE_CHOICES
from .bench import Bench
from .through import check_through

Fields = Mapping[str, tuple[FieldDeclaration, Place]]


@frozen(slots=False)
class FieldShell:
    """A field with its type; `choices` are those of a choice field."""

    entity: str
    name: str
    declared: FieldBase
    place: Place
    label: Text
    type: Type
    choices: tuple[Choice, ...] = ()
    subtype: str | None = None


@frozen(slots=False)
class Shell:
    """An entity, the rows of a table, or the pairs of many-to-many links (`relation`)."""

    name: str
    place: Place
    fields: Mapping[str, FieldShell]
    document: str | None = None
    parts: EntityParts | None = None
    table: TableField | None = None
    tables: Mapping[str, Shell] = field(default_factory=dict)
    relation: bool = False

    def walk(self) -> Iterator[Shell]:
        """The tables, then this."""
        yield from self.tables.values()
        yield self


def shells(bench: Bench) -> dict[str, Shell]:
    """All entities and tables by name: the tables before their documents."""
    found: dict[str, Shell] = {}
    for name, parts in bench.declarations.entities.items():
        for shell in _shell(bench, name, parts).walk():
            found[shell.name] = shell
    return found


def _shell(bench: Bench, name: str, parts: EntityParts) -> Shell:
    fields = parts.fields
    kinds = parts.kind_of()
    own = _fields(bench, name, fields, fields)
    own |= {field: replace(own[field], subtype=kind) for field, kind in kinds.items() if field in own}
    tables = {}
    for field_name, (declared, place) in fields.items():
        if isinstance(declared, TableField):
            row = f"{name}.{field_name}"
            inner: Fields = fields_of_rows(declared, place)
            tables[field_name] = Shell(row, place, _fields(bench, row, inner, fields), name, table=declared)
        elif leads_to_many(declared) and field_name in own and getattr(declared, "through", None) is None:
            tables[field_name] = _pairs(name, own[field_name])
    return Shell(name, parts.base.place, own, parts=parts, tables=tables)


def _pairs(document: str, owner: FieldShell) -> Shell:
    """The rows that join a record to those that its field leads to: a table with one link, called like the field."""
    declared, name, row = owner.declared, owner.name, f"{document}.{owner.name}"
    release: Literal["restrict", "clear"] = declared.on_delete if isinstance(declared, LinksField) else "restrict"
    link = LinkField(to=str(target_of(declared)), label=declared.label, on_delete=release)
    table = TableField(
        fields={name: link},
        label=declared.label,
        title='"#" & id',
        unique=((name,),),
        min=getattr(declared, "min", None),
        max=getattr(declared, "max", None),
    )
    inner = FieldShell(row, name, link, owner.place, owner.label, type_of(link, Surroundings(row, name)))
    return Shell(row, owner.place, {name: inner}, document, table=table, relation=True)


def _fields(bench: Bench, entity: str, fields: Fields, of_document: Fields) -> dict[str, FieldShell]:
    found = {}
    for name, (declared, place) in fields.items():
        if not (_sound(bench, declared, place) and check_through(bench, entity, declared, place)):
            bench.findings.broken |= {name, str(getattr(declared, "inverse", None) or name)}
            continue
        codes = codes_of(bench, declared)
        made = _type(bench, (entity, name), declared, (fields, of_document))
        label = bench.label(declared.label, place.at("label"), name)
        found[name] = FieldShell(entity, name, declared, place, label, made, codes)
    return found


def _type(bench: Bench, named: tuple[str, str], declared: FieldBase, around: tuple[Fields, Fields]) -> Type:
    money = _currency(bench, named[0], declared, around) if isinstance(declared, MoneyField) else None
    return type_of(declared, Surroundings(*named, codes_of(bench, declared), money))


def shape_of(bench: Bench, entity: str, name: str, written: tuple[FieldBase, Place]) -> Type:
    """The type of a value that is declared like a field of `entity` and is none."""
    declared, place = written
    fields = bench.declarations.entities[entity].fields if entity in bench.declarations.entities else {}
    return _type(bench, (entity, name), declared, (fields, fields)) if _sound(bench, declared, place) else Type(Kind.TEXT)


def _sound(bench: Bench, declared: FieldBase, place: Place) -> bool:
    """Whether what a field names is there: its list of choices, its target, its role."""
    if isinstance(declared, ChoiceField | MultiChoiceField) and isinstance(declared.of, str) and declared.of not in bench.choices:
        known = [name for name in bench.choices if name != ROLE_CHOICES]
        bench.findings.unknown("list of choices", declared.of, known, place.at("of"))
        return False
    if isinstance(declared, LinkField | LinksField) and declared.to not in bench.declarations.targets:
        bench.findings.unknown("entity", declared.to, bench.declarations.targets, place.at("to"))
        return False
    if isinstance(declared, UserField) and declared.role and declared.role not in bench.roles:
        bench.findings.unknown("role", declared.role, bench.roles, place.at("role"))
    return True


def codes_of(bench: Bench, declared: FieldBase) -> tuple[Choice, ...]:
    """The codes of a choice; none for other fields."""
    if not isinstance(declared, ChoiceField | MultiChoiceField):
        return ()
    if isinstance(declared.of, str):
        return bench.choices[declared.of]
    labels: dict[str, Label] = declared.labels if isinstance(declared, SubtypeField) else {}
    if labels:
        return tuple(Choice(code, _text(bench, labels.get(code, code.replace("_", " ").capitalize()))) for code in declared.of)
    return tuple(Choice(code, {bench.languages[0]: code.replace("_", " ").capitalize()}) for code in declared.of)


def _text(bench: Bench, label: Label) -> Text:
    return {bench.languages[0]: label} if isinstance(label, str) else label


def _currency(bench: Bench, entity: str, declared: MoneyField, around: tuple[Fields, Fields]) -> Currency:
    """A code, a field or path that gives one; else the field `currency` of the record or of its document, else the application's."""
    own, document = around
    written = declared.currency
    if written and len(written) == 3 and written.isupper():
        return Currency(written)
    if written:
        return Currency(path=tuple(written.split(".")))
    if "currency" in own:
        return Currency(path=("currency",))
    if own is not document and "currency" in document:
        return Currency(path=(entity.split(".", 1)[0], "currency"))
    return Currency(bench.currency)
