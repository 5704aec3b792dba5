"""Which records may leave as a file: those that a person may read and that a rule of theirs lets them `export`."""

from __future__ import annotations

from functools import lru_cache

from engine.access import row_rule
from engine.errors import Forbidden, Message
from engine.formula import Context, Formula, Names, compile
from engine.metadata import Entity, Metadata
from engine.unit_of_work import View


def may_export(view: View, entity: Entity) -> bool:
    """Whether the actor may export any record at all."""
    return not row_rule(entity, "export", view.actor).nothing


def exportable(view: View, entity: Entity) -> tuple[Formula, ...]:
    """The condition under which a record may be exported; none for all. Raises Forbidden where none may."""
    rule = row_rule(entity, "export", view.actor)
    if rule.nothing:
        raise Forbidden(Message("You may not export {entity}.", {"entity": entity.plural}))
    return () if rule.everything else (_any_of(view.metadata, entity.name, tuple(each.text for each in rule.any_of)),)


@lru_cache(maxsize=512)
def _any_of(metadata: Metadata, entity: str, texts: tuple[str, ...]) -> Formula:
    return compile(" OR ".join(f"({text})" for text in texts), Names(this=entity), metadata.catalog, Context.ROW_RULE)
