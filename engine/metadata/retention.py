"""How long records are kept, and what becomes of them then (LANGUAGE 4.1)."""

from __future__ import annotations

from typing import Literal

from engine.formula import Formula
from engine.frozen import frozen


@frozen
class Retention:
    """Records for which `due` holds have been kept long enough: they go for ever, or lose what tells of people.

    `words` are the texts and files that are lost then, those of rows by table and name; where something must stand, `WORD` does.
    """

    due: Formula
    do: Literal["anonymise", "delete"]
    words: tuple[str, ...] = ()


WORD = "anonymised-{number}"
"""What stands where a text must stand."""
