"""All declarations of an application, sorted by kind and name, each with the place it was read from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Generic, TypeVar

import msgspec

from engine.metadata import (
    ABOVE,
    BELOW,
    SUBTYPE,
    AboveField,
    DateField,
    Declaration,
    ExtraTypes,
    FieldDeclaration,
    LinkField,
    SubtypeField,
    TableField,
    kinds_with,
)
from engine.metadata import declared as d

from .convert import convert
from .findings import Findings, Place
from .folder import SYSTEM_FOLDER, Sources, with_system
from .kinds import check_file_name, kind_of
from .nearest import nearest
from .positions import Document
from .reader import read

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


LABEL_KIND = {"en": "Kind", "zh": "类别"}
"""What the field is called that says of which kind a record is."""
LABEL_ABOVE = {"en": "All above", "zh": "所有上级"}
"""What the records above one in its tree are called."""


@dataclass(frozen=True, slots=True)
class Sourced(Generic[D]):
    """A declaration and its place."""

    declared: D
    place: Place


@dataclass(frozen=True)
class EntityParts:
    """An entity and what later packages add to it."""

    base: Sourced[d.Entity]
    extensions: tuple[Sourced[d.Extension], ...] = ()
    system: bool = False

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

    def written(self) -> Iterator[tuple[str, FieldDeclaration, Place]]:
        """All fields as they are written, those of the kinds last, each with its place."""
        for part in (*self.parts(), *(kind for _, kind in self.kinds())):
            for name, declared in part.declared.fields.items():
                yield name, declared, part.place.at("fields", name)

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
        if self.base.declared.tree is not None:
            found[ABOVE] = AboveField(to=self.base.declared.entity, inverse=BELOW, on_delete="clear", label=LABEL_ABOVE), "tree"
        return found

    def fields(self) -> Mapping[str, tuple[FieldDeclaration, Place]]:
        """All fields in order, each with its place; of two with one name the first."""
        given = {name: (declared, self.base.place.at(key)) for name, (declared, key) in self.given().items()}
        found = {COMPANY: given.pop(COMPANY)} if COMPANY in given else {}
        if SUBTYPE in given:
            found[SUBTYPE] = given.pop(SUBTYPE)
        for name, declared, place in self.written():
            found.setdefault(name, (declared, place))
        return {**found, **given}


@dataclass
class Declarations:
    """What all files say, by name."""

    app: Sourced[d.App] | None = None
    entities: dict[str, EntityParts] = field(default_factory=dict)
    choices: dict[str, Sourced[d.Choices]] = field(default_factory=dict)
    lifecycles: dict[str, Sourced[d.Lifecycle]] = field(default_factory=dict)
    workflows: dict[str, Sourced[d.Workflow]] = field(default_factory=dict)
    calendars: dict[str, Sourced[d.Calendar]] = field(default_factory=dict)
    decisions: dict[str, Sourced[d.Decision]] = field(default_factory=dict)
    automations: dict[str, Sourced[d.Automation]] = field(default_factory=dict)
    forms: dict[str, Sourced[d.Form]] = field(default_factory=dict)
    lists: dict[str, Sourced[d.ListView]] = field(default_factory=dict)

    @cached_property
    def targets(self) -> Mapping[str, None]:
        """What a link may lead to, in order: entities, and the rows of their tables. Asked when everything is gathered."""
        written = ((name, own, declared) for name, parts in self.entities.items() for own, (declared, _) in parts.fields().items())
        tables = (f"{name}.{own}" for name, own, declared in written if isinstance(declared, TableField))
        return dict.fromkeys([*self.entities, *tables])


def gather(sources: Sources, findings: Findings, extra: ExtraTypes = ()) -> Declarations:
    """Read and convert all files, those of the engine first; what is wrong goes to `findings`; `extra` are field types of plugins."""
    found: dict[str, dict[str, list[Sourced[Declaration]]]] = {kind: {} for kind in d.FILE_KINDS}
    for file, content in with_system(sources).files.items():
        _take(read(file, content), found, findings, extra)
    system = {name for name, same in found["entity"].items() if same[0].place.document.file.startswith(SYSTEM_FOLDER)}
    declarations = Declarations()
    for kind, plural in _PLURAL.items():
        getattr(declarations, plural).update({name: _only(kind, same, findings) for name, same in found[kind].items()})
    apps = [app for same in found["app"].values() for app in same]
    declarations.app = _only("app", apps, findings) if apps else None  # type: ignore[assignment]
    if "app.yaml" not in sources.files:
        findings.add("S208", "There is no app.yaml: every application has one.", Place(Document("app.yaml", "")), hint="app: NAME")
    packages = declarations.app.declared.packages if declarations.app else ()
    _adopt(found["extend"], found["entity"], findings)
    for name, same in found["entity"].items():
        extensions = sorted(found["extend"].get(name, ()), key=lambda e: _package(e, packages))
        parts = EntityParts(_only("entity", same, findings), tuple(extensions), name in system)  # type: ignore[arg-type]
        _check_twice(parts, findings)
        declarations.entities[name] = parts
    for kind in ("lifecycle", "workflow", "decision", "form", "list"):
        _aim(kind, getattr(declarations, _PLURAL[kind]), declarations.entities, findings)
    return declarations


def system_fields() -> frozenset[str]:
    """The fields of the engine's own entities as this version needs them: `user.login`."""
    found = gather(Sources({"app.yaml": b"app: none\n"}), Findings()).entities
    return frozenset(f"{name}.{field}" for name, parts in found.items() for field in parts.fields())


