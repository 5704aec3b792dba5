"""Whether a scenario names only things that are there: before anything runs, all mistakes of a file at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from engine.loading import Document, Path, did_you_mean
from engine.metadata import Entity, Metadata
from engine.plugins import FailureKind
from engine.workflow import actions_of

from .findings import Findings, Place
from .model import Expectation, Scenario, Step, Values
from .moments import later, moment
from .papers import is_paper
from .reading import Library
from .values import mapping
from .words import ALL_KEYS, ALWAYS_THERE, DECISIONS, FAILURES, TO_PEOPLE

SYSTEM_FIELDS = ("id", "state", "number", "created_at", "created_by", "updated_at", "updated_by", "version")


@dataclass
class _Check:
    """One scenario being checked; `entities` are the names known so far."""

    document: Document
    metadata: Metadata
    findings: Findings
    entities: dict[str, str] = field(default_factory=dict)

    def add(self, path: Path, code: str, message: str, *, key: bool = False, hint: str = "") -> None:
        self.findings.add(Place(self.document, path, key), code, message, hint)

    def known(self, path: Path, name: object, names: Iterable[str], code: str, what: str) -> bool:
        listed = list(names)
        if name in listed:
            return True
        self.add(path, code, f"There is no {what} {name}.", hint=did_you_mean(str(name), listed))
        return False

    def record(self, path: Path, name: object) -> Entity | None:
        """The entity of the record that a name stands for."""
        head, _, rest = str(name).partition(".")
        if not self.known(path, head, self.entities, "T602", "record called"):
            return None
        table = rest.partition(".")[0]
        return self.metadata.entities.get(f"{self.entities[head]}.{table}" if table else self.entities[head])

    def record_in(self, path: Path, keys: Values, key: str = "record") -> Entity | None:
        """The same for the record that a step or expectation names by a key of its own, which it must have."""
        if key in keys:
            return self.record((*path, key), keys[key])
        if frozenset(keys) <= ALL_KEYS:
            self.add(path, "T604", f"Which record? Write `{key}: NAME`.")
        return None

    def actor(self, path: Path, name: object) -> None:
        people = [known for known, entity in self.entities.items() if entity == "user"]
        if str(name) not in ALWAYS_THERE:
            self.known(path, name, people, "T602", "person called")

    def values(self, path: Path, entity: Entity, values: object, extra: Iterable[str] = ()) -> None:
        """The fields that values are written for, and the names that stand in links."""
        for name, written in mapping(values).items():
            self.value((*path, name), entity, str(name), written, tuple(extra))

    def value(self, path: Path, entity: Entity, name: str, written: object, extra: tuple[str, ...]) -> None:
        parts = name.split(".")
        below = entity.fields[parts[0]].table if len(parts) == 3 and parts[0] in entity.fields else None
        target, last = (below, parts[2]) if below is not None else (entity, name)
        if last in extra or (last in SYSTEM_FIELDS and last not in target.fields):
            return
        if last not in target.fields:
            self.add(path, "T608", f"{target.name} has no field {last}.", key=True, hint=did_you_mean(last, target.fields))
            return
        found = target.fields[last]
        if found.table is not None:
            self.rows(path, found.table, written)
        elif found.link is not None and not is_paper(found):
            self.records(path, written)

    def records(self, path: Path, written: object) -> None:
        """The record that a link is written with, or all of them."""
        for here, name in [((*path, at), each) for at, each in enumerate(written)] if isinstance(written, list) else [(path, written)]:
            if isinstance(name, str) and not name.startswith("="):
                self.record(here, name)

    def rows(self, path: Path, table: Entity, written: object) -> None:
        """The values of a table: a list of rows, or null for none."""
        if written is not None and not (isinstance(written, list) and all(isinstance(row, Mapping) for row in written)):
            self.add(path, "T608", "A table is written as a list of rows, each a mapping.")
            return
        for number, row in enumerate(written or ()):
            self.values((*path, number), table, row)


def check(scenario: Scenario, library: Library, metadata: Metadata, findings: Findings) -> None:
    """Add an issue for everything in `scenario` that the application does not have."""
    checking = _Check(library.scenarios[scenario.name], metadata, findings)
    checking.entities |= dict.fromkeys(scenario.people, "user") | {name: given.entity for name, given in scenario.given.items()}
    _cast(checking, scenario, library)
    for step in _all_steps(scenario.steps):
        for name, entity in _names(step):
            checking.entities[name] = entity
    _clock(checking, scenario)
    _connectors(checking, scenario)
    for step in _all_steps(scenario.steps):
        _step(checking, step)


def _cast(checking: _Check, scenario: Scenario, library: Library) -> None:
    documents = {document.file: document for document in (*library.fixtures.values(), *library.scenarios.values())}
    own, user = checking.document, checking.metadata.entities["user"]
    for person in scenario.people.values():
        checking.document = documents.get(person.file, own)
        if not person.roles:
            checking.add(person.path, "T610", f"{person.name} has no role, so may do nothing; write `roles: [..]`.", key=True)
        for role in person.roles:
            checking.known((*person.path, "roles"), role, checking.metadata.roles, "T602", "role")
        checking.values(person.path, user, person.values)
    for given in scenario.given.values():
        checking.document = documents.get(given.file, own)
        entities = [name for name in checking.metadata.entities if "." not in name]
        if checking.known(given.path[:2], given.entity, entities, "T602", "entity"):
            checking.values(given.path, checking.metadata.entities[given.entity], given.values)
    checking.document = own


def _connectors(checking: _Check, scenario: Scenario) -> None:
    """Connectors that there are, and answers of the two shapes that there are."""
    for name, answers in scenario.connectors.items():
        path = ("connectors", name)
        checking.known(path, name.partition(".")[0], checking.metadata.connectors, "T602", "connector called")
        for number, answer in enumerate(answers):
            given = mapping(answer)
            if "fail" in given:
                checking.known((*path, number), given["fail"], get_args(FailureKind), "T604", "kind of failure")
            elif not isinstance(given.get("answer"), Mapping):
                checking.add((*path, number), "T604", "An answer is {answer: {…}} or {fail: timeout}.")


def _all_steps(steps: Iterable[Step]) -> Iterable[Step]:
    for step in steps:
        yield step
        yield from step.together


def _names(step: Step) -> Iterable[tuple[str, str]]:
    """The records that a step gives names to, with their entities."""
    if step.verb == "create" and "name" in step.keys:
        yield str(step.keys["name"]), str(step.target)
    for entity, names in mapping(step.keys.get("names")).items():
        yield from ((str(name), str(entity)) for name in (names if isinstance(names, list) else [names]))
    for expectation in step.expect:
        if expectation.kind == "find" and "name" in expectation.keys:
            yield str(expectation.keys["name"]), str(expectation.target)


def _clock(checking: _Check, scenario: Scenario) -> None:
    """Times that can be read, none of them before the one reached already."""
    zone = checking.metadata.zone
    try:
        now = moment(scenario.clock, zone)
    except ValueError as wrong:
        checking.add(("clock",), "T611", f"This is no time: {wrong}.")
        return
    for step in scenario.steps:
        key = "at" if "at" in step.keys else "wait"
        if key not in step.keys:
            continue
        try:
            calendar = checking.metadata.calendar_named("")
            reached = moment(step.keys[key], zone) if key == "at" else later(now, step.keys[key], calendar)
        except ValueError as wrong:
            checking.add((*step.path, key), "T611", f"This cannot be read: {wrong}.")
            continue
        if reached < now:
            checking.add((*step.path, key), "T611", "This time lies before the one that the scenario has reached.")
        now = max(now, reached)


def _step(checking: _Check, step: Step) -> None:
    if step.verb is not None and step.verb != "race":
        if "as" not in step.keys:
            checking.add(step.path, "T604", "Who does this? Write `as: PERSON`.")
        else:
            checking.actor((*step.path, "as"), step.actor)
        STEPS[step.verb](checking, step)
    _fails(checking, step)
    for expectation in step.expect:
        _expectation(checking, expectation)


def _fails(checking: _Check, step: Step) -> None:
    wanted = step.keys.get("fails")
    kind = next(iter(wanted), None) if isinstance(wanted, Mapping) else wanted
    if kind is not None:
        checking.known((*step.path, "fails"), kind, sorted(FAILURES), "T604", "kind of failure")


def _create(checking: _Check, step: Step) -> None:
    if checking.known((*step.path, "create"), step.target, checking.metadata.entities, "T602", "entity"):
        checking.values((*step.path, "with"), checking.metadata.entities[str(step.target)], step.values)


def _update(checking: _Check, step: Step) -> None:
    entity = checking.record((*step.path, str(step.verb)), step.target)
    if entity is not None:
        checking.values((*step.path, "with"), entity, step.values)


def _do(checking: _Check, step: Step) -> None:
    entity = checking.record_in(step.path, step.keys)
    if entity is None:
        return
    actions = actions_of(checking.metadata, entity)
    if checking.known((*step.path, "do"), step.target, actions, "T612", f"action of {entity.name}"):
        checking.values((*step.path, "with"), entity, step.values, ("comment",))


def _decide(checking: _Check, step: Step) -> None:
    checking.known((*step.path, "decide"), step.target, sorted(DECISIONS), "T604", "decision")
    key = "incident" if "incident" in step.keys else "record"
    entity = checking.record_in(step.path, step.keys, key)
    if entity is None:
        return
    steps = _steps_of(checking.metadata, entity)
    if str(step.target) in TO_PEOPLE:
        for person in step.named("to"):
            checking.actor((*step.path, "to"), person)
    for name in ("to", "step") if str(step.target) not in TO_PEOPLE else ("step",):
        if step.keys.get(name) is not None:
            checking.known((*step.path, name), step.keys[name], steps, "T613", f"step of a workflow for {entity.name}")
    sheets = _sheets_of(checking.metadata, entity)
    if not any(set(step.values) <= {"comment", *sheet.fields} for sheet in sheets):
        checking.values((*step.path, "with"), entity, step.values, ("comment",))


def _steps_of(metadata: Metadata, entity: Entity) -> list[str]:
    return [step.name for workflow in metadata.workflows.values() if workflow.entity == entity.name for step in workflow.all_steps]


def _sheets_of(metadata: Metadata, entity: Entity) -> list[Entity]:
    """The entities of which people of a step file rows instead of writing the record."""
    steps = (step for workflow in metadata.workflows.values() if workflow.entity == entity.name for step in workflow.all_steps)
    return [metadata.entities[step.sheet.entity] for step in steps if step.sheet is not None]


STEPS: Mapping[str, Callable[[_Check, Step], None]] = {
    "create": _create,
    "update": _update,
    "delete": _update,
    "do": _do,
    "decide": _decide,
}


def _expectation(checking: _Check, expectation: Expectation) -> None:
    path, keys = expectation.path, expectation.keys
    if "as" in keys:
        checking.actor((*path, "as"), keys["as"])
    entity = _subject(checking, expectation)
    if entity is None:
        return
    for key in ("fields", "match", "masked"):
        checking.values((*path, key), entity, keys.get(key))
    if expectation.kind == "tasks":
        steps = _steps_of(checking.metadata, entity)
        for name, people in mapping(keys.get("open")).items():
            checking.known((*path, "open"), name, steps, "T613", f"step of a workflow for {entity.name}")
            for person in people if isinstance(people, list) else [people]:
                checking.actor((*path, "open", name), person)
    if expectation.kind in ("may", "may_not"):
        actions = actions_of(checking.metadata, entity)
        checking.known((*path, expectation.kind), expectation.target, actions, "T612", f"action of {entity.name}")


def _subject(checking: _Check, expectation: Expectation) -> Entity | None:
    """The entity that an expectation is about; None where that is no entity, or unknown (which is an issue then)."""
    path, kind, target = expectation.path, expectation.kind, expectation.target
    metadata = checking.metadata
    if kind == "called" or (kind == "incident" and str(target) in metadata.workflows):
        return None
    if kind in ("may", "may_not"):
        return checking.record_in(path, expectation.keys)
    if kind == "notified":
        checking.actor((*path, kind), target)
        return checking.record((*path, "about"), expectation.keys["about"]) if "about" in expectation.keys else None
    if kind == "find":
        known = checking.known((*path, kind), target, metadata.entities, "T602", "entity")
        return metadata.entities[str(target)] if known else None
    if kind == "list":
        if checking.known((*path, kind), target, [*metadata.lists, *metadata.entities], "T602", "list or entity"):
            for row in expectation.keys.get("rows") or ():  # type: ignore[attr-defined]
                checking.record((*path, "rows"), row)
        return None
    found = [checking.record((*path, kind), name) for name in (target if isinstance(target, list) else [target])]
    return found[0] if found else None
