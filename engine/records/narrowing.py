"""What the step of an open task hides: from its person, on its record, as long as the task is open (LANGUAGE section 6).

The step writes it as a grant with the verb `hide`, beside the one that opens fields. Entities without a step that hides anything
are not asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine import storage
from engine.access import Sight
from engine.formula import TRUTH, And, Constant, Context, Formula, Hop, Names, Node, Path, Via, begin_at, compile, veiled
from engine.metadata import Entity, narrowed
from engine.unit_of_work import View

from .grants import entity_id

HIDE = "hide"
MANY = 500
"""Of how many records a condition leaves single ones out; beyond it the field is blank on all."""
Hidden = Mapping[int, frozenset[str]]


def hidden_here(view: View, entity: Entity, numbers: Sequence[int] | None = None) -> Hidden:
    """The fields that open tasks hide from the actor, by the id of the record (None: of any record of the entity)."""
    actor = view.actor
    if actor.trusted or actor.administrator or actor.id is None or not narrowed(view.metadata, entity.name):
        return {}
    found: dict[int, frozenset[str]] = {}
    for number, fields in storage.grants_with(view.connection, entity_id(view, entity), actor.id, HIDE):
        if numbers is None or number in numbers:
            found[number] = found.get(number, frozenset()) | fields
    return found


def narrow(sight: Sight, hidden: frozenset[str]) -> Sight:
    """The same sight without what is hidden."""
    if not hidden:
        return sight
    return Sight(sight.hidden | hidden, {name: mask for name, mask in sight.masked.items() if name not in hidden})


def somewhere(view: View, entity: Entity) -> frozenset[str]:
    """The fields that are hidden from the actor on some record."""
    return frozenset().union(*hidden_here(view, entity).values())


def left_out(view: View, entity: Entity, formula: Formula) -> Formula:
    """A formula over records of `entity` in which a value is blank on the records where a task hides it."""
    names = {entity.name} | {hop.target for ref in formula.references for hop in ref.hops}
    if not any(narrowed(view.metadata, _document(view, name).name) for name in names):
        return formula
    tree = veiled(formula.tree, lambda path: _condition(view, entity, path))
    return formula if tree is formula.tree else replace(formula, tree=tree)


def _condition(view: View, entity: Entity, path: Path) -> Node | None:
    """When nothing on the way to the value is hidden; None for always."""
    found = []
    for at in range(len(path.hops) + 1):
        source = view.metadata.entities[path.hops[at - 1].target] if at else entity
        shown = _shown(view, source, path.hops[at].name if at < len(path.hops) else path.field)
        if shown is not None:
            found.append(begin_at(shown, entity.name, path.hops[:at]))
    return None if not found else found[0] if len(found) == 1 else And(type=TRUTH.nullable(), items=tuple(found))


def _shown(view: View, source: Entity, name: str) -> Node | None:
    owner = _document(view, source.name)
    table = source.name.removeprefix(f"{owner.name}.")
    wanted = {name} if owner is source else {table, f"{table}.{name}"}
    numbers = sorted(number for number, fields in hidden_here(view, owner).items() if fields & wanted)
    if not numbers:
        return None
    if len(numbers) > MANY:
        return Constant(type=TRUTH, value=False)
    others = f"NOT (id in ({', '.join(map(str, numbers))}))"
    tree = compile(others, Names(this=owner.name), view.metadata.catalog, Context.WHERE).tree
    return tree if owner is source else begin_at(tree, source.name, (Hop(source.name, owner.name, owner.name, Via.DOCUMENT),))


def _document(view: View, name: str) -> Entity:
    entity = view.metadata.entities[name]
    return view.metadata.entities[entity.document] if entity.document else entity
