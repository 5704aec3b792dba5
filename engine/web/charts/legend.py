"""The legend over a chart: a colour and a name for each series."""

from __future__ import annotations

from collections.abc import Sequence

from .canvas import box, shortened, width_of, words

ROW = 20
GAP = 16
MARK = 10


def legend(labels: Sequence[str], width: int) -> tuple[str, int]:
    """The drawing of a legend, and how high it is; nothing for one series."""
    if len(labels) < 2:
        return "", 0
    drawn, x, y = [], 0.0, 0
    for at, label in enumerate(labels):
        text = shortened(label, width - MARK - 8)
        if x and x + MARK + 6 + width_of(text) > width:
            x, y = 0.0, y + ROW
        drawn.append(box((x, y + 4), (MARK, MARK), color(at)) + words(text, (x + MARK + 6, y + 13), anchor="start"))
        x += MARK + 6 + width_of(text) + GAP
    return "".join(drawn), y + ROW + 8


def color(at: int) -> str:
    """The class of the colour of a series."""
    return f"s{at % 8 + 1}"
