"""Paths over links, as lists and pages name them."""

from __future__ import annotations

from collections.abc import Collection

from engine.errors import Sentence
from engine.formula import Kind, Type
from engine.loading.findings import Place

from .bench import Bench


def end_of_path(bench: Bench, entity: str, path: str, place: Place, *, links: bool = False) -> Type | None:
    """The type at the end of a path; N301 unless every part is there, N307 where it goes over more than links.

    With `links` the path may be the entity's own links to many.
    """
    here: str | None = entity
    parts = path.split(".")
    for index, part in enumerate(parts):
        members = bench.catalog.members(here or "")
        if part not in members and index < len(parts) - 1 and bench.catalog.document(here or "") == part:
            here = part  # a row reaches its document by the name of that
            continue
        if part not in members:
            bench.findings.unknown(Sentence("field of {name}", name=here) if here else "field", part, members, place)
            return None
        type_ = members[part].type
        if links and len(parts) == 1 and members[part].way and part in _written(bench, entity):
            return type_
        if type_.kind is Kind.COLLECTION:
            bench.findings.add("N307", Sentence("{part} is a collection and cannot stand in a list.", part=part), place)
            return None
        if index == len(parts) - 1:
            return type_
        here = type_.entity if type_.kind is Kind.REF else None
        if here is None:
            bench.findings.add("N307", Sentence("{part} is {type} and has no parts.", part=part, type=type_.word), place)
            return None
    return None


def _written(bench: Bench, entity: str) -> Collection[str]:
    """The fields that were written in an entity: among its collections, links to many are such."""
    parts = bench.declarations.entities.get(entity)
    return parts.fields if parts is not None else ()
