"""Where everything of a picture stands, in pixels: boxes as high as their words and lines need, lanes as many as are used at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.frozen import frozen

from . import letters
from .graph import Edge, Graph, Node
from .ways import Cell, Ports, Way, cells_of, ports_of, ways_of

LABEL, SMALL = 13.0, 11.0
BOX, INNER = 196.0, 26.0
EDGE, GAP, LANE, PORT = 16.0, 44.0, 12.0, 20.0
WORDS = 168.0
"""The room for the words of a line."""
Point = tuple[float, float]


@frozen
class Box:
    """A box with the lines of its label."""

    node: Node
    x: float
    y: float
    height: float
    label: tuple[str, ...]

    @property
    def right(self) -> float:
        """Its right side."""
        return self.x + BOX

    @property
    def bottom(self) -> float:
        """Its lower side."""
        return self.y + self.height


@frozen
class Line:
    """A line with its corners, and its words with the place where they begin (or end, where `ends`)."""

    edge: Edge
    points: tuple[Point, ...]
    words: str
    at: Point
    ends: bool = False


@frozen
class Plan:
    """A picture that only needs to be drawn."""

    label: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def plan_of(graph: Graph) -> Plan:
    """The plan of a picture."""
    cells = cells_of(graph)
    ways = ways_of(graph, cells)
    ports = ports_of(ways, cells)
    lanes = {area: _lanes([way for way in ways if way.area == area], cells) for area in (0, 1, 2)}
    across = _across(ways, cells, lanes)
    boxes = _boxes(graph, cells, ports, across.columns, ways)
    draw = _Lines(boxes, ports, lanes, across.areas)
    lines = tuple(draw.line(way) for way in ways)
    right = max([box.right for box in boxes.values()] + [x for line in lines for x, _ in line.points], default=0.0)
    bottom = max((box.bottom for box in boxes.values()), default=0.0)
    return Plan(graph.label, right + EDGE, bottom + EDGE, tuple(boxes.values()), tuple(sorted(lines, key=lambda line: line.edge.taken)))


def _lanes(ways: Sequence[Way], cells: Mapping[str, Cell]) -> dict[object, int]:
    """A lane for each trunk, the shorter ones nearer to the boxes; trunks that do not meet may share one."""
    spans: dict[object, list[int]] = {}
    for way in ways:
        spans.setdefault(way.trunk, []).extend((cells[way.edge.source].row, cells[way.edge.target].row))
    found: dict[object, int] = {}
    used: list[list[tuple[int, int]]] = []
    for trunk, rows in sorted(spans.items(), key=lambda span: max(span[1]) - min(span[1])):
        low, high = min(rows), max(rows)
        lane = next((at for at, held in enumerate(used) if all(high < a or low > b for a, b in held)), len(used))
        if lane == len(used):
            used.append([])
        used[lane].append((low, high))
        found[trunk] = lane
    return found


@frozen
class _Across:
    columns: tuple[float, ...]
    areas: tuple[float, float, float]


def _across(ways: Iterable[Way], cells: Mapping[str, Cell], lanes: Mapping[int, Mapping[object, int]]) -> _Across:
    """Where columns begin, and where the first lane of each area is."""
    room = {(column, side): 0.0 for column in (0, 1) for side in ("left", "right")}
    for way in ways:
        if way.area is not None:
            key = cells[way.edge.source].column, way.out
            room[key] = max(room[key], min(WORDS, letters.width(way.edge.label, SMALL)) + 8)
    wide = {area: LANE * (1 + max(found.values(), default=-1)) for area, found in lanes.items()}
    first = EDGE + wide[0] + room[0, "left"] + 8
    middle = first + BOX + room[0, "right"] + 10
    second = middle + wide[1] + 6 + room[1, "left"] + 10
    outer = second + BOX + room[1, "right"] + 10
    third = outer + wide[2] + 10
    return _Across((first, second, third), (first - room[0, "left"] - 8, middle, outer))


def _boxes(graph: Graph, cells: Mapping[str, Cell], ports: Ports, columns: Sequence[float], ways: Iterable[Way]) -> dict[str, Box]:
    sized = {node.name: (letters.lines(node.label, LABEL, BOX - 24), node) for node in graph.nodes}
    heights = {name: _height(node, len(label), ports) for name, (label, node) in sized.items()}
    into_ends = {way.trunk for way in ways if way.area is not None and way.into == "top"}
    channel = {
        row: 10.0 * sum(1 for trunk in into_ends if cells[str(trunk[1])].row == row) for row in {cell.row for cell in cells.values()}
    }
    tops, y = {}, EDGE
    for row in sorted(channel):
        y += channel[row]
        tops[row] = y
        y += max(heights[name] for name, cell in cells.items() if cell.row == row) + GAP
    return {
        name: Box(node, columns[cells[name].column], tops[cells[name].row], heights[name], label) for name, (label, node) in sized.items()
    }


def _height(node: Node, lines: int, ports: Ports) -> float:
    words = 18 + 17 * lines + (15 if node.note else 0) + INNER * len(node.inside)
    return max(words, 40.0, 10 + PORT * ports.most(node))


@frozen
class _Lines:
    boxes: Mapping[str, Box]
    ports: Ports
    lanes: Mapping[int, Mapping[object, int]]
    areas: tuple[float, float, float]

    def line(self, way: Way) -> Line:
        source, target = self.boxes[way.edge.source], self.boxes[way.edge.target]
        words = letters.fit(way.edge.label, SMALL, WORDS)
        if way.area is None:
            x = source.x + BOX / 2
            return Line(way.edge, ((x, source.bottom), (x, target.y)), words, (x + 7, (source.bottom + target.y) / 2 + 3))
        lane = self._lane(way)
        begin = (source.right if way.out == "right" else source.x), self._port(source, way)
        points = (begin, (lane, begin[1]), *self._arrive(way, target, lane))
        left = way.out == "left"
        return Line(way.edge, points, words, (begin[0] + (-6 if left else 6), begin[1] - 4), ends=left)

    def _arrive(self, way: Way, target: Box, lane: float) -> tuple[Point, ...]:
        if way.into == "top":
            at = self.ports.at(target.node.name, "top").index(way.trunk)
            x, y = target.x + BOX / 2 + 22 * (at + 1), target.y - 14 - 10 * self._order(way)
            return (lane, y), (x, y), (x, target.y)
        y = target.y + 15 + PORT * self.ports.at(target.node.name, way.into).index(way.trunk)
        return (lane, y), (target.x if way.into == "left" else target.right, y)

    def _order(self, way: Way) -> int:
        """Which of the trunks into the same row of ends it is, so that each has a height of its own."""
        row = self.boxes[way.edge.target].y
        trunks = [(area, trunk) for area, found in self.lanes.items() for trunk in found if self._ends_at(trunk, row)]
        return trunks.index((way.area, way.trunk)) if way.area is not None else 0

    def _ends_at(self, trunk: object, row: float) -> bool:
        assert isinstance(trunk, tuple)
        return trunk[2] == "top" and self.boxes[trunk[1]].y == row

    def _lane(self, way: Way) -> float:
        assert way.area is not None
        at = LANE * self.lanes[way.area][way.trunk]
        return self.areas[0] - at if way.area == 0 else self.areas[way.area] + at

    def _port(self, box: Box, way: Way) -> float:
        return box.y + 15 + PORT * self.ports.at(box.node.name, way.out).index(way)
