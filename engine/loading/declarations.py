"""All declarations of an application, sorted by kind and name, each with the place it was read from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from typing import Any

import msgspec

from engine.errors import Sentence
from engine.metadata import Declaration, ExtraTypes, TableField, kinds_with
from engine.metadata import declared as d

from .blocks import with_blocks
from .convert import convert
from .extends import Begun, begun, in_order, laid
from .findings import Findings, Place
from .folder import SYSTEM_FOLDER, Sources, with_system
from .former import Former
from .kinds import check_file_name, kind_of
from .overlays import reworded, with_actions, with_sections
from .packages import belongs, check_packages, rank
from .positions import Document
from .reader import read
from .row_lifecycles import row_lifecycles
from .sourced import EntityParts, Sourced

Found = dict[str, dict[str, list[Sourced[Declaration]]]]
"""Kind to name to the declarations of that name."""


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
    publics: dict[str, Sourced[d.PublicForm]] = field(default_factory=dict)
    prints: dict[str, Sourced[d.Print]] = field(default_factory=dict)
    portals: dict[str, Sourced[d.Portal]] = field(default_factory=dict)
    pages: dict[str, Sourced[d.Page]] = field(default_factory=dict)
    reports: dict[str, Sourced[d.Report]] = field(default_factory=dict)
    dashboards: dict[str, Sourced[d.Dashboard]] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def targets(self) -> Mapping[str, None]:
        """What a link may lead to, in order: entities, and the rows of their tables. Asked when everything is gathered."""
        written = ((name, own, declared) for name, parts in self.entities.items() for own, (declared, _) in parts.fields.items())
        tables = (f"{name}.{own}" for name, own, declared in written if isinstance(declared, TableField))
        return dict.fromkeys([*self.entities, *tables])


def gather(sources: Sources, findings: Findings, extra: ExtraTypes = ()) -> Declarations:
    """Read and convert all files, those of the engine first; what is wrong goes to `findings`; `extra` are field types of plugins."""
    found: Found = {kind: {} for kind in d.FILE_KINDS}
    packages = _packages(sources, found, findings)
    waiting: list[Begun] = []
    for file, content in with_system(sources).declarations.items():
        if file != APP and belongs(file, packages):
            waiting += _take(_read(file, content), found, findings, extra)
    _begin(waiting, found, findings, extra)
    findings.former = Former([(name, one.declared) for kind in found.values() for name, same in kind.items() for one in same])
    system = {name for name, same in found["entity"].items() if _is_ours(same[0])}
    declarations = Declarations(pictures=sources.pictures)
    for kind, plural in _PLURAL.items():
        getattr(declarations, plural).update({name: _only(kind, same, findings) for name, same in found[kind].items()})
    apps = [app for same in found["app"].values() for app in same]
    declarations.app = _only("app", apps, findings) if apps else None  # type: ignore[assignment]
    _adopt(found["extend"], found["entity"], findings)
    for name, same in found["entity"].items():
        declarations.entities[name] = _parts(same, found["extend"].get(name, ()), name in system, (packages, findings))
    for kind in ("lifecycle", "workflow", "decision", "form", "list", "page", "public", "print"):
        _aim(kind, getattr(declarations, _PLURAL[kind]), declarations.entities, findings)
    _overlay(declarations, findings)
    for lifecycle in declarations.lifecycles.values():
        own = lifecycle.declared.for_
        declarations.entities[own] = replace(declarations.entities[own], clocks=lifecycle.declared.clocks)
    declarations.lifecycles |= {each.declared.for_: each for each in row_lifecycles(declarations.entities)}
    return declarations


_read = lru_cache(maxsize=1024)(read)
"""The engine's own files are the same in every definition, and from one revision to the next few others change."""


def _packages(sources: Sources, found: Found, findings: Findings) -> Sequence[str]:
    """What `app.yaml`, which is read first, says of packages: it says which other files are read. S208 where there is none."""
    if APP not in sources.declarations:
        findings.add("S208", "There is no app.yaml: every application has one.", Place(Document(APP, "")), hint="app: NAME")
        return ()
    _take(_read(APP, sources.files[APP]), found, findings)
    for app in (app for same in found["app"].values() for app in same):
        assert isinstance(app.declared, d.App)
        check_packages(app.declared.packages, sources.declarations, app.place, findings)
        return app.declared.packages
    return ()


def _parts(
    same: list[Sourced[Declaration]], extending: Iterable[Sourced[Declaration]], system: bool, around: tuple[Sequence[str], Findings]
) -> EntityParts:
    packages, findings = around
    extensions: Any = tuple(sorted(extending, key=lambda each: rank(each.place.document.file, packages)))
    base: Any = _only("entity", same, findings)
    parts = EntityParts(reworded(base, extensions, findings), extensions, system)
    _check_twice(parts, findings)
    return parts


