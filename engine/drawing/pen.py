"""A plan as SVG: classes instead of colours, so that a page gives them its own; by itself with a style for light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from . import letters
from .graph import Graph, Inside
from .layout import BOX, INNER, LABEL, SMALL, Box, Line, Plan, Point, plan_of

ROUND = 6.0
STYLE = """
svg { font-family: system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; background: #fff }
.box { fill: #fff; stroke: #687184 } .inside { fill: #f7f8fa; stroke: #d3d8e2 } .maybe { stroke-dasharray: 5 3 }
text { fill: #1d2330 } .words, .note { fill: #545d6e } .way { fill: none; stroke: #939db0 } .head { fill: #939db0 }
@media (prefers-color-scheme: dark) {
svg { background: #12151b } .box { fill: #12151b; stroke: #939db0 } .inside { fill: #1f242d; stroke: #38404e }
text { fill: #e6e9f0 } .words, .note { fill: #a9b2c3 } }
"""


def svg(graph: Graph) -> str:
    """The picture to stand in a page, which has the colours."""
    return _svg(plan_of(graph), "")


def standalone(drawn: Graph | Plan) -> str:
    """The picture as a file of its own."""
    return _svg(drawn if isinstance(drawn, Plan) else plan_of(drawn), f"<style>{STYLE}</style>")


def _svg(plan: Plan, style: str) -> str:
    size = f'width="{_n(plan.width)}" height="{_n(plan.height)}" viewBox="0 0 {_n(plan.width)} {_n(plan.height)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" role="img" aria-label="{escape(plan.label)}" {size}>'
    drawn = [part for line in plan.lines for part in _line(line)] + [part for box in plan.boxes for part in _box(box)]
    return "\n".join([head + style, *drawn, "</svg>"])


def _line(line: Line) -> Iterator[str]:
    kind = " taken" if line.edge.taken else ""
    yield f'<g class="edge{kind}">' + (f"<title>{escape(line.edge.label)}</title>" if line.edge.label else "")
    yield f'<path class="way" d="{_rounded(line.points)}"/><path class="head" d="{_head(line.points)}"/>'
    if line.words:
        anchor = ' text-anchor="end"' if line.ends else ""
        yield f'<text class="words" x="{_n(line.at[0])}" y="{_n(line.at[1])}" font-size="{_n(SMALL)}"{anchor}>{escape(line.words)}</text>'
    yield "</g>"


def _rounded(points: tuple[Point, ...]) -> str:
    """Straight pieces with round corners."""
    found = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for (a, b), (c, d) in zip(pairwise(points), pairwise(points[1:]), strict=False):
        (before, after) = _near(b, a), _near(c, d)
        found.append(f"L{_n(before[0])} {_n(before[1])}Q{_n(b[0])} {_n(b[1])} {_n(after[0])} {_n(after[1])}")
    return "".join([*found, f"L{_n(points[-1][0])} {_n(points[-1][1])}"])


def _near(corner: Point, other: Point) -> Point:
    """A point on the way from a corner to another one, a little away from it."""
    (x, y), (to_x, to_y) = corner, other
    length = abs(to_x - x) + abs(to_y - y)
    step = min(ROUND, length / 2) / length if length else 0.0
    return x + (to_x - x) * step, y + (to_y - y) * step


def _head(points: tuple[Point, ...]) -> str:
    (from_x, from_y), (x, y) = points[-2], points[-1]
    if x == from_x:
        back = y - 7 if y > from_y else y + 7
        return f"M{_n(x)} {_n(y)}L{_n(x - 4)} {_n(back)}L{_n(x + 4)} {_n(back)}Z"
    back = x - 7 if x > from_x else x + 7
    return f"M{_n(x)} {_n(y)}L{_n(back)} {_n(y - 4)}L{_n(back)} {_n(y + 4)}Z"


def _box(box: Box) -> Iterator[str]:
    node = box.node
    classes = " ".join(filter(None, ["box", node.place, "maybe" if node.maybe else ""]))
    yield f'<g class="node {node.mark}"><title>{escape(": ".join(filter(None, [node.label, node.note])))}</title>'
    corner = box.height / 2 if node.place == "end" else 8
    place = f'x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(BOX)}" height="{_n(box.height)}"'
    yield f'<rect class="{classes}" {place} rx="{_n(min(corner, 22))}"/>'
    middle, y = box.x + BOX / 2, box.y + 23.0
    words = 17 * len(box.label) + (15 if node.note else 0) + INNER * len(node.inside)
    y += (box.height - 18 - words) / 2
    for text in box.label:
        yield f'<text class="label" x="{_n(middle)}" y="{_n(y)}" font-size="{_n(LABEL)}" text-anchor="middle">{escape(text)}</text>'
        y += 17
    if node.note:
        note = letters.fit(node.note, SMALL, BOX - 20)
        yield f'<text class="note" x="{_n(middle)}" y="{_n(y - 1)}" font-size="{_n(SMALL)}" text-anchor="middle">{escape(note)}</text>'
        y += 15
    for inside in node.inside:
        yield from _inside(inside, box.x + 12, y - 10)
        y += INNER
    yield "</g>"


def _inside(inside: Inside, x: float, y: float) -> Iterator[str]:
    yield f'<g class="node {inside.mark}"><title>{escape(inside.label)}</title>'
    yield f'<rect class="inside" x="{_n(x)}" y="{_n(y)}" width="{_n(BOX - 24)}" height="22" rx="5"/>'
    text = letters.fit(inside.label, SMALL, BOX - 40)
    yield f'<text x="{_n(x + (BOX - 24) / 2)}" y="{_n(y + 15)}" font-size="{_n(SMALL)}" text-anchor="middle">{escape(text)}</text></g>'


def _n(number: float) -> str:
    return f"{number:g}" if number == int(number) else f"{number:.1f}"
