"""Counting votes: when the decisions of several people decide a step (WORKFLOW 1.2, rows 1 and 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

NEGATIVE = "reject"


def tally(agree: Literal["any", "all"], votes: Sequence[str | None]) -> str | None:
    """The outcome of a step from its votes in this round (None: still open), or None while it is undecided.

    `any`: the first answer decides, whichever it is. `all`: the first rejection decides; else the step waits for everybody.
    """
    given = [vote for vote in votes if vote is not None]
    if agree == "any":
        return given[0] if given else None
    if NEGATIVE in given:
        return NEGATIVE
    return given[0] if given and len(given) == len(votes) else None
