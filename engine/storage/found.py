"""What a list gives: its rows with what was asked beside them, and where a page ended."""

from __future__ import annotations

from typing import NamedTuple, cast

from engine.formula import Value


class Place(NamedTuple):
    """Where a page ended: the values of its order and the id of its last row."""

    values: tuple[Value, ...]
    id: int


class Found(NamedTuple):
    """One row of a page, with what was asked beside it; `keys` are the values of its order."""

    row: dict[str, Value]
    flags: tuple[bool, ...]
    values: tuple[Value, ...]
    keys: tuple[Value, ...]

    @property
    def place(self) -> Place:
        """Where a page that ends with this row ends."""
        return Place(self.keys, cast(int, self.row["id"]))
