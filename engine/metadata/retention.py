"""How long records are kept, and what becomes of them then (LANGUAGE 4.1)."""

from __future__ import annotations

from typing import Literal

from engine.errors import Message
from engine.formula import Formula
from engine.frozen import frozen

ARCHIVED, TAKEN_BACK = "archived_at", "taken_back_at"
"""The fields of an entity that archives its records: since when one is archived, and when it was last taken back."""
SPANS = {"day": "{count:day|days}", "month": "{count:month|months}", "year": "{count:year|years}"}


@frozen
class Retention:
    """Records for which `due` holds have been kept long enough: they go for ever, are archived, or lose what tells of people.

    `words` are the texts and files that are lost then, those of rows by table and name; where something must stand, `WORD` does.
    `after` (a count and `day`, `month` or `year`) and `since` are the rule as it was written.
    """

    due: Formula
    do: Literal["anonymise", "archive", "delete"]
    words: tuple[str, ...] = ()
    after: tuple[int, str] = (0, "day")
    since: str = ""

    @property
    def span(self) -> Message:
        """The length of time in words."""
        return Message(SPANS[self.after[1]], {"count": self.after[0]})


WORD = "anonymised-{number}"
"""What stands where a text must stand."""
