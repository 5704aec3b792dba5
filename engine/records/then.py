"""Lists as they were: the rows of an instant under the rules of today, for whoever may see the records as they are too.

What a person may not see in some records is not shown, and not asked for, in any: which rule grants a record today is not
asked row by row. What lies behind links is as it is today.
"""

from __future__ import annotations

from engine.access import CLEAR, Sight, granting, with_rows
from engine.errors import Invalid, Message, Problem
from engine.formula import Formula, Root
from engine.metadata import Entity
from engine.unit_of_work import View

from .narrowing import somewhere


def sight_then(view: View, entity: Entity) -> Sight:
    """What the actor sees of every record of a list as it was."""
    if view.actor.trusted or view.actor.administrator:
        return CLEAR
    rules = [each.rule for each in granting(entity, "read", view.actor)]
    masked = {name: how for rule in rules for name, how in rule.mask.items()}
    sight = Sight(frozenset(name for rule in rules for name in rule.hide) | somewhere(view, entity), masked)
    return with_rows(entity, view.actor, sight)


def refuse_partly(view: View, entity: Entity, formula: Formula) -> Formula:
    """The formula, if it reads only what the actor may read of every record. Raises Invalid."""
    sight = sight_then(view, entity)
    for reference in formula.references:
        name = reference.hops[0].name if reference.hops else reference.field
        if reference.root is Root.ROW and not sight.readable(name):
            raise Invalid([Problem("where", "hidden_field", Message("You may not filter or sort by {name}.", {"name": name}))])
    return formula
