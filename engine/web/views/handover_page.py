"""Handing over the work of somebody who leaves."""

from __future__ import annotations

from dataclasses import dataclass

from .cells import Choice


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """What `name` holds, line by line (what, and how many or which), and who may take it over."""

    name: str
    address: str
    back: str
    lines: tuple[Choice, ...]
    people: tuple[Choice, ...]
    problem: str = ""
