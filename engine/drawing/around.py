"""What an entity hangs together with, as a picture: on the left what it leads to, on the right what leads to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from engine.errors import in_language
from engine.frozen import frozen
from engine.metadata import Entity

from . import letters
from .graph import Edge, Node
from .layout import BOX, EDGE, LABEL, LANE, PORT, SMALL, WORDS, Box, Line, Plan

BETWEEN = 14.0
"""From one box to the next below it."""


@frozen
class Link:
    """A way from one entity to another, in words; `source` and `target` are their names."""

    source: str
    target: str
    words: str


def links_of(entity: Entity, language: str) -> Iterator[Link]:
    """The links of an entity and of its rows, each with what it is called."""
    for field in entity.links:
        assert field.link is not None
        yield Link(entity.name, field.link.entity.split(".", 1)[0], in_language(field.label, language))
    for table in entity.tables:
        assert table.table is not None
        for field in table.table.links:
            assert field.link is not None
            words = f"{in_language(table.label, language)}: {in_language(field.label, language)}"
            yield Link(entity.name, field.link.entity.split(".", 1)[0], words)


def around(entity: Entity, shown: Sequence[Entity], language: str) -> Plan | None:
    """The picture of an entity among those that are `shown`; None where nothing leads from it or to it."""
    labels = {each.name: in_language(each.label, language) for each in shown}
    leads = _by_other((link.target, link.words) for link in links_of(entity, language) if link.target in labels)
    led = chain.from_iterable(links_of(each, language) for each in shown if each is not entity)
    leading = _by_other((link.source, link.words) for link in led if link.target == entity.name)
    if not leads and not leading:
        return None
    return Surroundings(entity.name, labels, leads, leading).plan()


def _by_other(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    """One line for all ways to or from the same entity."""
    words: dict[str, list[str]] = {}
    for name, said in found:
        words.setdefault(name, []).append(said)
    return {name: " / ".join(dict.fromkeys(said)) for name, said in words.items()}


@frozen
class Surroundings:
    """An entity, what everything is called, and the words of the lines by the entities at their other ends."""

    name: str
    labels: dict[str, str]
    leads: dict[str, str]
    leading: dict[str, str]

    def plan(self) -> Plan:
        """The entity in the middle, as high as its lines need."""
        most = max(len(self.leads), len(self.leading))
        column = sum(self._height(name) + BETWEEN for name in max(self.leads, self.leading, key=len)) - BETWEEN
        height = max(40.0, 10 + PORT * most)
        total = max(column, height)
        left = BOX + self._room(self.leads) if self.leads else 0.0
        middle = Box(self._node(self.name), EDGE + left, EDGE + (total - height) / 2, height, self._lines(self.name))
        sides = [*self._side(self.leads, (middle, EDGE, -1), total)]
        sides += self._side(self.leading, (middle, middle.right + self._room(self.leading), 1), total)
        boxes = (middle, *(box for box, _ in sides))
        return Plan(self.labels[self.name], max(b.right for b in boxes) + EDGE, total + 2 * EDGE, boxes, tuple(line for _, line in sides))

    def _side(self, found: dict[str, str], place: tuple[Box, float, int], total: float) -> Iterator[tuple[Box, Line]]:
        """The boxes of one side from top to bottom, each with its line; lines that bend the same way keep clear of each other."""
        middle, x, side = place
        y = EDGE + (total - sum(self._height(name) + BETWEEN for name in found) + BETWEEN) / 2
        for at, (name, words) in enumerate(found.items()):
            box = Box(self._node(name), x, y, self._height(name), self._lines(name))
            port, there = self._port(middle, len(found), at), y + box.height / 2
            lane = LANE * (1 + (at if there < port else len(found) - 1 - at))
            yield box, self._line(box, (middle, port, there, lane), words, side)
            y = box.bottom + BETWEEN

    def _line(self, box: Box, way: tuple[Box, float, float, float], words: str, side: int) -> Line:
        middle, port, there, lane = way
        begin, bend = (middle.x, middle.x - lane) if side < 0 else (middle.right, middle.right + lane)
        outer = box.right if side < 0 else box.x
        points = ((begin, port), (bend, port), (bend, there), (outer, there))
        edge = Edge(self.name, box.node.name, words) if side < 0 else Edge(box.node.name, self.name, words)
        at = (outer + 10, there - 4) if side < 0 else (outer - 6, there - 4)
        return Line(edge, points if side < 0 else tuple(reversed(points)), letters.fit(words, SMALL, WORDS), at, ends=side > 0)

    def _room(self, found: dict[str, str]) -> float:
        """From the box in the middle to those of one side: the lanes, and the longest words."""
        wide = max((min(WORDS, letters.width(words, SMALL)) for words in found.values()), default=0.0)
        return LANE * (len(found) // 2 + 2) + wide + 24

    def _port(self, middle: Box, count: int, at: int) -> float:
        return middle.y + middle.height / 2 + PORT * (at - (count - 1) / 2)

    def _lines(self, name: str) -> tuple[str, ...]:
        return letters.lines(self.labels[name], LABEL, BOX - 24)

    def _height(self, name: str) -> float:
        return 18.0 + 17 * len(self._lines(name)) + 5

    def _node(self, name: str) -> Node:
        return Node(name, self.labels[name])
