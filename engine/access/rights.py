"""What each role may do, entity by entity, read from the definition alone; and how two definitions differ in it, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import partial

from engine.errors import Message
from engine.formula import Formula
from engine.frozen import frozen
from engine.metadata import VERBS, Entity, Metadata, Renaming, Role, Rule

from .sight import Sight, editable, sight_of

Where = tuple[str, ...]
"""The conditions of which one must hold, as written; none means on every record."""


@frozen
class Rights:
    """What one role, with the roles it includes, may do with an entity: a verb that is absent may not be done.

    Of the rows of a table (`order.lines`) it tells what its own rules leave of what the document allows. `sight` is what is hidden or
    masked in every record; `partly` are fields that are so in some. `edit` are the only fields that `update` may write (None: all).
    """

    role: str
    entity: str
    verbs: Mapping[str, Where] = field(default_factory=dict)
    sight: Sight = field(default_factory=Sight)
    partly: frozenset[str] = frozenset()
    edit: frozenset[str] | None = None

    @property
    def told(self) -> Mapping[str, Where]:
        """The verbs, without `print` where that goes as far as `read`, as it does unless something else is said."""
        return {verb: where for verb, where in self.verbs.items() if not (verb == "print" and self.prints_what_it_reads)}

    @property
    def prints_what_it_reads(self) -> bool:
        """Whether nothing narrows what may be printed."""
        return self.verbs.get("print") == self.verbs.get("read")


Spelled = Callable[[str, Formula], str]
"""Gives a condition on the records of an entity in words."""


def _as_written(entity: str, condition: Formula) -> str:
    return condition.text


def rights_of(metadata: Metadata, spelled: Spelled = _as_written, also: Collection[str] = ()) -> Iterator[Rights]:
    """The rights of every role that has any, entity by entity. `admin` may do everything and has no rules.

    Tables are told of where they have rules of their own; those of `also` have what their document gives where they have none.
    """
    for entity in metadata.documents:
        for role in metadata.roles.values():
            own = _of_role(role, entity, spelled)
            if own is not None:
                yield own
                yield from _of_rows(role, entity, (spelled, also), own)


def _of_role(role: Role, entity: Entity, spelled: Spelled) -> Rights | None:
    return _rights(role.name, entity, [rule for rule in entity.rules if rule.role in role.includes], spelled)


def _of_rows(role: Role, entity: Entity, how: tuple[Spelled, Collection[str]], own: Rights) -> Iterator[Rights]:
    """The rights to the rows of the tables of a document that a role has rights to."""
    spelled, also = how
    for rows in (table.table for table in entity.tables if table.table is not None):
        if rows.rules:
            found = _of_role(role, rows, spelled)
            if found is not None:
                yield found
        elif rows.name in also:
            writing = ("create", "update", "delete") if own.verbs.keys() & {"create", "update"} else ()
            yield Rights(role.name, rows.name, dict.fromkeys(("read", *writing) if "read" in own.verbs else writing, ()))


def _rights(role: str, entity: Entity, rules: list[Rule], spelled: Spelled) -> Rights | None:
    verbs = {verb: where for verb in VERBS if (where := _where(rules, verb, partial(spelled, entity.name))) is not None}
    if not verbs:
        return None
    reading = [rule for rule in rules if rule.verbs.get("read")]
    sight = sight_of(reading)
    touched = frozenset().union(*(rule.hide | rule.mask.keys() for rule in reading))
    everywhere = [rule.hide | rule.mask.keys() for rule in reading if rule.verbs["read"] is True]
    partly = frozenset(name for name in touched - sight.hidden - sight.masked.keys() if all(name in closed for closed in everywhere))
    updating = [rule for rule in rules if rule.verbs.get("update")]
    sight = Sight(_briefly(sight.hidden, sight.hidden), sight.masked)
    partly = _briefly(partly, sight.hidden | partly)
    return Rights(role, entity.name, verbs, sight, partly, editable(entity, updating) if updating else None)


def _briefly(names: frozenset[str], closed: frozenset[str]) -> frozenset[str]:
    """The names without the cells of tables that are closed as a whole."""
    return frozenset(name for name in names if name.partition(".")[0] not in closed or "." not in name)


def _where(rules: list[Rule], verb: str, spelled: Callable[[Formula], str]) -> Where | None:
    """The conditions of a verb; None where no rule grants it."""
    grants = [grant for rule in rules if (grant := rule.verbs.get(verb, False)) is not False]
    if not grants:
        return None
    if True in grants:
        return ()
    return tuple(sorted({spelled(grant) for grant in grants if isinstance(grant, Formula)}))


def differences(old: Metadata, new: Metadata) -> Iterator[Message]:
    """What roles may do in `new` that they may not in `old`, and the reverse, one sentence each; a new name is no new right."""
    renaming = Renaming(old, new)
    ruled = {rows.name for rows in new.entities.values() if rows.document and rows.rules}
    once = {rows.name for rows in old.entities.values() if rows.document and rows.rules}
    also = {name for name in old.entities if renaming.entity(name) in ruled}
    called = (_today(rights, renaming) for rights in rights_of(old, renaming.text, also))
    before = {(rights.role, rights.entity): rights for rights in called}
    after = {(rights.role, rights.entity): rights for rights in rights_of(new, also={renaming.entity(name) for name in once})}
    for role, entity in sorted(before.keys() | after.keys()):
        nothing = Rights(role, entity)
        yield from _between(before.get((role, entity), nothing), after.get((role, entity), nothing))


def _today(rights: Rights, renaming: Renaming) -> Rights:
    """The rights of an earlier definition under the names of the later one."""

    def named(names: Iterable[str]) -> frozenset[str]:
        return frozenset(renaming.path(rights.entity, name) for name in names)

    masked = {renaming.path(rights.entity, name): mask for name, mask in rights.sight.masked.items()}
    return replace(
        rights,
        role=renaming.role(rights.role),
        entity=renaming.entity(rights.entity),
        sight=Sight(named(rights.sight.hidden), masked),
        partly=named(rights.partly),
        edit=None if rights.edit is None else named(rights.edit),
    )


def _between(old: Rights, new: Rights) -> Iterator[Message]:
    for verb in VERBS:
        alike = verb == "print" and old.prints_what_it_reads and new.prints_what_it_reads
        if old.verbs.get(verb) != new.verbs.get(verb) and not alike:
            yield _verb(new.role, _Right(verb, new.entity), old.verbs.get(verb), new.verbs.get(verb))
    if "read" in old.verbs and "read" in new.verbs:
        yield from _sights(old, new)
    if "update" in old.verbs and "update" in new.verbs and old.edit != new.edit:
        params = {"role": new.role, "entity": new.entity, "now": _fields(new.edit), "before": _fields(old.edit)}
        yield Message("{role} may now write {now} of {entity}, before {before}.", params)


@frozen
class _Right:
    """A verb on an entity."""

    verb: str
    entity: str


def _verb(role: str, right: _Right, old: Where | None, new: Where | None) -> Message:
    params = {"role": role, "verb": Message(right.verb), "entity": right.entity, "now": _when(new), "before": _when(old)}
    if new is None:
        return Message("{role} may no longer {verb} {entity}{before}.", params | {"before": _where_words(old or ())})
    if old is None:
        return Message("{role} may now {verb} {entity}{now}.", params | {"now": _where_words(new)})
    return Message("{role} may now {verb} {entity}{now}, before{before}.", params)


def _when(where: Where | None) -> Message | str:
    return _where_words(where) if where else Message(" without condition")


def _where_words(where: Where) -> Message | str:
    return Message(" where {conditions}", {"conditions": _either(where)}) if where else ""


def _either(where: Where) -> Message | str:
    if len(where) == 1:
        return where[0]
    return Message("{one}, or where {others}", {"one": where[0], "others": _either(where[1:])})


def _sights(old: Rights, new: Rights) -> Iterator[Message]:
    def shown(rights: Rights, name: str) -> str:
        if name in rights.sight.hidden:
            return "hidden"
        if name in rights.sight.masked:
            return "masked"
        return "hidden in some records" if name in rights.partly else "visible"

    for name in sorted(_closed(old) | _closed(new)):
        now, before = shown(new, name), shown(old, name)
        if now != before:
            params = {"role": new.role, "field": f"{new.entity}.{name}", "now": Message(now), "before": Message(before)}
            yield Message("{role} finds {field} {now} now, before {before}.", params)


def _closed(rights: Rights) -> frozenset[str]:
    return rights.sight.hidden | rights.sight.masked.keys() | rights.partly


def words(where: Where) -> str:
    """Conditions as the end of a sentence; blank for none."""
    return f" where {', or where '.join(where)}" if where else ""


def _fields(names: frozenset[str] | None) -> Message | str:
    return Message("every field") if names is None else ", ".join(sorted(names)) or Message("no field")
