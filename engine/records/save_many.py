"""Saving many records of one entity in one unit of work: each by the same rules as alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import ObjectloomError
from engine.unit_of_work import UnitOfWork

from .draft import Row
from .save import save


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be saved: the id of the record (None: a new one), its values, the version that was seen (None: any)."""

    number: int | None
    values: Mapping[str, object]
    version: int | None = None


def save_many(uow: UnitOfWork, entity_name: str, wishes: Sequence[Wish]) -> list[Row | ObjectloomError]:
    """Save each wish; what became of it, in order: the record, or the error that `save` raised.

    After any error the transaction must be given up.
    """
    found: list[Row | ObjectloomError] = []
    for wish in wishes:
        try:
            found.append(save(uow, entity_name, wish.number, wish.values, wish.version))
        except ObjectloomError as error:
            found.append(error)
            if uow.tables.dialect == "postgresql" and getattr(error, "__cause__", None) is not None:
                return found
    return found
