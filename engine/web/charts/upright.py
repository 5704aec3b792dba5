"""Charts between two axes: bars that stand, lines and areas."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.frozen import frozen

from .canvas import SMALL, box, dot, line, path, shortened, through, width_of, words
from .legend import color, legend
from .picture import Picture, Series, Size
from .ticks import Axis, axis_of, tick_words

FOOT = 22
HEAD = 8


@frozen(slots=False)
class Field:
    """The room between the axes: its edges, the axis of values, and how wide one label's slot is."""

    left: float
    right: float
    top: float
    bottom: float
    axis: Axis
    slots: int

    @property
    def slot(self) -> float:
        """The room of one label."""
        return (self.right - self.left) / max(self.slots, 1)

    def x(self, at: int) -> float:
        """The middle of a slot."""
        return self.left + self.slot * (at + 0.5)

    def y(self, value: Decimal) -> float:
        """The height of a value."""
        return self.bottom - (self.bottom - self.top) * self.axis.place(value)


def bars(picture: Picture, size: Size) -> str:
    """A bar per label and series, beside or on each other."""
    field, frame = _framed(picture, size)
    return frame + "".join(_bars_at(picture, field, at) for at in range(len(picture.labels)))


def lines(picture: Picture, size: Size) -> str:
    """A line per series; with `area` what is below is filled."""
    field, frame = _framed(picture, size)
    below: list[Decimal] = [Decimal()] * len(picture.labels)
    drawn = []
    for number, series in enumerate(picture.series):
        tops = [_top(value, below[at], picture) for at, value in enumerate(series.values)]
        if picture.kind == "area":
            drawn.append(_filled(field, tops, below, color(number)))
        drawn.append(_drawn(field, picture, series, tops, color(number)))
        if picture.stacked:
            below = [base if top is None else top for base, top in zip(below, tops, strict=True)]
    return frame + "".join(drawn)


def _top(value: Decimal | None, base: Decimal, picture: Picture) -> Decimal | None:
    return None if value is None else value + base if picture.stacked else value


def _framed(picture: Picture, size: Size) -> tuple[Field, str]:
    """The field, and the drawing of its axes and legend."""
    axis = axis_of(_heights(picture), 4 if size.height < 260 else 5)
    keys, high = legend([each.label for each in picture.series], size.width)
    named = [tick_words(tick, percent=picture.percent) for tick in axis.ticks]
    left = max(map(width_of, named)) + 8
    field = Field(left, size.width - 4, high + HEAD, size.height - FOOT, axis, len(picture.labels))
    marks = [line((field.left, field.y(t)), (field.right, field.y(t)), "base" if not t else "rule") for t in axis.ticks]
    marks += [words(text, (left - 8, field.y(tick) + 4), "faint", "end") for tick, text in zip(axis.ticks, named, strict=True)]
    return field, keys + "".join(marks) + _below(picture, field)


def _heights(picture: Picture) -> Sequence[Decimal]:
    if not picture.stacked:
        return picture.values
    found: list[Decimal] = []
    for at in range(len(picture.labels)):
        values = [value for each in picture.series if (value := each.values[at]) is not None]
        found += [sum((v for v in values if v > 0), Decimal()), sum((v for v in values if v < 0), Decimal())]
    return found


def _below(picture: Picture, field: Field) -> str:
    """The labels, as many as there is room for."""
    widest = max(map(width_of, picture.labels), default=1.0)
    every = max(1, -(-int(min(widest, 84) + 10) // max(int(field.slot), 1)))
    room = max(field.slot * every - 6, SMALL * 2)
    y = field.bottom + 16
    return "".join(words(shortened(label, room), (field.x(at), y), "faint") for at, label in enumerate(picture.labels) if at % every == 0)


def _bars_at(picture: Picture, field: Field, at: int) -> str:
    if picture.stacked:
        return _stack(picture, field, at)
    count = len(picture.series)
    wide = min(field.slot * 0.72 / count, 48)
    begin = field.x(at) - wide * count / 2
    drawn = []
    for number, series in enumerate(picture.series):
        value = series.values[at]
        if value is not None:
            drawn.append(_bar(field, (begin + wide * number, wide - 1), (Decimal(), value), color(number), _says(picture, series, at)))
    return "".join(drawn)


def _stack(picture: Picture, field: Field, at: int) -> str:
    wide = min(field.slot * 0.72, 56)
    reached = {True: Decimal(), False: Decimal()}
    drawn = []
    for number, series in enumerate(picture.series):
        value = series.values[at]
        if value:
            base = reached[value > 0]
            reached[value > 0] = base + value
            drawn.append(_bar(field, (field.x(at) - wide / 2, wide), (base, base + value), color(number), _says(picture, series, at)))
    return "".join(drawn)


def _bar(field: Field, place: tuple[float, float], ends: tuple[Decimal, Decimal], look: str, says: str) -> str:
    top, bottom = field.y(max(ends)), field.y(min(ends))
    return box((place[0], top), (place[1], bottom - top), look, says)


def _drawn(field: Field, picture: Picture, series: Series, tops: Sequence[Decimal | None], look: str) -> str:
    """A line with its points, broken where there is no value."""
    parts: list[list[tuple[float, float]]] = [[]]
    for at, value in enumerate(tops):
        if value is None:
            parts.append([])
        else:
            parts[-1].append((field.x(at), field.y(value)))
    strokes = "".join(path(f"M{through(part)}", f"stroke {look}") for part in parts if len(part) > 1)
    dots = (dot((field.x(at), field.y(v)), look, _says(picture, series, at)) for at, v in enumerate(tops) if v is not None)
    return strokes + "".join(dots)


def _filled(field: Field, tops: Sequence[Decimal | None], below: Sequence[Decimal], look: str) -> str:
    known = [(at, value) for at, value in enumerate(tops) if value is not None]
    if len(known) < 2:
        return ""
    upper = [(field.x(at), field.y(value)) for at, value in known]
    lower = [(field.x(at), field.y(below[at])) for at, _ in reversed(known)]
    return path(f"M{through([*upper, *lower])}Z", f"fill {look}")


def _says(picture: Picture, series: Series, at: int) -> str:
    name = f"{series.label}, " if len(picture.series) > 1 else ""
    return f"{name}{picture.labels[at]}: {series.words[at]}"
