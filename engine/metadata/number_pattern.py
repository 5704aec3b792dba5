"""How records are numbered: `PO-{YYYY}{MM}-{0000}` taken apart."""

from __future__ import annotations

from typing import Literal

from engine.frozen import frozen


@frozen
class NumberPattern:
    """`PO-{YYYY}{MM}-{0000}` taken apart: literal texts, and parts named YYYY YY MM DD company, a field, or the counter's width.

    `by` is the field whose day the dates are of, else it is the day on which the number is given; a `gapless` number is given
    at the end of the transaction, and its record stays.
    """

    parts: tuple[tuple[Literal["text", "date", "company", "field", "counter"], str], ...]
    at: str = "create"
    by: str | None = None
    gapless: bool = False

    @property
    def width(self) -> int:
        """The minimum number of digits of the counter."""
        return next(len(value) for kind, value in self.parts if kind == "counter")
