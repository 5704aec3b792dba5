"""A declaration with its place, and an entity with all that is written of it: its own file, kinds, and what packages add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Generic, TypeVar

import msgspec

from engine.frozen import frozen
from engine.metadata import (
    ABOVE,
    ARCHIVED,
    BELOW,
    SUBTYPE,
    TAKEN_BACK,
    AboveField,
    ArchiveField,
    ClockBreachedField,
    ClockSpentField,
    ClockTimeField,
    DateField,
    Declaration,
    FieldDeclaration,
    Label,
    LinkField,
    SubtypeField,
    TableField,
)
from engine.metadata import declared as d

from .findings import Place

D = TypeVar("D", bound=Declaration)


COMPANY = "company"
COMPANY_FIELD = LinkField(to=COMPANY, required=True, default="=user.company", label={"en": "Company", "zh": "公司"})
"""The field that `company: true` gives an entity."""
PERIOD: Mapping[str, FieldDeclaration] = {
    "valid_from": DateField(required=True, label={"en": "Valid from", "zh": "生效日期"}),
    "valid_to": DateField(
        label={"en": "Valid to", "zh": "失效日期"},
        help={"en": "The last day; blank until the day before the next begins.", "zh": "最后一天；留空则有效至下一条生效的前一天。"},
    ),
}
"""The fields that `dated` gives an entity."""
ARCHIVE: Mapping[str, FieldDeclaration] = {
    ARCHIVED: ArchiveField(label={"en": "Archived on", "zh": "归档时间"}, show=f"{ARCHIVED} <> null"),
    TAKEN_BACK: ArchiveField(label={"en": "Taken back on", "zh": "取回时间"}, show=f"{TAKEN_BACK} <> null"),
}
"""The fields that `retention` gives an entity whose records are archived."""


OF_A_CLOCK: Mapping[str, tuple[FieldDeclaration, Mapping[str, str]]] = {
    "due": (ClockTimeField(), {"en": "{} due", "zh": "{}期限"}),
    "spent": (ClockSpentField(), {"en": "{} time spent", "zh": "{}用时"}),
    "breached": (ClockBreachedField(default=False), {"en": "{} exceeded", "zh": "{}超时"}),
    "since": (ClockTimeField(), {"en": "{} running since", "zh": "{}计时起点"}),
}
"""The fields that a clock of its lifecycle gives an entity, `CLOCK_due` and so on, and what they are called."""


LABEL_KIND = {"en": "Kind", "zh": "类别"}
"""What the field is called that says of which kind a record is."""
LABEL_ABOVE = {"en": "All above", "zh": "所有上级"}
"""What the records above one in its tree are called."""


@frozen
class Sourced(Generic[D]):
    """A declaration and its place."""

    declared: D
    place: Place


@frozen(slots=False)
class EntityParts:
    """An entity and what later packages add to it."""

    base: Sourced[d.Entity]
    extensions: tuple[Sourced[d.Extension], ...] = ()
    system: bool = False
    clocks: Mapping[str, d.Clock] = field(default_factory=dict)

    def parts(self) -> Iterator[Sourced[d.Entity] | Sourced[d.Extension]]:
        """The base first, then the extensions in the order of their packages."""
        yield self.base
        yield from self.extensions

    def kinds(self) -> Iterator[tuple[str, Sourced[d.Subtype]]]:
        """The kinds of the entity, with what later packages add to each."""
        for part in self.parts():
            for name, declared in part.declared.subtypes.items():
                yield name, Sourced(declared, part.place.at("subtypes", name))

    def kind_of(self) -> Mapping[str, str]:
        """The kind that a field belongs to, by field; the others belong to all."""
        return {field: name for name, kind in self.kinds() for field in kind.declared.fields}

    @cached_property
    def written(self) -> Sequence[tuple[str, FieldDeclaration, Place]]:
        """All fields as they are written, those of the kinds last, each with its place."""
        parts = (*self.parts(), *(kind for _, kind in self.kinds()))
        return [(name, declared, part.place.at("fields", name)) for part in parts for name, declared in part.declared.fields.items()]

    def given(self) -> Mapping[str, tuple[FieldDeclaration, str]]:
        """The fields that come with a key of the entity, each with the key."""
        found: dict[str, tuple[FieldDeclaration, str]] = {}
        if self.base.declared.company:
            found[COMPANY] = COMPANY_FIELD, "company"
        if kinds := {name: kind.declared.label for name, kind in self.kinds()}:
            labels = {name: label for name, label in kinds.items() if label is not None}
            found[SUBTYPE] = (
                SubtypeField(of=tuple(kinds), required=True, readonly="id <> null", label=LABEL_KIND, labels=labels),
                "subtypes",
            )
        if self.base.declared.dated is not None:
            found.update({name: (declared, "dated") for name, declared in PERIOD.items()})
        if self.base.declared.retention is not None and self.base.declared.retention.do == "archive":
            found.update({name: (declared, "retention") for name, declared in ARCHIVE.items()})
        if self.base.declared.tree is not None:
            found[ABOVE] = AboveField(to=self.base.declared.entity, inverse=BELOW, on_delete="clear", label=LABEL_ABOVE), "tree"
        found.update({name: (declared, "clocks") for name, declared in _of_clocks(self.clocks).items()})
        return found

    @cached_property
    def fields(self) -> Mapping[str, tuple[FieldDeclaration, Place]]:
        """All fields in order, each with its place; of two with one name the first."""
        given = {name: (declared, self.base.place.at(key)) for name, (declared, key) in self.given().items()}
        found = {COMPANY: given.pop(COMPANY)} if COMPANY in given else {}
        if SUBTYPE in given:
            found[SUBTYPE] = given.pop(SUBTYPE)
        for name, declared, place in self.written:
            found.setdefault(name, (declared, place))
        return {**found, **given}


def given_in_rows(table: TableField) -> Mapping[str, FieldDeclaration]:
    """The fields that the clocks of its lifecycle give the rows of a table."""
    return _of_clocks(table.lifecycle.clocks) if table.lifecycle is not None else {}


def fields_of_rows(table: TableField, place: Place) -> Mapping[str, tuple[FieldDeclaration, Place]]:
    """All fields of the rows of a table in order, each with its place; of two with one name the first."""
    found = {name: (declared, place.at("fields", name)) for name, declared in table.fields.items()}
    given = {name: (declared, place.at("lifecycle", "clocks")) for name, declared in given_in_rows(table).items()}
    return {**found, **{name: each for name, each in given.items() if name not in found}}


def _of_clocks(clocks: Mapping[str, d.Clock]) -> Mapping[str, FieldDeclaration]:
    return {f"{name}_{part}": made for name, clock in clocks.items() for part, made in _of_clock(name, clock.label)}


def _of_clock(name: str, label: Label | None) -> Iterator[tuple[str, FieldDeclaration]]:
    """The fields of one clock, called as it is; each is shown while it says something."""
    for part, (made, words) in OF_A_CLOCK.items():
        own = {language: _said(label, language) or name.replace("_", " ").capitalize() for language in words}
        called = {language: text.format(own[language]) for language, text in words.items()}
        show = f"{name}_{part}" if part == "breached" else f"{name}_{part} <> null"
        yield part, msgspec.structs.replace(made, label=called, show=show)


def _said(label: Label | None, language: str) -> str | None:
    if isinstance(label, Mapping):
        return label.get(language) or next(iter(label.values()))
    return label
