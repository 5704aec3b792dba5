"""How wide words are, near enough to place them: a Chinese sign is as wide as high, a Latin letter about half of that."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import east_asian_width

LATIN = 0.56


def width(text: str, size: float) -> float:
    """The width of a line of text."""
    return sum(size if east_asian_width(sign) in "WF" else size * LATIN for sign in text)


def fit(text: str, size: float, room: float) -> str:
    """As much of the text as there is room for; three dots say that there is more."""
    if width(text, size) <= room:
        return text
    kept = text
    while kept and width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def lines(text: str, size: float, room: float, most: int = 2) -> tuple[str, ...]:
    """The text in at most so many lines, broken between words, or anywhere where there are none."""
    found = [""]
    for piece in _pieces(text):
        if found[-1] and width((found[-1] + piece).rstrip(), size) > room and len(found) < most:
            found.append("")
        found[-1] += piece
    return tuple(fit(line.strip(), size, room) for line in found)


def _pieces(text: str) -> Iterable[str]:
    """Words with the blank behind them; each Chinese sign by itself."""
    piece = ""
    for sign in text:
        piece += sign
        if sign == " " or east_asian_width(sign) in "WF":
            yield piece
            piece = ""
    yield piece
