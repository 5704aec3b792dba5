"""What of an entity its reader may use at all, in whatever row: which methods, and which fields may be written."""

from __future__ import annotations

from engine.access import Actor, Sight, editable, granting, never_readable, row_rule, sight_of, with_rows
from engine.frozen import frozen
from engine.metadata import Entity, Metadata


@frozen
class Rights:
    """Which methods are there for somebody; None means not at all, else the paths (`lines.price` for cells) that may be written."""

    read: bool
    sight: Sight
    create: frozenset[str] | None
    change: frozenset[str] | None
    delete: bool
    export: bool = False

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
        export=not row_rule(entity, "export", actor).nothing,
    )


def _writable(entity: Entity, verb: str, actor: Actor) -> frozenset[str] | None:
    rule = row_rule(entity, verb, actor)
    if rule.nothing:
        return None
    paths = _paths(entity)
    if rule.everything and not rule.granting:
        return paths
    rules = [granted.rule for granted in granting(entity, verb, actor)]
    edit = editable(entity, rules) if verb == "update" else None
    sight = with_rows(entity, actor, sight_of(rules))
    allowed = frozenset(path for path in paths if edit is None or _named(path, edit))
    return allowed - _with_cells(paths, sight.hidden | frozenset(sight.masked))


def _paths(entity: Entity) -> frozenset[str]:
    """Everything that can be written: fields, and `lines.price` for cells."""
    fields = [f for f in entity.written if f.name != "number" or entity.number is None]
    cells = {f"{table.name}.{cell.name}" for table in fields if table.table is not None for cell in table.table.written}
    return frozenset(f.name for f in fields) | cells


def _named(path: str, edit: frozenset[str]) -> bool:
    """Whether a rule names the path, its table, or a cell of the table that it is."""
    return path in edit or path.split(".", 1)[0] in edit or any(name.startswith(path + ".") for name in edit)


def _with_cells(paths: frozenset[str], names: frozenset[str]) -> frozenset[str]:
    return frozenset(path for path in paths if path in names or path.split(".", 1)[0] in names)


def _changeable(metadata: Metadata, entity: Entity, actor: Actor) -> frozenset[str] | None:
    own = _writable(entity, "update", actor)
    steps = [step for name in entity.workflows for step in metadata.workflows[name].steps.values()]
    opened = frozenset().union(*(step.edit | step.must for step in steps))
    by_tasks = frozenset(path for path in _paths(entity) if opened and _named(path, opened)) - never_readable(entity, actor).hidden
    readable = not row_rule(entity, "read", actor).nothing
    return (own or frozenset()) | by_tasks if by_tasks and readable else own
