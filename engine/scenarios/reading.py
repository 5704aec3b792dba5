"""From the files in `tests/cases/` to scenarios: fixtures joined, cases filled in, every mistake at its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path as Folder

from engine.frozen import frozen
from engine.loading import Document, Path, did_you_mean, read

from .cases import case_columns, filled
from .findings import Findings, Place
from .model import Expectation, Given, Person, Scenario, Step
from .words import EXPECTATIONS, FILE_KEYS, STEP_KEYS, VERBS

FOLDER = "tests/cases"


@frozen(slots=False)
class Library:
    """The documents of an application's scenarios and fixtures by name."""

    scenarios: Mapping[str, Document]
    fixtures: Mapping[str, Document]


def read_library(root: Folder, findings: Findings, folder: str = FOLDER) -> Library:
    """All scenario files in a folder of the application in `root`; what is wrong with their text goes into `findings`."""
    found: dict[str, dict[str, Document]] = {"scenario": {}, "fixture": {}}
    for file in sorted((root / folder).rglob("*.yaml")):
        document = read(file.relative_to(root).as_posix(), file.read_bytes())
        findings.issues.update(dict.fromkeys(document.issues))
        kind = _kind(document, findings)
        if kind is not None and isinstance(document.data, Mapping):
            found[kind][str(document.data[kind])] = document
    return Library(found["scenario"], found["fixture"])


def _kind(document: Document, findings: Findings) -> str | None:
    if not isinstance(document.data, Mapping) or not document.data:
        if not document.issues:
            findings.add(Place(document, ()), "T600", "This file is empty; it begins with `scenario: NAME` or `fixture: NAME`.")
        return None
    kind = next(iter(document.data))
    if kind not in FILE_KEYS:
        findings.add(
            Place(document, (kind,), key=True), "T600", f"A file of this folder begins with `scenario:` or `fixture:`, not with `{kind}:`."
        )
        return None
    name = str(document.data[kind])
    if Folder(document.file).stem != name:
        findings.add(
            Place(document, (kind,)),
            "T600",
            f"The file is called {Folder(document.file).name}, so its name must be {Folder(document.file).stem}.",
        )
    _known_keys(document, (), document.data, FILE_KEYS[kind], findings)
    return str(kind)


def runs_of(name: str, library: Library, findings: Findings) -> list[Scenario]:
    """The runs of one scenario: one, or one per row of its cases."""
    document = library.scenarios[name]
    data = document.data
    assert isinstance(data, Mapping)
    runs = []
    for case, cells in case_columns(document, findings):
        content = filled(document, data, cells, findings)
        people, given = _cast(document, content, library, findings)
        clock = content.get("clock")
        if not isinstance(clock, str):
            findings.add(Place(document, ("scenario",)), "T601", 'A scenario needs `clock: "YYYY-MM-DD hh:mm"`, quoted.')
        steps = _steps(document, content, findings)
        connectors = {str(key): _answers(value) for key, value in _mapping(content.get("connectors")).items()}
        covers = tuple(str(item) for item in _list(content.get("covers")))
        runs.append(Scenario(name, document.file, str(clock), people, given, steps, connectors, covers, case))
    return runs


def _cast(
    document: Document, content: Mapping[str, object], library: Library, findings: Findings
) -> tuple[dict[str, Person], dict[str, Given]]:
    """The people and records of the fixtures that are used, then those of the scenario itself."""
    people: dict[str, Person] = {}
    given: dict[str, Given] = {}
    for name in _list(content.get("use")):
        fixture = library.fixtures.get(str(name))
        if fixture is None:
            findings.add(Place(document, ("use",)), "T602", f"There is no fixture {name}.", hint=did_you_mean(str(name), library.fixtures))
        elif isinstance(fixture.data, Mapping):
            below, records = _cast(fixture, fixture.data, library, findings)
            _tell_apart({**people, **given}, {**below, **records}, Place(document, ("use",)), findings)
            people |= below
            given |= records
    for name, values in _mapping(content.get("people")).items():
        rest = _mapping(values)
        roles = tuple(str(role) for role in _list(rest.get("roles")))
        others = {key: value for key, value in rest.items() if key != "roles"}
        people[str(name)] = Person(str(name), roles, others, ("people", str(name)), document.file)
    for entity, listed in _mapping(content.get("given")).items():
        for name, values in _mapping(listed).items():
            if name in people or name in given:
                findings.add(Place(document, ("given", entity, name), key=True), "T603", f"The name {name} is used twice.")
            given[str(name)] = Given(str(name), str(entity), _mapping(values), ("given", str(entity), str(name)), document.file)
    return people, given


