"""Why somebody may see, change or delete a record, or a field of it, and why not: for administrators, so nothing is kept from them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine import storage
from engine.access import granting
from engine.errors import Forbidden, Message, Refusal
from engine.formula import CollectionPath, Formula, Names, Path, Step, compile, trace
from engine.metadata import Entity, Field, Metadata, Rule
from engine.unit_of_work import View

from .draft import Row, key_of
from .explain import Values, WholeFrame
from .fetch import fetch
from .grants import entity_id
from .present import sight_on
from .writable import refuse_locked, writable

VERBS = ("read", "update", "delete")


@dataclass(frozen=True, slots=True)
class Because:
    """One reason; `step` takes its condition apart."""

    words: Message
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether something is allowed, and every reason that was looked at."""

    what: str
    allowed: bool
    because: tuple[Because, ...]


class AllEyes:
    """A reader who may know everything."""

    def __init__(self, frame: WholeFrame) -> None:
        self._frame = frame

    def reads(self, path: Path, row: Values | None) -> bool:
        """Always."""
        return True

    def sees(self, path: CollectionPath, row: Values) -> Collection[int]:
        """All rows."""
        return {number for each in self._frame.rows(row, path) if isinstance(number := each.get("id"), int)}


def reasons(view: View, entity: Entity, number: int) -> tuple[Answer, ...]:
    """For each verb, whether the actor of `view` may do it with a record, and why. Raises Invisible when there is no such record."""
    row = fetch(view, entity.name, number)
    return tuple(Answer(verb, _allowed(view, entity, row, verb), tuple(_because(view, entity, row, verb))) for verb in VERBS)


def _allowed(view: View, entity: Entity, row: Row, verb: str) -> bool:
    if verb == "read":
        return sight_on(view, entity, row) is not None
    try:
        found = writable(view, entity, row)
    except (Forbidden, Refusal):
        found = None
    if verb == "update":
        return found is not None and (found.names is None or bool(found.names or found.opened))
    return not _refused(view, entity, row) and _held(view, entity, row, verb)


def _held(view: View, entity: Entity, row: Row, verb: str) -> bool:
    if view.actor.trusted or view.actor.administrator:
        return True
    frame = WholeFrame(view)
    return any(each.where is None or each.where.holds(row, frame) for each in granting(entity, verb, view.actor))


def _because(view: View, entity: Entity, row: Row, verb: str) -> Iterator[Because]:
    rules = granting(entity, verb, view.actor)
    if view.actor.trusted or view.actor.administrator:
        yield Because(Message("Administrators may do everything."))
    elif not rules:
        roles = ", ".join(sorted(view.actor.roles)) or "–"
        yield Because(Message("No rule of their roles ({roles}) grants it.", {"roles": roles}))
    for rule in rules:
        yield _by_rule(view, row, rule.rule, rule.where)
    for given in _given(view, entity, row):
        if verb in given.verbs:
            yield Because(Message("It was opened for them on this record ({source}).", {"source": given.source}))
    if verb != "read" and (refused := _refused(view, entity, row)):
        yield Because(refused)


def _by_rule(view: View, row: Row, rule: Rule, where: Formula | None) -> Because:
    if where is None:
        return Because(Message("The rule of {role} grants it on every record.", {"role": rule.role}))
    frame = WholeFrame(view)
    step = trace(_as_written(view.metadata, rule, where), row, frame, AllEyes(frame))
    words = {"role": rule.role, "condition": where.text}
    if where.holds(row, frame):
        return Because(Message("The rule of {role} grants it where {condition}, as here.", words), step)
    return Because(Message("The rule of {role} grants it only where {condition}, which is not so here.", words), step)


@lru_cache(maxsize=512)
def _as_written(metadata: Metadata, rule: Rule, where: Formula) -> Formula:
    entity = next(each.name for each in metadata.documents if rule in each.rules)
    return compile(where.text, Names(this=entity), metadata.names_as_written, where.context)


def _given(view: View, entity: Entity, row: Row) -> list[storage.Grant]:
    if view.actor.id is None:
        return []
    return storage.holds_of(view.connection, entity_id(view, entity), key_of(row), view.now).given(view.actor.id, view.actor.roles)


def _refused(view: View, entity: Entity, row: Row) -> Message | None:
    try:
        refuse_locked(view, entity, row)
    except Refusal as refusal:
        return refusal.message
    return None


def field_reasons(view: View, entity: Entity, number: int, field: Field) -> tuple[Answer, ...]:
    """Whether the actor of `view` sees and may write a field of a record, and why."""
    row, name = fetch(view, entity.name, number), _path(entity, field)
    sight = sight_on(view, entity, row)
    seen = Answer("see", sight is not None and sight.readable(name), tuple(_shown(view, entity, row, name)))
    return seen, Answer("write", *_writes(view, entity, row, field))


def _path(entity: Entity, field: Field) -> str:
    return f"{field.entity.removeprefix(entity.name + '.')}.{field.name}" if field.entity != entity.name else field.name


def _shown(view: View, entity: Entity, row: Row, name: str) -> Iterator[Because]:
    frame, any_rule = WholeFrame(view), False
    for each in granting(entity, "read", view.actor):
        if each.where is None or each.where.holds(row, frame):
            any_rule = True
            words = {"role": each.rule.role, "field": name}
            if {name, name.split(".", 1)[0]} & each.rule.hide:
                yield Because(Message("The rule of {role} hides {field}.", words))
            elif name in each.rule.mask:
                yield Because(Message("The rule of {role} masks {field}.", words))
            else:
                yield Because(Message("The rule of {role} shows {field}.", words))
    if not any_rule:
        yield from _because(view, entity, row, "read")


def _writes(view: View, entity: Entity, row: Row, field: Field) -> tuple[bool, tuple[Because, ...]]:
    if field.computed:
        return False, (Because(Message("It is computed." if field.match is None else "It is found by its key.")),)
    try:
        allowed = writable(view, entity, row)
    except (Forbidden, Refusal) as refusal:
        return False, (Because(refusal.message),)
    name = _path(entity, field)
    if name in allowed.opened or name.split(".", 1)[0] in allowed.opened:
        return True, (Because(Message("An open task opens it.")),)
    if allowed.allows(name):
        return True, (Because(Message("The rules that grant changing the record allow it.")),)
    return False, (Because(Message("The rules that grant changing the record do not allow this field.")),)
