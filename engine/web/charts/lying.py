"""Charts of names: bars that lie, with room for long words, and funnels."""

from __future__ import annotations

from decimal import Decimal

from .canvas import box, line, path, shortened, through, width_of, words
from .legend import color, legend
from .picture import Picture, Size
from .ticks import axis_of

ROW = 30


def lying_height(picture: Picture, width: int) -> int:
    """How high the drawing must be."""
    count = len(picture.series) if not picture.stacked else 1
    return legend([each.label for each in picture.series], width)[1] + len(picture.labels) * (12 + 18 * count) + 8


def lying(picture: Picture, size: Size) -> str:
    """A bar per label and series, from left to right, with its value behind it."""
    keys, top = legend([each.label for each in picture.series], size.width)
    named = min(max(map(width_of, picture.labels), default=0.0), size.width * 0.38)
    said = max((width_of(text) for each in picture.series for text in each.words), default=0.0) + 8
    values = [abs(value) for value in picture.values] if not picture.stacked else _sums(picture)
    longest = max([*values, Decimal(0)]) or Decimal(1)
    room, count = size.width - named - 10 - said, 1 if picture.stacked else len(picture.series)
    drawn = [keys, line((named + 8, top), (named + 8, size.height - 4), "base")]
    for at, label in enumerate(picture.labels):
        y = top + 6 + at * (12 + 18 * count)
        drawn.append(words(shortened(label, named), (named, y + 9 * count + 4), "", "end"))
        drawn.append(_bars_of(picture, at, (named + 9, y), float(room) / float(longest)))
    return "".join(drawn)


def _sums(picture: Picture) -> list[Decimal]:
    return [_sum(picture, at) for at in range(len(picture.labels))]


def _sum(picture: Picture, at: int) -> Decimal:
    return sum((abs(value) for each in picture.series if (value := each.values[at]) is not None), Decimal())


def _bars_of(picture: Picture, at: int, begin: tuple[float, float], per_unit: float) -> str:
    x, y, drawn = begin[0], begin[1], []
    for number, series in enumerate(picture.series):
        value = series.values[at]
        if value is None:
            continue
        long = float(abs(value)) * per_unit
        says = f"{series.label}, {picture.labels[at]}: {series.words[at]}"
        drawn.append(box((x, y + (0 if picture.stacked else 18 * number)), (max(long, 1.0), 16), color(number), says))
        if picture.stacked:
            x += long
        else:
            drawn.append(words(series.words[at], (x + long + 6, y + 18 * number + 12), "faint", "start"))
    return "".join(drawn)


def funnel(picture: Picture, size: Size) -> str:
    """How many are left at each stage, each stage as wide as its value."""
    series = picture.series[0]
    most = max([*picture.values, Decimal(0)]) or Decimal(1)
    named = min(max(map(width_of, picture.labels), default=0.0), size.width * 0.38)
    middle, half = named + 12 + (size.width - named - 12) / 2, (size.width - named - 12) / 2
    widths = [half * float(max(value or Decimal(), Decimal()) / most) for value in series.values]
    drawn = []
    for at, label in enumerate(picture.labels):
        y, wide = at * (ROW + 6) + 2, max(widths[at], 2.0)
        after = max(widths[at + 1], 2.0) if at + 1 < len(widths) else wide
        drawn.append(words(shortened(label, named), (named, y + 20), "", "end"))
        drawn.append(box((middle - wide, y), (wide * 2, ROW), "s1", f"{label}: {series.words[at]}"))
        if at + 1 < len(widths):
            drawn.append(_narrowing(middle, (wide, after), y + ROW))
        inside = wide * 2 > width_of(series.words[at]) + 12
        place = (middle, y + 20.0) if inside else (middle + wide + 6, y + 20.0)
        drawn.append(words(series.words[at], place, "on" if inside else "faint", "middle" if inside else "start"))
    return "".join(drawn)


def _narrowing(middle: float, widths: tuple[float, float], y: int) -> str:
    """The slope between two stages."""
    wide, after = widths
    corners = [(middle - wide, y), (middle + wide, y), (middle + after, y + 6), (middle - after, y + 6)]
    return path(f"M{through(corners)}Z", "fill s1")


def funnel_height(picture: Picture) -> int:
    """How high the drawing must be."""
    return len(picture.labels) * (ROW + 6) + 4


def fits_standing(picture: Picture, width: int) -> bool:
    """Whether the labels have room below bars that stand."""
    slot = (width - 48) / max(len(picture.labels), 1)
    return max(map(width_of, picture.labels), default=0.0) <= max(slot, 0) or axis_of(picture.values).low < 0
