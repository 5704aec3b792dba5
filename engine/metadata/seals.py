"""Values that nobody reads before their time (LANGUAGE 5.7)."""

from __future__ import annotations

from engine.formula import Formula
from engine.frozen import frozen

SEALED = "$sealed"
"""Ends the name of a field where a formula asks whether its value is sealed."""


@frozen
class Seal:
    """Until when a value is sealed, for which records (None: all), and who reads it all the same.

    The formulas are asked of the document; `inner` ones are written for rows of a table, of which they read only the document.
    """

    until: Formula
    when: Formula | None
    readers: Formula
    inner: bool = False
