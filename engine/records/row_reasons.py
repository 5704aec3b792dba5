"""Why somebody sees rows of a table that has rules of its own, and may add, change and remove them: by which rules, for which rows."""

from __future__ import annotations

from collections.abc import Iterator

from engine.access import Granting, granting
from engine.errors import Message
from engine.frozen import frozen
from engine.metadata import Field
from engine.unit_of_work import View

from .child_rows import narrows
from .draft import ChildRow, Row, rows_of
from .frame import RecordFrame

VERBS = ("read", "create", "update", "delete")


@frozen
class RowsOpen:
    """Whether some rule of a table grants a verb to somebody, and what each of them says."""

    table: Field
    verb: str
    granted: bool
    because: tuple[Message, ...]


def row_reasons(view: View, table: Field, document: Row | None = None) -> Iterator[RowsOpen]:
    """What rules of a table grant the actor; of how many rows of the `document` each holds is told where one is given."""
    if table.table is None or not narrows(view, table):
        return
    for verb in VERBS:
        rules = granting(table.table, verb, view.actor)
        said = tuple(_said(view, table, each, document if verb != "create" else None) for each in rules)
        roles = ", ".join(sorted(view.actor.roles)) or "–"
        none = Message("No rule of their roles ({roles}) for rows of {table} grants it.", {"roles": roles, "table": table.name})
        yield RowsOpen(table, verb, bool(rules), said or (none,))


def _said(view: View, table: Field, granted: Granting, document: Row | None) -> Message:
    where, params = granted.where, {"role": granted.rule.role, "table": table.name}
    if where is None:
        return Message("The rule of {role} for rows of {table} grants it on every row.", params)
    params["condition"] = where.text
    if document is None:
        return Message("The rule of {role} for rows of {table} grants it where {condition}.", params)
    rows = [ChildRow(row, document) for row in rows_of(document, table)]
    held = sum(where.holds(row, RecordFrame(view, owner=document)) for row in rows)
    params |= {"count": str(len(rows)), "held": str(held)}
    return Message("The rule of {role} for rows of {table} grants it where {condition}: on {held} of {count} here.", params)
