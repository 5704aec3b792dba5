"""The page of the search over everything."""

from __future__ import annotations

from dataclasses import dataclass

from .plain_pages import HomeTask


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """What was found of one kind; `more` leads to the list with all of it."""

    label: str
    icon: str
    lines: tuple[HomeTask, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was looked for, and what was found."""

    words: str
    groups: tuple[SearchGroup, ...] = ()
