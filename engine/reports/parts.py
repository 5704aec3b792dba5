"""Measures taken apart: what the database counts for each heap of rows, and the formula that makes the figure from it.

The value and the filter of a calculation over `rows` become formulas on one record, so that what is hidden from a reader is
hidden in them as in a list. What is calculated from the counts is calculated again for every total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal, cast

from engine.formula import (
    TRUTH,
    Aggregate,
    Arith,
    Case,
    CollectionPath,
    Compare,
    Constant,
    Context,
    Formula,
    IsNull,
    Names,
    Node,
    Not,
    Path,
    Read,
    Root,
    Type,
    compile,
    lowered,
    number,
    rebuilt,
)
from engine.frozen import frozen
from engine.metadata import Metadata, Report, ReportSource, currency_path
from engine.records import sealed_reads
from engine.storage import Tally, TallyName

COUNTED = number(18, 0, null=False)
_SAME: dict[str, TallyName] = {"COUNT": "COUNT", "SUM": "SUM", "MIN": "MIN", "MAX": "MAX", "COUNTDISTINCT": "DISTINCT"}
_BEHIND: dict[str, Literal["SUM", "MIN", "MAX"]] = {"COUNT": "SUM", "SUM": "SUM", "MIN": "MIN", "MAX": "MAX"}


@frozen
class Part:
    """One thing to be counted; `type` is that of its value, `path` leads to the currency where rows may differ in it.

    `sealed` is the number of the part that counts the rows in which something of it is sealed, and `watches` there the number of this one.
    """

    tally: Tally
    type: Type
    path: tuple[str, ...] | None = None
    sealed: int | None = None
    watches: int | None = None


@frozen
class Range:
    """The parts of one source: from `first` up to and without `end`."""

    first: int
    end: int


@frozen(eq=False)
class Finish:
    """How a measure is made: `formula` reads the parts `uses` by their numbers."""

    formula: Formula
    uses: tuple[int, ...]


@frozen(slots=False, eq=False)
class Parts:
    """All measures of a report: what each source counts, each thing once, and how each figure is made from it."""

    parts: tuple[Part, ...]
    finishes: tuple[Finish, ...]
    ranges: tuple[Range, ...]

    def of(self, source: int) -> tuple[Part, ...]:
        """The parts of one source, by its number."""
        return self.parts[self.ranges[source].first : self.ranges[source].end]


def name_of(number: int) -> str:
    """What a finishing formula calls a part."""
    return f"part{number}"


@lru_cache(maxsize=1024)
def parts_of(metadata: Metadata, report: Report) -> Parts:
    """The measures of a report, taken apart."""
    parts: list[Part] = []
    ranges: list[Range] = []
    finishes: dict[str, Finish] = {}
    for source in report.sources:
        taken = _Taking(metadata, source, len(parts))
        finishes |= {measure.name: taken.finish(measure.formula) for measure in source.measures}
        own = _watched(metadata, taken.parts, len(parts))
        ranges.append(Range(len(parts), len(parts) + len(own)))
        parts += own
    made = (finishes[each.name] if each.name in finishes else _calculated(each.formula, finishes) for each in report.measures)
    return Parts(tuple(parts), tuple(made), tuple(ranges))


def _watched(metadata: Metadata, parts: Sequence[Part], first: int) -> list[Part]:
    """The parts of a source, the first of which has that number, and after them what counts the sealed values that they lack."""
    found = list(parts)
    for at, part in enumerate(parts):
        if any(sealed_reads(metadata, each) for each in (part.tally.value, *part.tally.only) if each is not None):
            found[at] = replace(part, sealed=first + len(found))
            found.append(Part(Tally("COUNT"), COUNTED, watches=first + at))
    return found


def _calculated(formula: Formula, finishes: Mapping[str, Finish]) -> Finish:
    """A formula over values, as one over the parts of these: so that a total is calculated from totals."""
    used: list[int] = []

    def visit(node: Node) -> Node:
        if isinstance(node, Read) and node.path.root is Root.PARAMETER and node.path.field in finishes:
            value = finishes[node.path.field]
            used.extend(value.uses)
            return value.formula.tree
        return rebuilt(node, visit)

    tree = visit(formula.tree)
    return Finish(replace(formula, tree=tree), tuple(dict.fromkeys(used)))


class _Taking:
    def __init__(self, metadata: Metadata, source: ReportSource, first: int) -> None:
        self.metadata, self.source, self.first = metadata, source, first
        self.parts: list[Part] = []
        self.trees: list[tuple[str, Node | None, tuple[Node, ...]]] = []
        self.formulas: list[Formula] = []
        self.used: list[int] = []

    def finish(self, formula: Formula) -> Finish:
        """The formula over the parts."""
        self.used = []
        tree = self._visit(formula.tree)
        return Finish(replace(formula, tree=tree), tuple(dict.fromkeys(self.used)))

    def _visit(self, node: Node) -> Node:
        if isinstance(node, Aggregate) and isinstance(node.source, CollectionPath) and node.source.root is Root.ROWS:
            return self._behind(node) if node.source.hops else self._here(node)
        return rebuilt(node, self._visit)

    def _here(self, node: Aggregate) -> Node:
        value = None if node.value is None else lowered(node.value)
        only = () if node.filter is None else (lowered(node.filter),)
        if node.function in ("ANY", "ALL"):
            return self._tested(node, cast("Node", value), only)
        if node.function == "AVERAGE":
            total = self._part("SUM", value, only, _summed(node))
            return Arith(type=node.type, op="/", left=total, right=self._part("COUNT", value, only, _counted(node)))
        return self._part(_SAME[node.function], value, only, node)

    def _behind(self, node: Aggregate) -> Node:
        """Over the rows of a table of each record: first for the record, then for all."""
        inner = replace(node, source=replace(cast("CollectionPath", node.source), root=Root.ROW))
        if node.function in ("ANY", "ALL"):
            return self._tested(node, inner, ())
        if node.function == "AVERAGE":
            total = self._part("SUM", replace(inner, function="SUM"), (), _summed(node))
            count = self._part("SUM", replace(inner, function="COUNT", type=COUNTED), (), _counted(node))
            return Arith(type=node.type, op="/", left=total, right=count)
        return self._part(_BEHIND[node.function], inner, (), node)

    def _tested(self, node: Aggregate, test: Node, only: tuple[Node, ...]) -> Node:
        """ANY: some row holds. ALL: no row fails, and whether each holds is known."""
        if node.function == "ANY":
            return _some(self._part("COUNT", None, (test, *only), _counted(node)))
        fails = self._part("COUNT", None, (Not(type=test.type, value=test), *only), _counted(node))
        unknown = self._part("COUNT", None, (IsNull(type=TRUTH, value=test), *only), _counted(node))
        arms = ((_some(fails), _truth(False)), (_some(unknown), _truth(None)))
        return Case(type=TRUTH.nullable(), arms=arms, default=_truth(True))

    def _part(self, function: TallyName, value: Node | None, only: tuple[Node, ...], of: Aggregate) -> Node:
        key = (function, value, only)
        at = next((at for at, each in enumerate(self.trees) if each == key), len(self.trees))
        if at == len(self.trees):
            self.trees.append(key)
            self.parts.append(self._made(function, value, only, of))
        self.used.append(self.first + at)
        return Read(type=of.type, path=Path(Root.ROW, "", (), name_of(self.first + at)), level=0)

    def _made(self, function: TallyName, value: Node | None, only: tuple[Node, ...], of: Aggregate) -> Part:
        path = currency_path(of, self.source.entity) if function in ("SUM", "MIN", "MAX") else None
        held = {each.path for each in self.source.keys}
        currency = None if path is None or ".".join(path) in held else self._currency(path)
        conditions = tuple(self._formula(each, Context.WHERE) for each in only)
        return Part(Tally(function, None if value is None else self._formula(value, Context.MEASURE), conditions, currency), of.type, path)

    def _formula(self, tree: Node, context: Context) -> Formula:
        """The formula of a tree: one for all that are the same, so that the database reads it once."""
        known = next((each for each in self.formulas if each.context is context and each.tree == tree), None)
        if known is None:
            known = Formula("", tree.type, context, tree, 0, True)
            self.formulas.append(known)
        return known

    def _currency(self, path: Iterable[str]) -> Formula:
        return compile(".".join(path), Names(this=self.source.entity), self.metadata.catalog, Context.MEASURE)


def _summed(node: Aggregate) -> Aggregate:
    value = cast("Node", node.value)
    return replace(node, function="SUM", type=value.type.nullable(False))


def _counted(node: Aggregate) -> Aggregate:
    return replace(node, function="COUNT", type=COUNTED, value=None)


def _some(count: Node) -> Node:
    return Compare(type=TRUTH, op=">", left=count, right=Constant(type=COUNTED, value=Decimal()))


def _truth(value: bool | None) -> Constant:
    return Constant(type=TRUTH.nullable(value is None), value=value)