def _aim(kind: str, declared: dict[str, Sourced[Any]], entities: Collection[str], findings: Findings) -> None:
    """N301 for a declaration that is for no entity; it is looked at further as if it were for the nearest one."""
    for name, source in list(declared.items()):
        target = source.declared.for_ or name
        if target in entities:
            continue
        place = source.place.at("for")
        written = place.path in place.document.keys
        findings.unknown("entity", target, entities, place if written else source.place.at(kind))
        meant = nearest(target, entities)
        if meant is not None:
            declared[name] = replace(source, declared=msgspec.structs.replace(source.declared, for_=meant))
        else:
            findings.broken |= _mentioned(source.place.document)
            del declared[name]


def _adopt(extensions: dict[str, list[Sourced[Declaration]]], entities: Collection[str], findings: Findings) -> None:
    """Extensions of what does not exist are mistakes; they are looked at further as if they were of the nearest entity."""
    for name in [name for name in extensions if name not in entities]:
        orphans = extensions.pop(name)
        for orphan in orphans:
            findings.unknown("entity", name, entities, orphan.place.at("extend"))
            findings.broken |= _mentioned(orphan.place.document)
        meant = nearest(name, entities)
        if meant is not None:
            extensions.setdefault(meant, []).extend(orphans)


def _check_twice(parts: EntityParts, findings: Findings) -> None:
    """N303: an extension or a kind adds fields, it replaces none."""
    seen: dict[str, Place] = {}
    for name, _, place in parts.written():
        if name in seen:
            findings.add("N303", f'There is a field "{name}" already, in {seen[name].document.file}.', place, key=True)
        seen.setdefault(name, place)


_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PLURAL = {
    "choices": "choices",
    "lifecycle": "lifecycles",
    "workflow": "workflows",
    "calendar": "calendars",
    "decision": "decisions",
    "automation": "automations",
    "form": "forms",
    "list": "lists",
}
"""The kinds that are found by name, and what they are called in `Declarations`."""


def _take(document: Document, found: dict[str, dict[str, list[Sourced[Declaration]]]], findings: Findings, extra: ExtraTypes = ()) -> None:
    findings.issues.extend(document.issues)
    kind = kind_of(document, findings)
    if kind is None:
        findings.broken |= _mentioned(document)
        return
    check_file_name(document, kind, findings)
    kinds = d.SYSTEM_KINDS if document.file.startswith(SYSTEM_FOLDER) else kinds_with(extra)
    piece = convert(document, kinds[kind], extra)
    findings.issues.extend(piece.issues)
    findings.broken |= piece.broken
    name = document.data.get(kind) if isinstance(document.data, dict) else None
    if piece.declared is None:
        findings.broken |= _mentioned(document)
        return
    found[kind].setdefault(str(name), []).append(Sourced(piece.declared, Place(piece.document)))


def _mentioned(document: Document) -> set[str]:
    """Every name in a file that cannot be used, since each may be declared there."""
    return {PurePosixPath(document.file).name.split(".", 1)[0], *_NAME.findall(document.text)}


def _only(kind: str, same: list[Sourced[Declaration]], findings: Findings) -> Sourced[Declaration]:
    """The first of several declarations of one name; N303 names the file that has it already.

    A list of choices replaces that of the engine.
    """
    if kind == "choices" and len(same) > 1 and same[0].place.document.file.startswith(SYSTEM_FOLDER):
        same = same[1:]
    for other in same[1:]:
        name = getattr(other.declared, kind)
        findings.add("N303", f'There is a {kind} "{name}" already, in {same[0].place.document.file}.', other.place.at(kind))
    return same[0]


def _package(extension: Sourced[Declaration], packages: tuple[str, ...]) -> int:
    """Where the package of a file stands in the order of `app.yaml`."""
    parts = PurePosixPath(extension.place.document.file).parts
    return next((index for index, package in enumerate(packages) if package in parts[1:-1]), len(packages))
