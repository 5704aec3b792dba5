"""Rules on access (DESIGN section 5)."""

from __future__ import annotations

from engine.errors import Sentence
from engine.formula import Compare, Formula, Node, Not, Read, Root
from engine.metadata import told_by

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
                message = Sentence(
                    "{role} may create a {entity}, but not see {field}, which is required.", role=rule.role, entity=entity.name, field=name
                )
                loaded.findings.add("A202", message, place.at("hide"), key=True)


def named_by_what_is_hidden(loaded: Loaded) -> None:
    """A209 (warning): whoever reads a record reads what names it, whatever a rule hides of it."""
    for entity, rule, place in loaded.rules():
        named = {ref.field for ref in entity.title.references if ref.root is Root.ROW and not ref.hops}
        closed = sorted(named & (rule.hide | rule.mask.keys())) if rule.verbs.get("read") else []
        if closed:
            message = Sentence("{role} reads {fields} in what names the record.", role=rule.role, fields=", ".join(closed))
            at = place.at("hide" if closed[0] in rule.hide else "mask")
            loaded.findings.warn("A209", message, at, hint="leave it out of `title`, or do not hide it")


def unnamed_in_rows(loaded: Loaded) -> None:
    """A207 (warning): a table with rules of its own is closed to every role that they do not name, and that is easily overlooked."""
    for entity in loaded.metadata.documents:
        for table in entity.ruled:
            assert table.table is not None
            named = {rule.role for rule in table.table.rules}
            readers = dict.fromkeys(rule.role for rule in entity.rules if rule.verbs.get("read"))
            left = [role for role in readers if not named & loaded.metadata.roles[role].includes]
            if left:
                message = Sentence(
                    "{roles} may read {entity}, but no row of {table}: its rules do not name them.",
                    roles=", ".join(left),
                    entity=entity.name,
                    table=table.name,
                )
                place = loaded.shells[table.table.name].place.at("access")
                loaded.findings.warn("A207", message, place, hint="name them too; `read: false` says that it is meant")


def said_about_rows(loaded: Loaded) -> None:
    """A208 (warning): what is said with an action on a row stands at its record, where rules for single rows do not count."""
    for name, source in loaded.declarations.lifecycles.items():
        rows = loaded.metadata.entities.get(source.declared.for_ or name)
        if rows is None or not rows.document or not rows.rules:
            continue
        for action, written in source.declared.actions.items():
            if written.comment != "none":
                message = Sentence("Whoever reads {entity} reads this comment, whatever rows they see.", entity=rows.document)
                loaded.findings.warn("A208", message, source.place.at("actions", action, "comment"))


def negated_actor(loaded: Loaded) -> None:
    """A102 (warning): `<>` and NOT over the acting person open every row to a person without the attribute."""
    for _, rule, place in loaded.rules():
        for verb, grant in rule.told.items():
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
    for field, written in loaded.fields:
        if not isinstance(field.formula, Formula) or field.discloses:
            continue
        told = [f"{role} ({part})" for role, part in told_by(loaded.metadata, field).items()]
        if not told:
            continue
        message = Sentence("{name} tells {told}, who may not read that.", name=field.name, told=", ".join(told))
        hint = "hide it too, or say `discloses: true`"
        if isinstance(field.formula.tree, Read):
            loaded.findings.add("A201", message, written.place.at("formula"), hint=hint)
        else:
            loaded.findings.warn("A201", message, written.place.at("formula"), hint=hint)
