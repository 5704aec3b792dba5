"""Cells as they are kept while an import waits: as JSON, and enciphered where they may be values that are sealed in records.

A sealed field is no target of a file. But a column that means nothing may still be full of such values, and is kept, because somebody
may say later what it means and because a row that failed is given back whole. So where an entity has sealed fields, what means nothing
is closed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.frozen import frozen
from engine.sheets import Cell, Cells
from engine.storage import Cipher

PLAIN = frozenset({str, type(None)})


@frozen
class Safe:
    """Closes and opens cells of one import."""

    cipher: Cipher
    number: int

    def close(self, stored: object) -> object:
        """A cell that nobody reads in the database."""
        return {"x": self.cipher.close(json.dumps(stored), self._about)}

    def open(self, closed: str) -> object:
        """The cell as JSON. Raises Tampered."""
        return json.loads(self.cipher.open(closed, self._about))

    @property
    def _about(self) -> str:
        return f"import:{self.number}"


@frozen
class Keeping:
    """How the cells of a sheet are kept; those at `closed` go into the safe."""

    safe: Safe
    closed: frozenset[int]

    def stored(self, cells: Cells) -> list[object]:
        """The cells of a row as JSON."""
        if not self.closed and PLAIN.issuperset(map(type, cells)):
            return cells  # type: ignore[return-value] # texts and blanks are JSON as they are
        found = [cell if cell is None or isinstance(cell, str) else stored_cell(cell) for cell in cells]
        for at in self.closed:
            if at < len(found) and found[at] is not None:
                found[at] = self.safe.close(found[at])
        return found


def keeping(safe: Safe, paths: Sequence[str], *, sealing: bool) -> Keeping:
    """How a sheet with columns of these meanings is kept; `sealing` says that its entity has sealed fields."""
    return Keeping(safe, frozenset(at for at, path in enumerate(paths) if sealing and not path))


def stored_cell(cell: Cell) -> object:
    """A cell as JSON."""
    if isinstance(cell, Decimal):
        return {"n": format(cell, "f")}
    if isinstance(cell, datetime):
        return {"t": cell.isoformat()}
    return {"d": cell.isoformat()} if isinstance(cell, date) else cell


def cell_of(kept: Any, safe: Safe) -> Cell:
    """A cell from JSON."""
    if not isinstance(kept, dict):
        return kept  # type: ignore[no-any-return]
    if "x" in kept:
        return cell_of(safe.open(kept["x"]), safe)
    if "n" in kept:
        return Decimal(kept["n"])
    return datetime.fromisoformat(kept["t"]) if "t" in kept else date.fromisoformat(kept["d"])
