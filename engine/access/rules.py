"""Which rows a person may read or write: the union of the rules of all roles held, per row (DESIGN section 5).

Nothing here touches a database: a row rule is a set of typed formulas, which storage turns into SQL and records test on a
row at hand. Whoever has no rule that grants a verb has no right to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from engine.formula import Formula, Frame, Row
from engine.frozen import frozen
from engine.metadata import Entity, Rule

from .actor import Actor


@frozen
class Granting:
    """A rule that grants a verb: everywhere where `where` is None, else on the rows where the formula holds."""

    rule: Rule
    where: Formula | None


@frozen
class RowRule:
    """On which rows a verb is granted: on all, or where one of `any_of` holds; neither means none."""

    everything: bool
    granting: tuple[Granting, ...] = ()

    @property
    def any_of(self) -> tuple[Formula, ...]:
        """The conditions of which one must hold."""
        return tuple(g.where for g in self.granting if g.where is not None)

    @property
    def nothing(self) -> bool:
        """Whether no row is granted by any rule."""
        return not self.everything and not self.granting

    def holds(self, row: Row, frame: Frame) -> bool:
        """Whether the verb is granted on this row."""
        return self.everything or any(g.where is None or g.where.holds(row, frame) for g in self.granting)


EVERYTHING, NOTHING = RowRule(True), RowRule(False)
WRITING = frozenset({"create", "update", "delete"})


def granting(entity: Entity, verb: str, actor: Actor) -> tuple[Granting, ...]:
    """The rules of the actor's roles that grant `verb`, in file order."""
    return _rule(entity, verb, actor.roles).granting


def row_rule(entity: Entity, verb: str, actor: Actor) -> RowRule:
    """On which rows of `entity` the actor has `verb`; what only the engine writes nobody else makes, changes or deletes."""
    if entity.readonly and verb in WRITING and not actor.trusted:
        return NOTHING
    if actor.trusted or actor.administrator or (verb == "read" and entity.name in actor.sees):
        return EVERYTHING
    return _rule(entity, verb, actor.roles)


@lru_cache(maxsize=8192)
def _rule(entity: Entity, verb: str, roles: frozenset[str]) -> RowRule:
    """On which rows the rules of these roles grant `verb`."""
    grants = ((rule, rule.verbs.get(verb, False)) for rule in entity.rules if rule.role in roles)
    rules = tuple(Granting(rule, None if grant is True else grant) for rule, grant in grants if grant is not False)
    return RowRule(any(g.where is None for g in rules), rules)


def holding(rules: Sequence[Granting], row: Row, frame: Frame) -> tuple[Rule, ...]:
    """The rules that grant this row."""
    return tuple(g.rule for g in rules if g.where is None or g.where.holds(row, frame))
