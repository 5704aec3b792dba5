"""What a person was told, and the copies they got."""

from __future__ import annotations

from engine.frozen import frozen


@frozen
class NoticeLine:
    """One thing a person was told; `words` are those of the definition or of somebody."""

    href: str
    subject: str
    words: str
    when: str
    instant: str
    read: bool


@frozen
class NoticesPage:
    """The page of notices, or of copies; `until` marks all of them as read, `more` leads to those before them.

    `wishes` leads to where a person says how they want to be told.
    """

    lines: tuple[NoticeLine, ...]
    copies: bool = False
    wishes: str = ""
    until: int = 0
    more: str = ""
