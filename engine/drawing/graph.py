"""What is drawn: boxes in the order of a path, boxes beside it, ends below it, and lines between them."""

from __future__ import annotations

from typing import Literal

from engine.frozen import frozen

Mark = Literal["", "past", "now", "stuck", "later"]
"""Where running work is: it was there, is there, is there and cannot go on, will come there when all goes well."""
Place = Literal["path", "side", "end"]
"""Where a box stands: one below the other, beside them, or in the last line."""


@frozen
class Inside:
    """A line inside a box: a step of a branch."""

    name: str
    label: str
    mark: Mark = ""


@frozen
class Node:
    """A box: `note` stands small below its label, `inside` are the steps of its branches; one with `maybe` may be left out."""

    name: str
    label: str
    note: str = ""
    place: Place = "path"
    inside: tuple[Inside, ...] = ()
    mark: Mark = ""
    maybe: bool = False


@frozen
class Edge:
    """A line with an arrow; `taken` where running work went along it."""

    source: str
    target: str
    label: str = ""
    taken: bool = False


@frozen
class Graph:
    """A picture: its name for those who do not see it, boxes in their order, and lines between boxes that are there."""

    label: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
