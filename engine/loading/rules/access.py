"""Rules on access (DESIGN section 5)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.formula import Compare, Formula, Node, Not, Read, Reference, Root, Via
from engine.metadata import Entity, Field, Rule

from .loaded import Loaded


def edit_needs_update(loaded: Loaded) -> None:
    """A203: `edit` says what `update` may write, so there must be an `update`."""
    for _, rule, place in loaded.rules():
        if rule.edit is not None and "update" not in rule.verbs:
            loaded.findings.add("A203", '"edit" means nothing without "update".', place.at("edit"), key=True)


def hidden_but_required(loaded: Loaded) -> None:
    """A202: who may create a record must be able to see the fields it needs."""
    for entity, rule, place in loaded.rules():
        if not rule.verbs.get("create"):
            continue
        for name in sorted(rule.hide & entity.fields.keys()):
            field = entity.fields[name]
            if field.required is True and field.default is None:
                message = f"{rule.role} may create a {entity.name}, but not see {name}, which is required."
                loaded.findings.add("A202", message, place.at("hide"), key=True)


def negated_actor(loaded: Loaded) -> None:
    """A102 (warning): `<>` and NOT over the acting person open every row to a person without the attribute."""
    for _, rule, place in loaded.rules():
        for verb, grant in rule.verbs.items():
            if isinstance(grant, Formula) and any(_negates(node) for node in grant.tree.walk()):
                message = "This opens every row to a person for whom the value is blank."
                loaded.findings.warn("A102", message, place.at(verb), hint="say whom it is for, instead of whom it is not for")


def _negates(node: Node) -> bool:
    if isinstance(node, Compare) and node.op == "!=":
        return _asks_actor(node.left) or _asks_actor(node.right)
    return isinstance(node, Not) and _asks_actor(node.value)


def _asks_actor(node: Node) -> bool:
    return any(isinstance(inner, Read) and inner.path.root is Root.USER for inner in node.walk())


def disclosed_parts(loaded: Loaded) -> None:
    """A201: whoever may read a computed field learns what it is made of; a copy is an error, an aggregate a warning."""
    for field, written in loaded.fields():
        if not isinstance(field.formula, Formula) or field.discloses:
            continue
        entity = loaded.metadata.entities[field.entity]
        told = [f"{role} ({part})" for role in _readers(loaded, entity) if (part := _unread(loaded, role, entity, field))]
        if not told:
            continue
        message = f"{field.name} tells {', '.join(told)}, who may not read that."
        hint = "hide it too, or say `discloses: true`"
        if isinstance(field.formula.tree, Read):
            loaded.findings.add("A201", message, written.place.at("formula"), hint=hint)
        else:
            loaded.findings.warn("A201", message, written.place.at("formula"), hint=hint)


def _document(loaded: Loaded, entity: Entity) -> Entity:
    return loaded.metadata.entities[entity.document] if entity.document else entity


def _readers(loaded: Loaded, entity: Entity) -> Iterator[str]:
    """The roles that may read some record of the entity, each once."""
    readers = (rule.role for rule in _document(loaded, entity).rules if rule.verbs.get("read"))
    yield from dict.fromkeys(readers)


def _rules_of(loaded: Loaded, role: str, entity: Entity) -> list[Rule]:
    """The rules that let a person of this one role read: its own, and those of the roles it includes."""
    held = loaded.metadata.roles[role].includes
    return [rule for rule in _document(loaded, entity).rules if rule.role in held and rule.verbs.get("read")]


def _unread(loaded: Loaded, role: str, entity: Entity, field: Field) -> str | None:
    """What a role learns from the field although it may not read it: the first such part, `lines.price` or `supplier.name`."""
    rules = [rule for rule in _rules_of(loaded, role, entity) if not _hides(rule, entity, field.name)]
    assert field.formula is not None
    for reference in sorted(field.formula.references, key=lambda r: (r.entity, r.field)):
        if reference.root is Root.USER or reference.field == "id":
            continue
        if rules and not _may_read(loaded, role, rules, reference):
            return f"{reference.entity}.{reference.field}"
    return None


def _may_read(loaded: Loaded, role: str, rules: list[Rule], reference: Reference) -> bool:
    target = loaded.metadata.entities[reference.entity]
    inside = all(hop.via in (Via.TABLE, Via.DOCUMENT) for hop in reference.hops)
    if inside:
        return all(not _hides(rule, target, reference.field) for rule in rules)
    return any(rule.verbs["read"] is True and not _hides(rule, target, reference.field) for rule in _rules_of(loaded, role, target))


def _hides(rule: Rule, entity: Entity, name: str) -> bool:
    """Whether a rule of the document hides or masks a field of it, or of the rows of one of its tables."""
    table = entity.name.partition(".")[2]
    names = {name} if not table else {table, f"{table}.{name}"}
    return bool(names & (rule.hide | rule.mask.keys()))
