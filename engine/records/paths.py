"""Fields as lists name them: a name of the record, or a path over links to a field of another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from engine.errors import Invalid, Message, Problem
from engine.formula import Context, Formula, FormulaErrors, Kind, Names, compile
from engine.metadata import Entity, Field, Metadata
from engine.unit_of_work import View

from .present import Record
from .titles import titles
from .veil import veil

PATH = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*){0,4}\Z", re.ASCII)
"""A field, or a path to one."""


def end_of(metadata: Metadata, entity: Entity, path: str) -> tuple[Entity, str]:
    """The entity and the name at the end of a path. Raises Invalid for what is no field, or nothing a list can show."""
    here = entity
    *hops, last = path.split(".") if PATH.match(path) else ("",)
    for name in hops:
        link = here.fields[name].link if name in here.fields else None
        target = "user" if name in ("created_by", "updated_by") else link.entity if link else name if name == here.document else None
        if target is None:
            raise Invalid([unknown(path)])
        here = metadata.entities[target]
    member = metadata.catalog.members(here.name).get(last)
    if member is None or (member.type.kind is Kind.COLLECTION and not _several(entity, here, last)):
        raise Invalid([unknown(path)])
    return here, last


def _several(entity: Entity, here: Entity, name: str) -> bool:
    """Whether it is a field of the record itself that leads to several others."""
    return here is entity and name in here.fields and here.fields[name].several


def field_at(metadata: Metadata, entity: Entity, path: str) -> Field | None:
    """The field at the end of a path; None for a column that every record has. Raises Invalid."""
    here, name = end_of(metadata, entity, path)
    return here.fields.get(name)


@lru_cache(maxsize=2048)
def path_formula(metadata: Metadata, entity: Entity, path: str) -> Formula:
    """The value at the end of a path. Raises Invalid."""
    end_of(metadata, entity, path)
    try:
        return compile(path, Names(this=entity.name), metadata.catalog, Context.MEASURE)
    except FormulaErrors as wrong:
        raise Invalid([Problem(path, issue.code, issue.message) for issue in wrong.issues]) from None


def may_use(view: View, entity: Entity, path: str) -> bool:
    """Whether the actor may sort, group and add up by what stands at the end of a path, in some records at least."""
    try:
        veil(view, entity, path_formula(view.metadata, entity, path))
    except Invalid:
        return False
    return True


def path_formulas(view: View, entity: Entity, paths: Iterable[str]) -> dict[str, Formula]:
    """The values at the ends of paths as the actor may read them; what is hidden from them on every row is left out.

    Raises Invalid for what is no path.
    """
    found = {}
    for path in paths:
        formula = path_formula(view.metadata, entity, path)
        try:
            found[path] = veil(view, entity, formula)
        except Invalid:
            continue
    return found


def with_path_titles(view: View, entity: Entity, paths: Iterable[str], records: Sequence[Record]) -> list[Record]:
    """The records with what names those that their paths end at."""
    named: dict[tuple[str, int], str | None] = {}
    for path in paths:
        target = path_formula(view.metadata, entity, path).type.entity
        numbers = {number for record in records if isinstance(number := record.values.get(path), int)}
        if target is not None and numbers:
            named |= {(target, number): title for number, title in titles(view, target, numbers).items()}
    return [record._replace(titles={**record.titles, **named}) for record in records] if named else list(records)


def unknown(path: str) -> Problem:
    """There is no such field."""
    return Problem(path, "unknown_field", Message("There is no field {name}.", {"name": path}))
