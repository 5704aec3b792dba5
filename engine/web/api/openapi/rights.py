"""What of an entity its reader may use at all, in whatever row: which methods, and which fields may be written."""

from __future__ import annotations

from dataclasses import dataclass

from engine.access import Actor, Sight, editable, granting, never_readable, row_rule, sight_of
from engine.metadata import Entity, Metadata


@dataclass(frozen=True, slots=True)
class Rights:
    """Which methods are there for somebody; None means not at all, else the fields that may be written."""

    read: bool
    sight: Sight
    create: frozenset[str] | None
    change: frozenset[str] | None
    delete: bool

    @property
    def none(self) -> bool:
        """Whether there is nothing to describe."""
        return not self.read and self.create is None and self.change is None


def rights_of(metadata: Metadata, entity: Entity, actor: Actor) -> Rights:
    """The rights of `actor` over the rows of `entity`, and what tasks may open for them."""
    return Rights(
        read=not row_rule(entity, "read", actor).nothing,
        sight=never_readable(entity, actor),
        create=_writable(entity, "create", actor),
        change=_changeable(metadata, entity, actor),
        delete=not row_rule(entity, "delete", actor).nothing,
    )


def _writable(entity: Entity, verb: str, actor: Actor) -> frozenset[str] | None:
    rule = row_rule(entity, verb, actor)
    if rule.nothing:
        return None
    names = frozenset(f.name for f in entity.written if f.name != "number" or entity.number is None)
    if rule.everything and not rule.granting:
        return names
    rules = [granted.rule for granted in granting(entity, verb, actor)]
    edit = editable(entity, rules)
    allowed = names if edit is None else names & {name.split(".", 1)[0] for name in edit}
    return allowed - sight_of(rules).hidden


def _changeable(metadata: Metadata, entity: Entity, actor: Actor) -> frozenset[str] | None:
    own = _writable(entity, "update", actor)
    steps = [step for name in entity.workflows for step in metadata.workflows[name].steps.values()]
    by_tasks = frozenset().union(*(step.edit | step.must for step in steps)) & {f.name for f in entity.written}
    return own if not by_tasks else (own or frozenset()) | by_tasks
