"""The page of the search over everything."""

from __future__ import annotations

from engine.frozen import frozen

from .plain_pages import HomeTask


@frozen
class SearchGroup:
    """What was found of one kind; `more` leads to the list with all of it."""

    label: str
    icon: str
    lines: tuple[HomeTask, ...]
    more: str = ""


@frozen
class SearchPage:
    """What was looked for, and what was found; `archive` turns to the archived records, and from there (`archived`) back."""

    words: str
    groups: tuple[SearchGroup, ...] = ()
    archive: str = ""
    archived: bool = False
