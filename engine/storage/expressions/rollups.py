"""Aggregates that SQLite calculates exactly itself: over columns, with a native filter, grouped once for a whole list.

A sum is taken in two halves, because SQLite refuses integers beyond 64 bits; Python puts them together.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func, literal_column

from engine.formula import (
    Aggregate,
    Arith,
    CollectionPath,
    Kind,
    Node,
    Path,
    Read,
    Root,
    exact,
    number,
    rebuilt,
)
from engine.storage.types import Number

from .closed import fingerprint
from .levels import outer_levels
from .reading import Brought, decoded
from .scope import Here, Many, Scope, is_here
from .selection import Selection

HALF = 1_000_000_000
_HALF: ColumnElement[Any] = literal_column(str(HALF))
COLUMN = frozenset({"COUNT", "COUNTDISTINCT", "MIN", "MAX"})
"""Aggregates whose value is one column."""
_ORDERED = frozenset({Kind.NUMBER, Kind.TEXT, Kind.DATE, Kind.DATETIME, Kind.DURATION})
_COUNTED = _ORDERED | {Kind.BOOLEAN, Kind.CHOICE, Kind.REF}
_KINDS = {"COUNT": _COUNTED, "COUNTDISTINCT": _COUNTED, "MIN": _ORDERED, "MAX": _ORDERED, "SUM": frozenset({Kind.NUMBER})}

Aggregating = Callable[[ColumnElement[Any]], "sa.Function[Any]"]
Filter = Callable[[Node, dict[int, Scope]], ColumnElement[bool] | None]
"""A native condition over the rows of these scopes; None where there is none."""


class Rollups:
    """The native aggregates of one selection; `condition` compiles their filters."""

    def __init__(self, selection: Selection, condition: Filter) -> None:
        self._selection, self._condition = selection, condition

    def can(self, node: Node) -> bool:
        """Whether an aggregate is native."""
        if not isinstance(node, Aggregate) or not isinstance(node.source, CollectionPath) or node.level:
            return False
        if node.function not in _KINDS or outer_levels(node) or not _counts(node):
            return False
        if not is_here(node.source) and node.source.root is not Root.ROW:
            return False
        return node.filter is None or self._filter(node, self._rows(node).rows) is not None

    def column(self, node: Node) -> ColumnElement[Any]:
        """The value of COUNT, COUNTDISTINCT, MIN or MAX."""
        aggregate = cast("Aggregate", node)
        if aggregate.function in ("MIN", "MAX"):
            return self._aggregated(aggregate, func.min if aggregate.function == "MIN" else func.max)
        distinct = aggregate.function == "COUNTDISTINCT"
        found = self._aggregated(aggregate, lambda value: func.count(value.distinct() if distinct else value))
        return func.coalesce(found, literal_column("0"), type_=Number(0))

    def lifted(self, tree: Node) -> tuple[Node, dict[str, Brought]]:
        """A tree whose native aggregates are values that are brought along."""
        brought: dict[str, Brought] = {}

        def visit(node: Node) -> Node:
            if isinstance(node, Aggregate) and node.function == "AVERAGE":
                total, count = replace(node, function="SUM"), replace(node, function="COUNT", type=number(18, 0))
                if self.can(total):
                    return Arith(type=node.type, op="/", left=visit(total), right=visit(count))
            if not self.can(node):
                return rebuilt(_of_row(node), visit)
            name = f"{cast('Aggregate', node).function.lower()}_{fingerprint(node)}"
            brought[name] = self._brought(cast("Aggregate", node))
            return Read(type=node.type, path=Path(Root.ROW, "", (), name), level=0)

        return visit(tree), brought

    def _brought(self, node: Aggregate) -> Brought:
        if node.function != "SUM":
            column = self.column(node)
            return Brought(column, decoded(node.type, column.type), repr(column.type))
        scale = cast("Number", self._value(node, self._rows(node).rows).type).scale
        high = self._aggregated(node, lambda value: func.sum(value.op("/")(_HALF)))
        low = self._aggregated(node, lambda value: func.sum(value.op("%")(_HALF)))
        return Brought(func.json_array(high, low), lambda raw: _sum(raw, scale), f"sum{scale}")

    def _aggregated(self, node: Aggregate, aggregate: Aggregating) -> ColumnElement[Any]:
        rows = self._rows(node)
        if isinstance(rows, Here):
            found = aggregate(self._value(node, rows.rows))
            return found if node.filter is None else found.filter(self._kept(node, rows.rows))
        owner = self._selection.base
        key = _key(node)
        known = owner.groups.get(key)
        if known is None and node.filter is not None:
            rows.where.append(self._kept(node, rows.rows))
        if self._selection.single:
            return rows.correlated(aggregate(self._value(node, rows.rows))).scalar_subquery()
        if known is None:
            known = owner.groups[key] = rows.group(owner.aliases.group())
        return known.column(aggregate(self._value(node, rows.rows)))

    def _rows(self, node: Aggregate) -> Many | Here:
        owner, source = self._selection.base, cast("CollectionPath", node.source)
        if is_here(source):
            return Here(owner)
        known = owner.groups.get(_key(node))
        return Many(owner, source, copy=False) if known is None else known.rows

    def _kept(self, node: Aggregate, rows: Scope) -> ColumnElement[bool]:
        return cast("ColumnElement[bool]", self._filter(node, rows))

    def _filter(self, node: Aggregate, rows: Scope) -> ColumnElement[bool] | None:
        return self._condition(cast("Node", node.filter), {0: self._selection.base, node.inner: rows})

    def _value(self, node: Aggregate, rows: Scope) -> ColumnElement[Any]:
        return rows.at(node.value.path) if isinstance(node.value, Read) else rows.column("id")


def _key(node: Aggregate) -> object:
    return ("native", node.source, fingerprint(node.filter) if node.filter is not None else "")


def _of_row(node: Node) -> Node:
    """The rows of the statement, in a form in which the row that Python gets can bring them along."""
    if isinstance(node, Aggregate) and isinstance(node.source, CollectionPath) and node.source.root is Root.ROWS and is_here(node.source):
        return replace(node, source=replace(node.source, root=Root.ROW))
    return node


def _counts(node: Aggregate) -> bool:
    """Whether what is aggregated is a column of a kind that SQLite compares rightly, or nothing at all."""
    if node.value is None:
        return node.function == "COUNT"
    return isinstance(node.value, Read) and node.value.path.root is Root.ROW and node.value.type.kind in _KINDS[node.function]


def _sum(raw: str, scale: int) -> Decimal:
    high, low = json.loads(raw)
    return exact(Decimal((high or 0) * HALF + (low or 0)).scaleb(-scale))