def _tell_apart(there: Mapping[str, Person | Given], more: Mapping[str, Person | Given], place: Place, findings: Findings) -> None:
    """T603: two fixtures call different things alike."""
    for name in sorted(name for name in there.keys() & more.keys() if there[name] != more[name]):
        findings.add(place, "T603", f"The name {name} is used twice: in {there[name].file} and {more[name].file}.")


def _steps(document: Document, content: Mapping[str, object], findings: Findings) -> tuple[Step, ...]:
    items = content.get("steps")
    if not isinstance(items, list) or not items:
        findings.add(Place(document, ("scenario",)), "T601", "A scenario needs `steps:`, a list.")
        return ()
    return tuple(step for number, item in enumerate(items) if (step := _step(document, ("steps", number), item, findings)))


def _step(document: Document, path: Path, item: object, findings: Findings) -> Step | None:
    """One step; None where it is left out because its verb is null (from a case), or cannot be understood."""
    if not isinstance(item, Mapping):
        findings.add(Place(document, path), "T604", "A step is a mapping, such as {as: wes, update: order, with: {…}}.")
        return None
    verbs = [key for key in item if key in VERBS]
    if len(verbs) > 1:
        findings.add(Place(document, (*path, verbs[1]), key=True), "T604", f"A step has one verb; this one has {' and '.join(verbs)}.")
        return None
    verb = verbs[0] if verbs else None
    _known_keys(document, path, item, STEP_KEYS | VERBS.get(verb or "", frozenset()) | {verb or "at"}, findings)
    if verb is not None and item[verb] is None:
        return None
    keys = {key: value for key, value in item.items() if key not in (verb, "expect")}
    expect = tuple(_expectations(document, (*path, "expect"), item.get("expect"), findings))
    together: tuple[Step, ...] = ()
    if verb == "race":
        parts = enumerate(_list(item["race"]))
        together = tuple(part for number, one in parts if (part := _step(document, (*path, "race", number), one, findings)))
    return Step(path, verb, item[verb] if verb else None, keys, expect, together)


def _expectations(document: Document, path: Path, items: object, findings: Findings) -> Iterable[Expectation]:
    for number, item in enumerate(_list(items)):
        here = (*path, number)
        kind = next(iter(item)) if isinstance(item, Mapping) and item else None
        if not isinstance(item, Mapping) or kind not in EXPECTATIONS:
            hint = did_you_mean(str(kind), EXPECTATIONS)
            findings.add(Place(document, here), "T605", f"The first key says what is expected; `{kind}` is no expectation.", hint=hint)
        else:
            _known_keys(document, here, item, EXPECTATIONS[str(kind)] | {str(kind)}, findings)
            yield Expectation(str(kind), item[kind], {key: value for key, value in item.items() if key != kind}, here)


def _known_keys(document: Document, path: Path, item: Mapping[str, object], known: frozenset[str], findings: Findings) -> None:
    for key in item:
        if key not in known:
            findings.add(
                Place(document, (*path, key), key=True), "T606", f"`{key}` is not known here.", hint=did_you_mean(str(key), sorted(known))
            )


def _answers(value: object) -> tuple[object, ...]:
    return tuple(_list(value))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
