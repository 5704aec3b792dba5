"""Charts as SVG, drawn on the server from values alone: no script, no style of their own, readable without seeing them."""

from __future__ import annotations

from html import escape

from markupsafe import Markup

from .lying import fits_standing, funnel, funnel_height, lying, lying_height
from .picture import MOST_LABELS, MOST_SERIES, Picture, Series, Size
from .rounded import gauge, pie, radar
from .upright import bars, lines

__all__ = ["MOST_LABELS", "MOST_SERIES", "Picture", "Series", "Size", "draw"]


def draw(picture: Picture, width: int, height: int = 280) -> Markup:
    """The chart as a drawing so wide; how high it is follows from what it shows."""
    size, inside = _drawn(picture, Size(width, height))
    name = f"{picture.id}-{width}"
    head = f'<svg class="chart" viewBox="0 0 {size.width} {size.height}" role="img" aria-labelledby="{name}-t {name}-d" focusable="false">'
    told = f'<title id="{name}-t">{escape(picture.title)}</title><desc id="{name}-d">{escape(picture.about)}</desc>'
    return Markup(f"{head}{told}{inside}</svg>")  # noqa: S704 - every word in it is escaped where it is written


def _drawn(picture: Picture, size: Size) -> tuple[Size, str]:
    if picture.kind == "funnel":
        size = Size(size.width, funnel_height(picture))
        return size, funnel(picture, size)
    if picture.kind == "bar" and not fits_standing(picture, size.width):
        size = Size(size.width, lying_height(picture, size.width))
        return size, lying(picture, size)
    if picture.kind == "pie":
        size = Size(size.width, max(min(size.height, 220), len(picture.labels) * 20 + 12))
    if picture.kind == "radar":
        size = Size(size.width, max(size.height, min(size.width * 2 // 3, 340)))
    drawing = {"bar": bars, "line": lines, "area": lines, "pie": pie, "radar": radar, "gauge": gauge}[picture.kind]
    return size, drawing(picture, size)
