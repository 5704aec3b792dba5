"""Handing over the work of somebody who leaves."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import Choice


@frozen
class HandoverPage:
    """What `name` holds, line by line (what, and how many or which), and who may take it over."""

    name: str
    address: str
    back: str
    lines: tuple[Choice, ...]
    people: tuple[Choice, ...]
    problem: str = ""
