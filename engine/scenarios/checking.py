"""Whether a scenario names only things that are there: before anything runs, all mistakes of a file at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import get_args

from engine.metadata import Entity, Metadata
from engine.plugins import FailureKind
from engine.transfer import targets
from engine.workflow import actions_of, heard

from .expected import check_expectation, is_message, steps_of
from .findings import Findings
from .importing import headings_of, is_table
from .known import Known
from .model import Scenario, Step
from .moments import later, moment
from .reading import Library
from .values import mapping
from .words import ANYBODY, DECISIONS, FAILURES, OF_NOBODY, TO_PEOPLE


def check(scenario: Scenario, library: Library, metadata: Metadata, findings: Findings) -> None:
    """Add an issue for everything in `scenario` that the application does not have."""
    checking = Known(library.scenarios[scenario.name], metadata, findings)
    checking.entities |= dict.fromkeys(scenario.people, "user") | {name: given.entity for name, given in scenario.given.items()}
    _cast(checking, scenario, library)
    for step in _all_steps(scenario.steps):
        for name, entity in _names(step, metadata):
            checking.entities[name] = entity
    _clock(checking, scenario)
    _connectors(checking, scenario)
    for step in _all_steps(scenario.steps):
        _step(checking, step)


def _cast(checking: Known, scenario: Scenario, library: Library) -> None:
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


def _connectors(checking: Known, scenario: Scenario) -> None:
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


def _names(step: Step, metadata: Metadata) -> Iterable[tuple[str, str]]:
    """The records that a step gives names to, with their entities."""
    if step.verb == "fill" and "name" in step.keys and str(step.target) in metadata.publics:
        yield str(step.keys["name"]), metadata.publics[str(step.target)].entity
    if step.verb == "create" and "name" in step.keys:
        yield str(step.keys["name"]), str(step.target)
    for entity, names in mapping(step.keys.get("names")).items():
        yield from ((str(name), str(entity)) for name in (names if isinstance(names, list) else [names]))
    for expectation in step.expect:
        if expectation.kind == "find" and "name" in expectation.keys:
            yield str(expectation.keys["name"]), str(expectation.target)


def _clock(checking: Known, scenario: Scenario) -> None:
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


def _step(checking: Known, step: Step) -> None:
    if step.verb is not None and step.verb not in OF_NOBODY:
        if "as" not in step.keys:
            checking.add(step.path, "T604", "Who does this? Write `as: PERSON`.")
        else:
            checking.actor((*step.path, "as"), step.actor)
        STEPS[step.verb](checking, step)
    _fails(checking, step)
    for expectation in step.expect:
        check_expectation(checking, expectation)


def _fails(checking: Known, step: Step) -> None:
    wanted = step.keys.get("fails")
    kind = next(iter(wanted), None) if isinstance(wanted, Mapping) else wanted
    if kind is not None:
        checking.known((*step.path, "fails"), kind, sorted(FAILURES), "T604", "kind of failure")


def _create(checking: Known, step: Step) -> None:
    if checking.known((*step.path, "create"), step.target, checking.metadata.entities, "T602", "entity"):
        checking.values((*step.path, "with"), checking.metadata.entities[str(step.target)], step.values)


def _update(checking: Known, step: Step) -> None:
    entity = checking.record((*step.path, str(step.verb)), step.target)
    if entity is not None:
        checking.values((*step.path, "with"), entity, step.values)


def _archive(checking: Known, step: Step) -> None:
    path = (*step.path, str(step.verb))
    entity = checking.record(path, step.target)
    if entity is not None and not entity.archives:
        checking.add(path, "T604", f"Records of {entity.name} are not archived: it has no `retention` that says so.")


def _merge(checking: Known, step: Step) -> None:
    gone, kept = checking.record((*step.path, "merge"), step.target), checking.record_in(step.path, step.keys, "into")
    if gone is not None and kept is not None and gone is not kept:
        checking.add((*step.path, "into"), "T604", f"{gone.name} and {kept.name} are different things; two of one kind become one.")
    elif kept is not None:
        checking.values((*step.path, "take"), kept, dict.fromkeys(step.named("take")))


def _fill(checking: Known, step: Step) -> None:
    forms = {name: form for name, form in checking.metadata.publics.items() if not form.by_link}
    if checking.known((*step.path, "fill"), step.target, forms, "T602", "public form"):
        checking.values((*step.path, "with"), checking.metadata.entities[forms[str(step.target)].entity], step.values)
    if step.actor != ANYBODY:
        checking.add((*step.path, "as"), "T604", f"A public form is filled in by somebody without an account: `as: {ANYBODY}`.")


def _do(checking: Known, step: Step) -> None:
    entity = checking.record_in(step.path, step.keys)
    if entity is None:
        return
    actions = actions_of(checking.metadata, entity)
    if checking.known((*step.path, "do"), step.target, actions, "T612", f"action of {entity.name}"):
        checking.values((*step.path, "with"), entity.asking(actions[str(step.target)]), step.values, ("comment",))


def _decide(checking: Known, step: Step) -> None:
    checking.known((*step.path, "decide"), step.target, sorted(DECISIONS), "T604", "decision")
    key = "incident" if "incident" in step.keys else "record"
    if is_message(checking, (*step.path, key), step.keys.get(key)):
        return
    entity = checking.record_in(step.path, step.keys, key)
    if entity is None:
        return
    steps = steps_of(checking.metadata, entity)
    if str(step.target) in TO_PEOPLE:
        for person in step.named("to"):
            checking.actor((*step.path, "to"), person)
    for name in ("to", "step") if str(step.target) not in TO_PEOPLE else ("step",):
        if step.keys.get(name) is not None:
            checking.known((*step.path, name), step.keys[name], steps, "T613", f"step of a workflow for {entity.name}")
    sheets = _sheets_of(checking.metadata, entity)
    if not any(set(step.values) <= {"comment", *sheet.fields} for sheet in sheets):
        checking.values((*step.path, "with"), entity, step.values, ("comment",))


def _sheets_of(metadata: Metadata, entity: Entity) -> list[Entity]:
    """The entities of which people of a step file rows instead of writing the record."""
    steps = (step for workflow in metadata.workflows.values() if workflow.entity == entity.name for step in workflow.all_steps)
    return [metadata.entities[step.sheet.entity] for step in steps if step.sheet is not None]


def _import(checking: Known, step: Step) -> None:
    if not checking.known((*step.path, "import"), step.target, checking.metadata.entities, "T602", "entity"):
        return
    if not is_table(step):
        checking.add((*step.path, "rows"), "T604", "Rows are a list of lists, the first of them the headings, none of the others longer.")
        return
    entity = checking.metadata.entities[str(step.target)]
    known = targets(entity)
    for heading in headings_of(step):
        checking.known((*step.path, "rows", 0), heading, known, "T608", f"column of {entity.name} called")
    for name in step.named("by"):
        checking.known((*step.path, "by"), name, headings_of(step), "T608", "column called")


def _message(checking: Known, step: Step) -> None:
    messages = heard(checking.metadata)
    if checking.known((*step.path, "message"), step.target, messages, "T602", "message"):
        inbound = messages[str(step.target)][0].inbound
        assert inbound is not None
        for name in step.values:
            checking.known((*step.path, "with", name), name, inbound.fields, "T608", f"field of {inbound.name} called")


STEPS: Mapping[str, Callable[[Known, Step], None]] = {
    "create": _create,
    "update": _update,
    "delete": _update,
    "archive": _archive,
    "take_back": _archive,
    "merge": _merge,
    "do": _do,
    "decide": _decide,
    "import": _import,
    "fill": _fill,
    "message": _message,
}
