"""The elements of a drawing as text of SVG: every word escaped, every colour a class, so that themes and policies hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from html import escape

SMALL = 12
"""The height of words, in units of the drawing."""
_WIDE = frozenset("WF")


def number(value: float) -> str:
    """A coordinate with no more digits than an eye can see."""
    return f"{value:.1f}".removesuffix(".0")


def width_of(text: str) -> float:
    """About how wide words are: Chinese characters are as wide as high, others about half."""
    return sum(SMALL if unicodedata.east_asian_width(letter) in _WIDE else SMALL * 0.56 for letter in text)


def shortened(text: str, room: float) -> str:
    """As much of a text as there is room for."""
    if width_of(text) <= room:
        return text
    while text and width_of(text) + SMALL > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def words(text: str, at: tuple[float, float], look: str = "", anchor: str = "middle") -> str:
    """Words at a point."""
    kind = f' class="{look}"' if look else ""
    return f'<text{kind} x="{number(at[0])}" y="{number(at[1])}" text-anchor="{anchor}">{escape(text)}</text>'


def box(at: tuple[float, float], size: tuple[float, float], look: str, says: str = "") -> str:
    """A rectangle; `says` is shown when the pointer rests on it."""
    place = f'x="{number(at[0])}" y="{number(at[1])}" width="{number(max(size[0], 0))}" height="{number(max(size[1], 0))}"'
    return f'<rect class="{look}" {place} rx="2">{_said(says)}</rect>'


def line(begin: tuple[float, float], end: tuple[float, float], look: str) -> str:
    """A straight line."""
    return f'<line class="{look}" x1="{number(begin[0])}" y1="{number(begin[1])}" x2="{number(end[0])}" y2="{number(end[1])}"/>'


def path(steps: str, look: str, says: str = "") -> str:
    """A shape."""
    return f'<path class="{look}" d="{steps}">{_said(says)}</path>'


def dot(at: tuple[float, float], look: str, says: str, radius: float = 3.5) -> str:
    """A point."""
    return f'<circle class="{look}" cx="{number(at[0])}" cy="{number(at[1])}" r="{number(radius)}">{_said(says)}</circle>'


def through(points: Iterable[tuple[float, float]]) -> str:
    """The steps of a line through points."""
    return "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _said(text: str) -> str:
    return f"<title>{escape(text)}</title>" if text else ""
