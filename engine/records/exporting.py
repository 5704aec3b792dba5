"""Which records may leave as a file or on paper: those that a person may read and that a rule of theirs lets them `export` or `print`."""

from __future__ import annotations

from functools import lru_cache

from engine.access import row_rule
from engine.errors import Forbidden, Message
from engine.formula import Context, Formula, Names, compile
from engine.metadata import Entity, Metadata
from engine.unit_of_work import View

from .draft import Row
from .frame import RecordFrame


def may_export(view: View, entity: Entity) -> bool:
    """Whether the actor may export any record at all."""
    return not row_rule(entity, "export", view.actor).nothing


def exportable(view: View, entity: Entity) -> tuple[Formula, ...]:
    """The condition under which a record may be exported; none for all. Raises Forbidden where none may."""
    rule = row_rule(entity, "export", view.actor)
    if rule.nothing:
        raise Forbidden(Message("You may not export {entity}.", {"entity": entity.plural}))
    return () if rule.everything else (_any_of(view.metadata, entity.name, tuple(each.text for each in rule.any_of)),)


def may_print(view: View, entity: Entity, row: Row) -> bool:
    """Whether the actor may print a record that they see: as a rule says; what was opened to them alone, as they read it."""
    frame = RecordFrame(view)
    return row_rule(entity, "print", view.actor).holds(row, frame) or not row_rule(entity, "read", view.actor).holds(row, frame)


@lru_cache(maxsize=512)
def _any_of(metadata: Metadata, entity: str, texts: tuple[str, ...]) -> Formula:
    return compile(" OR ".join(f"({text})" for text in texts), Names(this=entity), metadata.catalog, Context.ROW_RULE)
