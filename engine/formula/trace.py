"""How a value came about: every part of a formula with its value, as the reader may know it.

A part that reads something closed to the reader is closed itself, and where it decides what else is calculated (a condition,
a filter), what it decides on is not told either. The value of the whole is not judged here: it belongs to its field.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from engine.errors import Message
from engine.frozen import frozen

from .closures import closure
from .env import Env
from .formula import Formula
from .frame import Frame, Row, Value
from .names import CollectionPath, Path, Root
from .nodes import Aggregate, Arith, Call, Case, Coalesce, Constant, Convert, Node, Read, Switch
from .operations import arithmetic, converted
from .reading import rows
from .types import Kind, Type, number


class Reader(Protocol):
    """For whom a value is explained."""

    def reads(self, path: Path, row: Row | None) -> bool:
        """Whether the value at the end of `path`, from `row` where it begins at a row, may be known."""

    def sees(self, path: CollectionPath, row: Row) -> Collection[int]:
        """The ids of the rows behind `path`, from `row`, that may be known."""


@frozen
class RowStep:
    """One row of an aggregate, and what was taken from it (None: the row itself was counted)."""

    row: Row
    step: Step | None


@frozen
class Step:
    """A part of a formula: its text, its value, and what it was made of.

    `path` is what a leaf reads, from `row`. `known` is False where the reader may not know the value, which is then None.
    `rows` are those of an aggregate over `source`; `unseen` says that it also took rows which the reader may not know.
    `why_null` says why this very part gives nothing although everything it was made of is there.
    """

    text: str
    type: Type
    value: Value
    known: bool = True
    parts: tuple[Step, ...] = ()
    path: Path | None = None
    row: Row | None = None
    source: CollectionPath | None = None
    rows: tuple[RowStep, ...] = ()
    unseen: bool = False
    why_null: Message | None = None

    @property
    def children(self) -> tuple[Step, ...]:
        """What it was made of, the values of rows included."""
        return (*self.parts, *(each.step for each in self.rows if each.step is not None))


def trace(formula: Formula, row: Row, frame: Frame, reader: Reader) -> Step:
    """The value of a formula on `row`, taken apart. Raises FormulaFailure as the formula does."""
    found = _Tracer(formula.text, reader).step(formula.tree, Env(frame, (row,)))
    return replace(found, text=formula.text)


Parts = list[tuple[Node, Step]]


class _Tracer:
    def __init__(self, text: str, reader: Reader) -> None:
        self._text, self._reader = text, reader

    def step(self, node: Node, env: Env) -> Step:
        """One node with all below it."""
        if isinstance(node, Read):
            return self._read(node, env)
        if isinstance(node, Aggregate) and isinstance(node.source, CollectionPath):
            return self._aggregate(node, node.source, env)
        parts = self._parts(node, env)
        known = all(step.known for _, step in parts)
        value = closure(node)(env) if known else None
        lost = known and value is None and all(step.value is not None for _, step in parts)
        why = _LOST.get(_warning(node)) if lost else None
        return Step(self._words(node), node.type, value, known, tuple(_told(node, parts)), why_null=why)

    def _words(self, node: Node) -> str:
        return self._text[node.start : node.end]

    def _read(self, node: Read, env: Env) -> Step:
        row = env.row(node.level) if node.path.root is Root.ROW else None
        known = self._reader.reads(node.path, row)
        return Step(self._words(node), node.type, closure(node)(env) if known else None, known, path=node.path, row=row)

    def _parts(self, node: Node, env: Env) -> Parts:
        if isinstance(node, Case):
            return self._chosen(node.arms, node.default, env, True)
        if isinstance(node, Switch):
            subject = self.step(node.value, env)
            return [(node.value, subject), *(self._chosen(node.arms, node.default, env, subject.value) if subject.known else ())]
        if isinstance(node, Coalesce):
            return self._first(node.items, env)
        if isinstance(node, Aggregate):
            return [(node.source, self.step(node.source, env))] if isinstance(node.source, Node) else []
        parts = [(child, self.step(child, env)) for child in node.children()]
        return [*parts, *self._rate(node, env, parts)] if isinstance(node, Convert) and node.on.type.kind is Kind.DATE else parts

    def _rate(self, node: Convert, env: Env, parts: Parts) -> Parts:
        """The rate of the day by which an amount was converted."""
        source, target, on = (step.value for child, step in parts if child is not node.amount)
        if None in (source, target, on) or source == target or not all(step.known for _, step in parts):
            return []
        return [(node, Step(f"{source} → {target}", number(18, 8), converted(env.frame, Decimal(1), source, target, on)))]

    def _chosen(self, arms: Iterable[tuple[Node, Node]], default: Node, env: Env, wanted: Value) -> Parts:
        """The conditions up to the one that holds, and the value chosen by it; nothing after a condition that may not be known."""
        steps: Parts = []
        for test, value in arms:
            found = self.step(test, env)
            steps.append((test, found))
            if not found.known:
                return steps
            if found.value == wanted:
                return [*steps, (value, self.step(value, env))]
        return [*steps, (default, self.step(default, env))]

    def _first(self, items: Iterable[Node], env: Env) -> Parts:
        steps: Parts = []
        for item in items:
            found = self.step(item, env)
            steps.append((item, found))
            if not found.known or found.value is not None:
                break
        return steps

    def _aggregate(self, node: Aggregate, source: CollectionPath, env: Env) -> Step:
        words = self._words(node)
        if source.root is not Root.ROW:
            return Step(words, node.type, None, known=False, source=source)
        origin = env.row(node.level)
        seen = self._reader.sees(source, origin)
        kept: list[RowStep] = []
        unseen = False
        for row in rows(origin, env.frame, source):
            inside = Env(env.frame, (*env.levels[: node.inner], row))
            if row.get("id") not in seen or not self._judged(node, inside):
                unseen = True
            elif node.filter is None or closure(node.filter)(inside) is True:
                kept.append(RowStep(row, self.step(node.value, inside) if node.value is not None else None))
        known = not unseen and all(each.step is None or each.step.known for each in kept)
        return Step(words, node.type, closure(node)(env) if known else None, known, source=source, rows=tuple(kept), unseen=unseen)

    def _judged(self, node: Aggregate, inside: Env) -> bool:
        """Whether the reader may know what decides about a row."""
        return all(self.step(each, inside).known for each in (node.filter, node.order) if each is not None)


_LOST = {
    "W901": Message("division by zero"),
    "W902": Message("outside what the function is defined for"),
    "W903": Message("a text that cannot be read"),
    "W904": Message("outside the years 1 to 9999"),
    "W905": Message("no rate for this day"),
}


def _warning(node: Node) -> str:
    """The code of what is recorded where values that are there give none."""
    if isinstance(node, Arith):
        return arithmetic(node)[1]
    return node.function.warning if isinstance(node, Call) else "W905" if isinstance(node, Convert) else ""


_CHAINS = {"+": "+-", "-": "+-", "*": "*/", "/": "*/"}


def _told(node: Node, parts: Parts) -> Iterator[Step]:
    """The parts worth telling: no constants, and `a + b + c` as three parts instead of one in the other."""
    for child, step in parts:
        chained = isinstance(node, Arith) and child is node.left and isinstance(child, Arith) and child.op in _CHAINS[node.op]
        if chained or not step.text:
            yield from step.parts
        elif not isinstance(child, Constant):
            yield step
