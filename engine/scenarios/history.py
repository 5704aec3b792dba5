"""Expectations about what happened: audit entries, decisions, incidents, calls of connectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.notices import told_to
from engine.records import ids_of, plain_value
from engine.storage import entries
from engine.unit_of_work import View
from engine.workflow import INBOUND, all_incidents, events_of, incidents_of

from .messages import stuck_messages
from .model import Expectation
from .values import mapping, record_of, typed
from .world import World

FAR = 1000


def audit(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    """`audit: RECORD` with `field old new by for cause`, or `step decision by for`; `count` of them, else at least one."""
    name = str(expectation.target)
    entity, number = record_of(world, view, name)
    keys = expectation.keys
    found = (
        _decisions(world, view, entity, number, keys)
        if "step" in keys or "decision" in keys
        else _changes(world, view, entity, number, keys)
    )
    wanted = keys.get("count")
    if wanted is None and not found:
        yield f"the audit of {name} holds no such entry"
    elif wanted is not None and found != wanted:
        yield f"the audit of {name} holds {found} such entries, not {wanted}"


def _decisions(world: World, view: View, entity: str, number: int, keys: Mapping[str, object]) -> int:
    by, whom_for = _person(world, view, keys, "by"), _person(world, view, keys, "for")
    decided = [event for event in events_of(view, entity, number) if event.kind == "decided"]
    return sum(
        (by is None or event.actor == by)
        and ("for" not in keys or event.detail.get("for") == whom_for)
        and keys.get("step", event.step) == event.step
        and keys.get("decision", event.detail.get("decision")) == event.detail.get("decision")
        for event in decided
    )


def _person(world: World, view: View, keys: Mapping[str, object], key: str) -> int | None:
    """The id of the person that a key names; None for the system, and for nobody."""
    return record_of(world, view, str(keys[key]))[1] if keys.get(key) not in (None, "system") else None


def _changes(world: World, view: View, entity_name: str, number: int, keys: Mapping[str, object]) -> int:
    entity = view.metadata.entities[entity_name]
    by, whom_for = _person(world, view, keys, "by"), _person(world, view, keys, "for")
    name = keys.get("field")
    field = entity.fields.get(str(name))
    wanted = {
        side: keys[side] if field is None or field.table is not None else plain_value(field, typed(world, view, field, keys[side]))
        for side in ("old", "new")
        if side in keys
    }
    found = 0
    for entry in entries(view.connection, view.metadata.identity.number(f"entity:{entity_name}") or 0, number, FAR):
        values = dict(zip(("old", "new"), entry.changes.get(str(name), (None, None)), strict=True))
        right_field = name is None or str(name) in entry.changes
        right_person = ("by" not in keys or entry.actor == by) and ("for" not in keys or entry.on_behalf_of == whom_for)
        right_cause = keys.get("cause") in (None, entry.cause, entry.cause.partition(":")[0], entry.cause.partition(":")[2])
        found += right_field and right_person and right_cause and all(values[side] == value for side, value in wanted.items())
    return found


def notified(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    """How often a person was told something, about a record, in these words, by mail."""
    keys, person = expectation.keys, str(expectation.target)
    about = record_of(world, view, str(keys["about"])) if "about" in keys else None
    found = told_to(view, world.ids[person], about)
    if "says" in keys:
        found = [notice for notice in found if str(keys["says"]) in f"{notice.subject.render(view.metadata.languages[0])} {notice.words}"]
    if keys.get("by") == "email":
        found = [notice for notice in found if notice.mailed]
    wanted = keys.get("times")
    if (wanted is None and not found) or (wanted is not None and len(found) != wanted):
        told = [f"{notice.kind}: {notice.subject} {notice.words}".strip() for notice in found]
        yield f"{person} was told {len(found)} times, not {'at least once' if wanted is None else wanted}: {told}"


def _open(world: World, view: View, target: object) -> tuple[str, list[Sequence[int]]]:
    """What is stuck there, each as the people it waits for; and how the place is called."""
    if isinstance(target, Mapping):
        helpers = view.metadata.entities[INBOUND].fields["helpers"]
        return str(target.get("message")), [ids_of(helpers, row["helpers"]) or () for row in stuck_messages(view, target)]
    name = str(target)
    found = all_incidents(view, name) if name in view.metadata.workflows else incidents_of(view, *record_of(world, view, name))
    return name, [one.people for one in found]


def incident(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    """`incident: RECORD or WORKFLOW or {message: …, key: …}` with the `count` of open ones and the people `for` whom they are."""
    name, found = _open(world, view, expectation.target)
    wanted = expectation.keys.get("count")
    if wanted is None and not found:
        yield f"nothing is stuck at {name}"
    elif wanted is not None and len(found) != wanted:
        yield f"{len(found)} incidents are open at {name}, not {wanted}"
    people = expectation.keys.get("for")
    if people is not None:
        asked = {person for waits in found for person in waits}
        expected = {record_of(world, view, str(person))[1] for person in (people if isinstance(people, list) else [people])}
        if asked != expected:
            yield f"the incidents at {name} are for other people"


def called(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    """`called: connector.action` with the inputs `with`, `times` (default: at least once)."""
    wanted = mapping(expectation.keys.get("with"))
    found = sum(
        call.name == expectation.target and all(_same(call.inputs.get(key), value) for key, value in wanted.items())
        for call in world.answers.calls
    )
    times = expectation.keys.get("times")
    if times is None and not found:
        yield f"{expectation.target} was not called like this"
    elif times is not None and found != times:
        yield f"{expectation.target} was called {found} times like this, not {times}"


def _same(value: object, written: object) -> bool:
    return value == written or str(value) == str(written)
