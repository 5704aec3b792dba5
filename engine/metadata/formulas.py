"""The formulas that a part of a definition holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from engine.formula import Formula

from .fields import Field
from .lifecycles import Lifecycle
from .model import Entity


def formulas_in(thing: object) -> Iterator[Formula]:
    """The formulas of a part of a definition and of what it holds; those of the entities, fields and lifecycles it names are their own."""
    if isinstance(thing, Formula):
        yield thing
    elif isinstance(thing, Mapping):
        yield from formulas_in(list(thing.values()))
    elif isinstance(thing, tuple | list | frozenset):
        for each in thing:
            yield from formulas_in(each)
    elif is_dataclass(thing) and not isinstance(thing, Entity | Field | Lifecycle | type):
        yield from formulas_in([getattr(thing, part.name) for part in fields(thing)])
