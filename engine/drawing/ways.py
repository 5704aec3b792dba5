"""Where boxes stand in columns and rows, and which way each line goes: straight down, or out at a side and along a lane beside them.

Boxes of the path stand in column 0, those beside it in column 1, ends in the last rows. Lanes run left of column 0 (back up), between
the columns, and right of column 1. Lines to the same box share their lane.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from engine.frozen import frozen

from .graph import Edge, Graph, Node

Side = Literal["left", "right", "top", "bottom"]
ENDS_IN_A_ROW = 3


@frozen
class Cell:
    """A place: column and row."""

    column: int
    row: int


@frozen
class Way:
    """How a line goes: straight down where `area` is None, else out at one side, along a lane of that area, in at another side."""

    edge: Edge
    out: Side = "bottom"
    into: Side = "top"
    area: int | None = None

    @property
    def trunk(self) -> tuple[int | None, str, Side]:
        """Lines with the same trunk share their lane."""
        return self.area, self.edge.target, self.into


def cells_of(graph: Graph) -> dict[str, Cell]:
    """The place of each box: what stands beside the path stands next to what leads to it first, and below others there."""
    path = [node.name for node in graph.nodes if node.place == "path"]
    found = {name: Cell(0, row) for row, name in enumerate(path)}
    taken: set[int] = set()
    for node in (node for node in graph.nodes if node.place == "side"):
        leading = [found[edge.source].row for edge in graph.edges if edge.target == node.name and edge.source in found]
        row = min(leading, default=len(path) - 1)
        while row in taken:
            row += 1
        taken.add(row)
        found[node.name] = Cell(1, row)
    last = 1 + max((cell.row for cell in found.values()), default=-1)
    for at, node in enumerate(node for node in graph.nodes if node.place == "end"):
        found[node.name] = Cell(at % ENDS_IN_A_ROW, last + at // ENDS_IN_A_ROW)
    return found


def ways_of(graph: Graph, cells: Mapping[str, Cell]) -> tuple[Way, ...]:
    """The way of each line; lines between the same two boxes are one, with the words of all."""
    ends = {node.name for node in graph.nodes if node.place == "end"}
    return tuple(_way(edge, cells, edge.target in ends) for edge in joined(graph.edges))


def joined(edges: Iterable[Edge]) -> list[Edge]:
    """One line for all from the same box to the same box."""
    found: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        known = found.get((edge.source, edge.target))
        if known is not None:
            words = " / ".join(dict.fromkeys(word for word in (known.label, edge.label) if word))
            edge = replace(edge, label=words, taken=known.taken or edge.taken)  # noqa: PLW2901 - the two are one
        found[edge.source, edge.target] = edge
    return list(found.values())


def _way(edge: Edge, cells: Mapping[str, Cell], ends: bool) -> Way:
    here, there = cells[edge.source], cells[edge.target]
    below = there.row == here.row + 1
    if here.column == there.column and below:
        return Way(edge)
    if ends:
        return Way(edge, "right", "top", 1 if here.column == 0 else 2)
    if here.column < there.column:
        return Way(edge, "right", "left", 1)
    if here.column > there.column:
        return Way(edge, "left", "right", 1)
    if here.column == 0 and there.row <= here.row:
        return Way(edge, "left", "left", 0)
    return Way(edge, "right", "right", 1 if here.column == 0 else 2)


@frozen
class Ports:
    """What arrives and leaves at each side of each box, from top to bottom: the trunks first, then the lines by where they go."""

    sides: Mapping[tuple[str, Side], tuple[object, ...]]

    def at(self, name: str, side: Side) -> tuple[object, ...]:
        """What there is at one side of one box."""
        return self.sides.get((name, side), ())

    def most(self, node: Node) -> int:
        """How many there are at the fuller of its two sides."""
        return max(len(self.at(node.name, "left")), len(self.at(node.name, "right")))


def ports_of(ways: Iterable[Way], cells: Mapping[str, Cell]) -> Ports:
    """The ports of all boxes."""
    arriving: dict[tuple[str, Side], dict[object, None]] = {}
    leaving: dict[tuple[str, Side], list[Way]] = {}
    for way in ways:
        if way.area is not None:
            arriving.setdefault((way.edge.target, way.into), {})[way.trunk] = None
            leaving.setdefault((way.edge.source, way.out), []).append(way)
    for side in leaving.values():
        side.sort(key=lambda way: cells[way.edge.target].row)
    keys = [*arriving, *(key for key in leaving if key not in arriving)]
    return Ports({key: _in_order(key, tuple(arriving.get(key, ())), leaving.get(key, ()), cells) for key in keys})


def _in_order(key: tuple[str, Side], arriving: tuple[object, ...], leaving: Sequence[Way], cells: Mapping[str, Cell]) -> tuple[object, ...]:
    """What arrives at a side comes first; where a box beside the path leads back to the one next to it, what leaves does, to lie level."""
    name, side = key
    back = side == "left" and any(cells[way.edge.target].row == cells[name].row for way in leaving)
    return (*leaving, *arriving) if back and len(arriving) == 1 else (*arriving, *leaving)
