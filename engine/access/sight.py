"""What a person sees of a record: fields hidden or masked, decided per row by the rules that grant it.

A field is visible if one granting rule neither hides nor masks it, masked if the granting rules that show it all mask it,
and hidden if every granting rule hides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import lru_cache

from engine.frozen import frozen
from engine.metadata import Entity, Rule, Value

from .actor import Actor
from .rules import granting

MASK = "•••"


@frozen
class Sight:
    """Fields that are not shown at all, and fields of which only a part is (`lines.price` names a cell).

    Those of the hidden that are `sealed` would be shown if they were open.
    """

    hidden: frozenset[str] = frozenset()
    masked: Mapping[str, str] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()

    @property
    def clear(self) -> bool:
        """Whether everything is visible."""
        return not self.hidden and not self.masked

    def below(self, table: str) -> Sight:
        """What this means for the rows of a table."""
        return _below(self.hidden, tuple(self.masked.items()), table + ".")

    def readable(self, name: str) -> bool:
        """Whether the value of a field may be used by this person: neither hidden nor masked, nor its table."""
        parts = {name, name.split(".", 1)[0]}
        return not parts & self.hidden and name not in self.masked


CLEAR = Sight()


@lru_cache(maxsize=1024)
def _below(hidden: frozenset[str], masked: tuple[tuple[str, str], ...], prefix: str) -> Sight:
    cut = len(prefix)
    names = frozenset(name[cut:] for name in hidden if name.startswith(prefix))
    masks = {name[cut:]: mask for name, mask in masked if name.startswith(prefix)}
    return Sight(names, masks) if names or masks else CLEAR


def sight_of(rules: Sequence[Rule]) -> Sight:
    """What is seen of a row that exactly these rules grant; without any rule (a grant on one record) everything."""
    if not rules:
        return CLEAR
    hidden = frozenset.intersection(*(rule.hide for rule in rules))
    masked = {}
    for name in {name for rule in rules for name in rule.mask} - hidden:
        showing = [rule for rule in rules if name not in rule.hide]
        if all(name in rule.mask for rule in showing):
            masked[name] = showing[0].mask[name]
    return Sight(hidden, masked) if hidden or masked else CLEAR


def uniform(rules: Iterable[Rule]) -> bool:
    """Whether all these rules hide and mask the same, so that no row needs to be asked which rule grants it."""
    return len({(rule.hide, tuple(sorted(rule.mask.items()))) for rule in rules}) <= 1


def never_readable(entity: Entity, actor: Actor) -> Sight:
    """What this person sees in no row: fields that may not be filtered, sorted, grouped or used in a typed formula."""
    if actor.trusted or actor.administrator:
        return CLEAR
    rules = tuple(g.rule for g in granting(entity, "read", actor))
    return with_rows(entity, actor, sight_of(rules))


def with_rows(entity: Entity, actor: Actor, sight: Sight) -> Sight:
    """What is seen of a document, without what this person sees in no row of tables that have rules of their own."""
    if not entity.ruled or actor.trusted or actor.administrator:
        return sight
    return both(sight, _in_no_row(entity, actor.roles))


def both(one: Sight, other: Sight) -> Sight:
    """What is seen by somebody who sees only what each of the two shows."""
    hidden = one.hidden | other.hidden
    masked = {name: how for name, how in {**one.masked, **other.masked}.items() if name not in hidden}
    return Sight(hidden, masked, one.sealed | other.sealed)


@lru_cache(maxsize=1024)
def _in_no_row(entity: Entity, roles: frozenset[str]) -> Sight:
    hidden, masked, reader = set[str](), dict[str, str](), Actor(roles=roles)
    for table in entity.ruled:
        assert table.table is not None
        rules = [g.rule for g in granting(table.table, "read", reader)]
        if rules:
            sight = sight_of(rules)
            hidden |= {f"{table.name}.{name}" for name in sight.hidden}
            masked |= {f"{table.name}.{name}": how for name, how in sight.masked.items()}
        else:
            hidden |= {table.name, *(f"{table.name}.{name}" for name in table.table.fields)}
    return Sight(frozenset(hidden), masked)


def reads_all_rows(rows: Entity, actor: Actor, cell: str = "") -> bool:
    """Whether this person sees every row of a table whose document they see, and a `cell` in each of them."""
    if not rows.rules or actor.trusted or actor.administrator:
        return True
    return any(each.where is None and cell not in each.rule.hide and cell not in each.rule.mask for each in granting(rows, "read", actor))


def mask(value: Value, how: str) -> Value:
    """The part of a value that may be shown: its last four characters, or nothing of it."""
    if value is None:
        return None
    text = str(value)
    return MASK + text[-4:] if how == "last4" and len(text) > 4 else MASK


def editable(entity: Entity, rules: Sequence[Rule]) -> frozenset[str] | None:
    """The fields that these rules' `update` may write, or None for all that is readable and not computed."""
    if any(rule.edit is None for rule in rules):
        return None
    return frozenset().union(*(rule.edit or frozenset() for rule in rules))
