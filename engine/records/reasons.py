"""Why somebody may see, change or delete a record, or a field of it, and why not.

Told to the command line as a whole; to a `reader` without what that person may not know themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from engine import storage
from engine.access import Actor, Granting, granting
from engine.errors import Forbidden, Message, Refusal
from engine.formula import CollectionPath, Formula, Names, Path, Root, Step, compile, trace
from engine.frozen import frozen
from engine.metadata import Entity, Field, Metadata, Rule
from engine.unit_of_work import View

from .child_rows import narrows
from .draft import Row, key_of
from .explain import Eyes, Values, WholeFrame
from .fetch import fetch
from .grants import entity_id
from .narrowing import hidden_here
from .present import sight_on
from .row_reasons import row_reasons
from .seals import closed_in, seen
from .writable import refuse_locked, writable

VERBS = ("read", "update", "delete")


@frozen
class Because:
    """One reason; `step` takes its condition apart, for whom `eyes` belong to."""

    words: Message
    step: Step | None = None
    eyes: Eyes | None = None


@frozen
class Answer:
    """Whether something is allowed, and every reason that was looked at."""

    what: str
    allowed: bool
    because: tuple[Because, ...]

    @property
    def known(self) -> bool:
        """Whether the reader may know it: nothing closed to them decides."""
        return all(one.step is None or one.step.known for one in self.because)


@frozen
class Closed:
    """A field (`lines.price` for a cell) that a person does not see on a record, or sees only a part of, and what closes it."""

    field: str
    masked: bool
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


class Onlooker(Eyes):
    """What the actor of a frame may know of a condition that was tested for another person."""

    def __init__(self, frame: WholeFrame, person: Actor) -> None:
        super().__init__(frame)
        self._person = person

    def reads(self, path: Path, row: Values | None) -> bool:
        """Of the other person what is known of their account; else as ever."""
        if path.root is not Root.USER:
            return super().reads(path, row)
        return not path.hops and (path.field == "id" or self._knows(path.field))

    def _knows(self, name: str) -> bool:
        account = self._frame.record("user", self._person.id) if self._person.id is not None else None
        return account is not None and self._opens(self._view.metadata.entities["user"], account, name)


def reasons(view: View, entity: Entity, number: int, reader: View | None = None) -> tuple[Answer, ...]:
    """For each verb, whether the actor of `view` may do it with a record, and why. Raises Invisible when there is no such record.

    `reader` is the view of whoever asks about somebody else.
    """
    row = fetch(view, entity.name, number)
    return tuple(Answer(verb, _allowed(view, entity, row, verb), tuple(_because(view, entity, row, verb, reader))) for verb in VERBS)


def reasons_of_rows(view: View, entity: Entity, number: int, reader: View | None = None) -> tuple[Answer, ...]:
    """The same for the rows of tables with rules of their own (`read lines`), for who reads the record; no numbers for a reader."""
    row = fetch(view, entity.name, number)
    tables = entity.ruled if sight_on(view, entity, row) is not None else ()
    found = (each for table in tables for each in row_reasons(view, table, row if reader is None else None))
    return tuple(Answer(f"{each.verb} {each.table.name}", each.granted, tuple(Because(words) for words in each.because)) for each in found)


def closed_fields(view: View, entity: Entity, number: int) -> tuple[Closed, ...]:
    """What the actor of `view` does not see, or not wholly, on a record that they may read; of a hidden table only itself.

    Raises Invisible when there is no such record.
    """
    row = fetch(view, entity.name, number)
    sight = sight_on(view, entity, row)
    if sight is None:
        return ()
    names = sorted(name for name in sight.hidden | sight.masked.keys() if name.partition(".")[0] not in sight.hidden - {name})
    return tuple(Closed(name, name not in sight.hidden, tuple(_shown(view, entity, row, name))) for name in names)


def _allowed(view: View, entity: Entity, row: Row, verb: str) -> bool:
    if verb == "read":
        return sight_on(view, entity, row) is not None
    try:
        found = writable(view, entity, row)
    except (Forbidden, Refusal):
        found = None
    if verb == "update":
        return found is not None and (found.names is None or bool(found.names or found.opened or found.shared))
    return not _refused(view, entity, row) and _held(view, entity, row, verb)


def _held(view: View, entity: Entity, row: Row, verb: str) -> bool:
    if view.actor.trusted or view.actor.administrator:
        return True
    frame = WholeFrame(view)
    return any(each.where is None or each.where.holds(row, frame) for each in granting(entity, verb, view.actor))


def _because(view: View, entity: Entity, row: Row, verb: str, reader: View | None = None) -> Iterator[Because]:
    rules = granting(entity, verb, view.actor)
    if view.actor.trusted or view.actor.administrator:
        yield Because(Message("Administrators may do everything."))
    elif not rules:
        roles = ", ".join(sorted(view.actor.roles)) or "–"
        yield Because(Message("No rule of their roles ({roles}) grants it.", {"roles": roles}))
    for rule in rules:
        yield _by_rule(view, row, rule, reader)
    for given in _given(view, entity, row):
        if verb in given.verbs:
            yield Because(Message("It was opened for them on this record ({source}).", {"source": given.source}))
    if verb != "read" and (refused := _refused(view, entity, row)):
        yield Because(refused)


def _by_rule(view: View, row: Row, granted: Granting, reader: View | None) -> Because:
    rule, where = granted.rule, granted.where
    if where is None:
        return Because(Message("The rule of {role} grants it on every record.", {"role": rule.role}))
    frame = WholeFrame(view)
    eyes = None if reader is None else Onlooker(WholeFrame(reader), view.actor)
    step = trace(_as_written(view.metadata, rule, where), row, frame, eyes or AllEyes(frame))
    params = {"role": rule.role, "condition": where.text}
    words = "The rule of {role} grants it where {condition}."
    if step.known:
        here = "The rule of {role} grants it where {condition}, as here."
        words = here if where.holds(row, frame) else "The rule of {role} grants it only where {condition}, which is not so here."
    return Because(Message(words, params), step, eyes)


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
    yield from _shown_in_rows(view, entity, name)
    if not any_rule:
        yield from _because(view, entity, row, "read")
    own = {name, name.split(".", 1)[0]}
    if own & hidden_here(view, entity, [key_of(row)]).get(key_of(row), frozenset()):
        yield Because(Message("An open task hides {field}.", {"field": name}))
    if entity.may_be_sealed and own & closed_in(entity, seen(view, entity, row)).keys():
        yield Because(Message("{field} is sealed.", {"field": name}))


def _shown_in_rows(view: View, entity: Entity, name: str) -> Iterator[Because]:
    """What rules of a table say of its cells, and of itself."""
    table, _, cell = name.partition(".")
    field = entity.fields.get(table)
    if field is None or field.table is None or not narrows(view, field):
        return
    read = next(row_reasons(view, field))
    yield from (Because(words) for words in read.because)
    for each in granting(field.table, "read", view.actor):
        words = {"role": each.rule.role, "field": name}
        if cell in each.rule.hide:
            yield Because(Message("The rule of {role} hides {field}.", words))
        elif cell in each.rule.mask:
            yield Because(Message("The rule of {role} masks {field}.", words))


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
