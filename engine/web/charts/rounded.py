"""Round charts: pie, radar and gauge."""

from __future__ import annotations

from decimal import Decimal
from math import cos, pi, sin

from .canvas import box, dot, line, path, shortened, through, width_of, words
from .legend import MARK, ROW, color, legend
from .picture import Picture, Size
from .ticks import axis_of, tick_words

Point = tuple[float, float]


def pie(picture: Picture, size: Size) -> str:
    """The shares of a whole as a ring, each named beside it with its share."""
    series = picture.series[0]
    values = [max(value or Decimal(), Decimal()) for value in series.values]
    whole = sum(values, Decimal())
    radius = min(size.height / 2 - 6, size.width * 0.24)
    middle = (radius + 6, size.height / 2)
    drawn, begin = [], 0.0
    for at, value in enumerate(values):
        share = float(value / whole) if whole else 0.0
        says = f"{picture.labels[at]}: {series.words[at]} ({share:.0%})"
        if share > 0:
            drawn.append(path(_ring(middle, radius, begin, min(begin + share, begin + 0.99999)), color(at), says))
        begin += share
    return "".join(drawn) + _beside(picture, size, (radius * 2 + 24, values, whole))


def _ring(middle: Point, radius: float, begin: float, end: float) -> str:
    far, near = [_at(middle, r, turn) for r, turn in ((radius, begin), (radius, end))], [_at(middle, radius * 0.6, t) for t in (end, begin)]
    large = int(end - begin > 0.5)
    outer = f"M{through([far[0]])}A{radius:.1f} {radius:.1f} 0 {large} 1 {through([far[1]])}"
    return f"{outer}L{through([near[0]])}A{radius * 0.6:.1f} {radius * 0.6:.1f} 0 {large} 0 {through([near[1]])}Z"


def _at(middle: Point, radius: float, turn: float) -> Point:
    """A point on a circle; turns begin at the top and go with the clock."""
    return middle[0] + radius * sin(2 * pi * turn), middle[1] - radius * cos(2 * pi * turn)


def _beside(picture: Picture, size: Size, whole: tuple[float, list[Decimal], Decimal]) -> str:
    """The names of the shares, one below the other."""
    x, values, total = whole
    y = size.height / 2 - len(values) * ROW / 2
    drawn = []
    for at, value in enumerate(values):
        share = f"{float(value / total):.0%}" if total else "–"
        room = size.width - x - MARK - 8 - 48
        drawn.append(box((x, y + at * ROW + 4), (MARK, MARK), color(at)))
        drawn.append(words(shortened(picture.labels[at], room), (x + MARK + 8, y + at * ROW + 13), "", "start"))
        drawn.append(words(share, (size.width - 4, y + at * ROW + 13), "faint", "end"))
    return "".join(drawn)


def radar(picture: Picture, size: Size) -> str:
    """A figure per series over axes that stand around a middle."""
    keys, top = legend([each.label for each in picture.series], size.width)
    count = max(len(picture.labels), 1)
    widest = min(max(map(width_of, picture.labels), default=0.0), size.width * 0.26)
    radius = max(min((size.height - top) / 2 - 22, size.width / 2 - widest - 12), 30.0)
    middle = (size.width / 2, top + (size.height - top) / 2)
    axis = axis_of(picture.values)
    drawn = [keys]
    for tick in axis.ticks[1:]:
        corners = [_at(middle, radius * axis.place(tick), at / count) for at in range(count)]
        drawn.append(path(f"M{through(corners)}Z", "rule none"))
        if tick != axis.ticks[-1]:
            drawn.append(words(tick_words(tick, percent=picture.percent), (middle[0] + 4, corners[0][1] - 2), "faint tiny", "start"))
    for at, label in enumerate(picture.labels):
        end, place = _at(middle, radius, at / count), _at(middle, radius + 10, at / count)
        anchor = "middle" if abs(place[0] - middle[0]) < 4 else "start" if place[0] > middle[0] else "end"
        drawn.append(line(middle, end, "rule"))
        drawn.append(words(shortened(label, widest + 4), (place[0], place[1] + 4), "", anchor))
    return "".join(drawn) + "".join(_figure(picture, number, (middle, radius)) for number in range(len(picture.series)))


def _figure(picture: Picture, number: int, place: tuple[Point, float]) -> str:
    series, axis, count = picture.series[number], axis_of(picture.values), len(picture.labels)
    middle, radius = place
    corners = [_at(middle, radius * axis.place(value or Decimal()), at / count) for at, value in enumerate(series.values)]
    steps, look = f"M{through(corners)}Z", color(number)
    says = [f"{series.label}, {label}: {text}" for label, text in zip(picture.labels, series.words, strict=True)]
    dots = "".join(dot(corner, look, said, 3) for corner, said in zip(corners, says, strict=True))
    return path(steps, f"fill {look}") + path(steps, f"stroke {look}") + dots


def gauge(picture: Picture, size: Size) -> str:
    """One value on half a circle, from nothing to the whole: 100 %, or the next round number."""
    series = picture.series[0]
    value = next((each for each in series.values if each is not None), Decimal())
    most = Decimal(1) if picture.percent else axis_of([value]).ticks[-1]
    share = min(max(float(value / most), 0.0), 1.0) if most else 0.0
    radius = min(size.width / 2 - 8, size.height - 30)
    middle = (size.width / 2, radius + 10)
    drawn = [
        path(_arc(middle, radius, 1.0), "track"),
        path(_arc(middle, radius, share), "stroke thick s1", series.words[0] if series.words else ""),
    ]
    return "".join(drawn) + words(series.words[0] if series.words else "–", (middle[0], middle[1] - 6), "big")


def _arc(middle: Point, radius: float, share: float) -> str:
    begin, end = _at(middle, radius, -0.25), _at(middle, radius, -0.25 + share / 2)
    return f"M{through([begin])}A{radius:.1f} {radius:.1f} 0 0 1 {through([end])}"
