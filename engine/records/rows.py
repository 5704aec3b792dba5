"""Rows as they lie in the tables, seen by the system: no rights, no computed values, plain dicts by field name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from engine import storage
from engine.formula import Hop
from engine.unit_of_work import View

from .draft import Row


def fetch_many(view: View, entity: str, numbers: Sequence[int], *, lock: Literal["share"] | bool = False) -> dict[int, Row]:
    """Records by id, without their tables; ids that do not exist are left out."""
    return storage.fetch(view.connection, view.tables, entity, numbers, lock=lock) if numbers else {}


def fetch_whole(
    view: View, entity: str, numbers: Sequence[int], *, lock: bool = False
) -> tuple[dict[int, Row], dict[str, dict[int, list[Row]]]]:
    """Records by id, and the rows of each of their tables by the id of their document; ids that do not exist are left out."""
    return storage.fetch_whole(view.connection, view.tables, entity, numbers, lock=lock) if numbers else ({}, {})


def fetch_children(view: View, table: str, documents: Sequence[int]) -> dict[int, list[Row]]:
    """The rows of a table by the id of their document, in order."""
    return storage.fetch_rows(view.connection, view.tables, table, documents) if documents else {}


def fetch_inverse(view: View, hop: Hop, number: int) -> list[Row]:
    """The records of another entity whose link holds this record."""
    assert hop.link is not None
    return storage.fetch_by(view.connection, view.tables, hop.target, hop.link, [number])


def fetch_referring(view: View, entity: str, link: str, numbers: Sequence[int]) -> list[Row]:
    """The records or rows of `entity` whose link holds one of these records."""
    return storage.fetch_by(view.connection, view.tables, entity, link, numbers) if numbers else []
