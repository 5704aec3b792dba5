"""What each role may do, entity by entity, read from the definition alone; and how two definitions differ in it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.formula import Formula
from engine.metadata import VERBS, Entity, Metadata, Rule

from .sight import Sight, editable, sight_of

Where = tuple[str, ...]
"""The conditions of which one must hold, as written; none means on every record."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What one role, with the roles it includes, may do with an entity: a verb that is absent may not be done.

    `sight` is what is hidden or masked in every record; `partly` are fields that are so in some. `edit` are the only fields that
    `update` may write (None: all).
    """

    role: str
    entity: str
    verbs: Mapping[str, Where] = field(default_factory=dict)
    sight: Sight = field(default_factory=Sight)
    partly: frozenset[str] = frozenset()
    edit: frozenset[str] | None = None


def rights_of(metadata: Metadata) -> Iterator[Rights]:
    """The rights of every role that has any, entity by entity. `admin` may do everything and has no rules."""
    for entity in metadata.documents:
        for role in metadata.roles.values():
            rules = [rule for rule in entity.rules if rule.role in role.includes]
            if found := _rights(role.name, entity, rules):
                yield found


def _rights(role: str, entity: Entity, rules: list[Rule]) -> Rights | None:
    verbs = {verb: where for verb in VERBS if (where := _where(rules, verb)) is not None}
    if not verbs:
        return None
    reading = [rule for rule in rules if rule.verbs.get("read")]
    sight = sight_of(reading)
    touched = frozenset().union(*(rule.hide | rule.mask.keys() for rule in reading))
    everywhere = [rule.hide | rule.mask.keys() for rule in reading if rule.verbs["read"] is True]
    partly = frozenset(name for name in touched - sight.hidden - sight.masked.keys() if all(name in closed for closed in everywhere))
    updating = [rule for rule in rules if rule.verbs.get("update")]
    return Rights(role, entity.name, verbs, sight, partly, editable(entity, updating) if updating else None)


def _where(rules: list[Rule], verb: str) -> Where | None:
    """The conditions of a verb; None where no rule grants it."""
    grants = [grant for rule in rules if (grant := rule.verbs.get(verb, False)) is not False]
    if not grants:
        return None
    if True in grants:
        return ()
    return tuple(sorted({grant.text for grant in grants if isinstance(grant, Formula)}))


def differences(old: Metadata, new: Metadata) -> Iterator[str]:
    """What roles may do in `new` that they may not in `old`, and the reverse, one sentence each."""
    before = {(rights.role, rights.entity): rights for rights in rights_of(old)}
    after = {(rights.role, rights.entity): rights for rights in rights_of(new)}
    for role, entity in sorted(before.keys() | after.keys()):
        nothing = Rights(role, entity)
        yield from _between(before.get((role, entity), nothing), after.get((role, entity), nothing))


def _between(old: Rights, new: Rights) -> Iterator[str]:
    for verb in VERBS:
        if old.verbs.get(verb) != new.verbs.get(verb):
            yield f"{new.role} {_verb(verb, new.entity, old.verbs.get(verb), new.verbs.get(verb))}."
    if "read" in old.verbs and "read" in new.verbs:
        yield from _sights(old, new)
    if "update" in old.verbs and "update" in new.verbs and old.edit != new.edit:
        yield f"{new.role} may now write {_fields(new.edit)} of {new.entity}, before {_fields(old.edit)}."


def _verb(verb: str, entity: str, old: Where | None, new: Where | None) -> str:
    if new is None:
        return f"may no longer {verb} {entity}{words(old or ())}"
    if old is None:
        return f"may now {verb} {entity}{words(new)}"
    return f"may now {verb} {entity}{words(new) or ' without condition'}, before{words(old) or ' without condition'}"


def _sights(old: Rights, new: Rights) -> Iterator[str]:
    def shown(rights: Rights, name: str) -> str:
        if name in rights.sight.hidden:
            return "hidden"
        if name in rights.sight.masked:
            return "masked"
        return "hidden in some records" if name in rights.partly else "visible"

    for name in sorted(_closed(old) | _closed(new)):
        if shown(old, name) != shown(new, name):
            yield f"{new.role} finds {new.entity}.{name} {shown(new, name)} now, before {shown(old, name)}."


def _closed(rights: Rights) -> frozenset[str]:
    return rights.sight.hidden | rights.sight.masked.keys() | rights.partly


def words(where: Where) -> str:
    """Conditions as the end of a sentence; blank for none."""
    return f" where {', or where '.join(where)}" if where else ""


def _fields(names: frozenset[str] | None) -> str:
    return "every field" if names is None else ", ".join(sorted(names)) or "no field"
