"""The conditions of a question beside those of the definition: what somebody typed, what is looked for, and what is out of the way."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from engine.formula import Context, Formula, Kind, Names, Root, Type, compile
from engine.metadata import ARCHIVED, Entity, Metadata

TEXT = Type(Kind.TEXT)


@lru_cache(maxsize=2048)
def typed_formula(metadata: Metadata, entity: str, text: str) -> Formula:
    """A filter as somebody typed it. Raises FormulaErrors."""
    return compile(text, Names(this=entity), metadata.catalog, Context.FILTER)


@lru_cache(maxsize=512)
def search_formula(metadata: Metadata, entity: str, names: tuple[str, ...]) -> Formula:
    """Whether one of the fields holds the parameter `search`, whatever the case of its letters."""
    text = " OR ".join(f"SEARCH(search, {name}) > 0" for name in names)
    return compile(text, Names(this=entity, parameters={"search": TEXT}), metadata.catalog, Context.WHERE)


def aside(metadata: Metadata, entity: Entity, asked: Iterable[Formula], *, archived: bool | None) -> tuple[Formula, ...]:
    """What leaves archived records out, or only these where they are what is asked for; nothing where both are (None).

    Nothing either where a condition that is asked names the time of archiving itself.
    """
    if archived is None or not entity.archives or (not archived and any(_names_archive(formula) for formula in asked)):
        return ()
    return (_is_archived(metadata, entity.name, archived=archived),)


@lru_cache(maxsize=512)
def _is_archived(metadata: Metadata, entity: str, *, archived: bool) -> Formula:
    return compile(f"{ARCHIVED} {'<>' if archived else '='} null", Names(this=entity), metadata.catalog, Context.WHERE)


@lru_cache(maxsize=2048)
def _names_archive(formula: Formula) -> bool:
    return any(each.root is Root.ROW and not each.hops and each.field == ARCHIVED for each in formula.references)