def _overlay(declarations: Declarations, findings: Findings) -> None:
    """Lifecycles and forms get what extensions of their entities add; N301 for actions where there is no lifecycle."""
    living = {source.declared.for_ or name: name for name, source in declarations.lifecycles.items()}
    for name, parts in declarations.entities.items():
        if name in living:
            declarations.lifecycles[living[name]] = with_actions(declarations.lifecycles[living[name]], parts, findings)
        else:
            for extension in parts.extensions:
                if extension.declared.actions:
                    findings.add(
                        "N301",
                        Sentence("{name} has no lifecycle that could have actions.", name=name),
                        extension.place.at("actions"),
                        key=True,
                    )
        if (form := with_sections(declarations.forms.get(name), parts)) is not None:
            declarations.forms[name] = form


def system_fields() -> frozenset[str]:
    """The fields of the engine's own entities as this version needs them: `user.login`."""
    found = gather(Sources({"app.yaml": b"app: none\n"}), Findings()).entities
    return frozenset(f"{name}.{field}" for name, parts in found.items() for field in parts.fields)


def _aim(kind: str, declared: dict[str, Sourced[Any]], entities: Collection[str], findings: Findings) -> None:
    """N301 for a declaration that is for no entity; it is looked at further as if it were for the nearest one."""
    for name, source in list(declared.items()):
        target = source.declared.for_ or name
        if target in entities:
            continue
        place = source.place.at("for")
        written = place.path in place.document.keys
        findings.unknown("entity", target, entities, place if written else source.place.at(kind))
        meant = findings.meant(target, entities)
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
        meant = findings.meant(name, entities)
        if meant is not None:
            extensions.setdefault(meant, []).extend(orphans)
        else:
            findings.broken |= {named for orphan in orphans for named in _mentioned(orphan.place.document)}


def _check_twice(parts: EntityParts, findings: Findings) -> None:
    """N303: an extension or a kind adds fields, it replaces none."""
    seen: dict[str, Place] = {}
    for name, _, place in parts.written:
        if name in seen:
            findings.add(
                "N303", Sentence('There is a field "{name}" already, in {file}.', name=name, file=seen[name].document.file), place, key=True
            )
        seen.setdefault(name, place)


APP = "app.yaml"
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
    "page": "pages",
    "public": "publics",
    "print": "prints",
    "portal": "portals",
    "report": "reports",
    "dashboard": "dashboards",
}
"""The kinds that are found by name, and what they are called in `Declarations`."""


def _take(document: Document, found: Found, findings: Findings, extra: ExtraTypes = ()) -> tuple[Begun, ...]:
    """Convert a document; what begins with another declaration is given back, and waits for that."""
    findings.issues.extend(document.issues)
    kind = kind_of(document, findings)
    if kind is None:
        findings.broken |= _mentioned(document)
        return ()
    document = with_blocks(document, findings)
    check_file_name(document, kind, findings)
    waits = begun(kind, document)
    if waits is None:
        _convert(kind, Place(document), found, findings, extra)
        return ()
    return (waits,)


def _begin(waiting: Sequence[Begun], found: Found, findings: Findings, extra: ExtraTypes) -> None:
    """Convert what begins with other declarations of the application; what begins with a broken one is broken itself."""
    own = {kind: [name for name, same in named.items() if not _is_ours(same[0])] for kind, named in found.items()}
    for one in in_order(waiting, own, findings):
        base = found[one.kind].get(one.base)
        if base is None or one.base in findings.broken:
            findings.broken |= _mentioned(one.document)
            continue
        document, places = laid(one, base[0].place, findings)
        _convert(one.kind, Place(document, (), places), found, findings, extra)


def _convert(kind: str, place: Place, found: Found, findings: Findings, extra: ExtraTypes) -> None:
    document = place.document
    kinds = d.SYSTEM_KINDS if document.file.startswith(SYSTEM_FOLDER) else kinds_with(extra)
    piece = convert(document, kinds[kind], extra)
    findings.issues.extend(piece.issues)
    findings.broken |= piece.broken
    name = document.data.get(kind) if isinstance(document.data, dict) else None
    if piece.declared is None:
        findings.broken |= _mentioned(document)
        return
    found[kind].setdefault(str(name), []).append(Sourced(piece.declared, replace(place, document=piece.document)))


def _is_ours(sourced: Sourced[Declaration]) -> bool:
    """Whether it is one of the engine's own."""
    return sourced.place.document.file.startswith(SYSTEM_FOLDER)


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
        findings.add(
            "N303",
            Sentence('The {kind} "{name}" is there already, in {file}.', kind=kind, name=name, file=same[0].place.document.file),
            other.place.at(kind),
        )
    return same[0]
