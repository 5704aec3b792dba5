"""Aggregates on PostgreSQL: one grouped sub-select per collection and filter in lists, a sub-select per record elsewhere (FORMULA 2.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, literal_column, select

from engine.errors import Message
from engine.formula import (
    Aggregate,
    CollectionPath,
    Kind,
    Node,
    Root,
    number,
)

from .arithmetic import DIVIDE
from .calculated import can_fail
from .closed import fingerprint
from .filled import Filled, fill
from .levels import outer_levels
from .lookup import NotPushable
from .native import native_type
from .scope import Here, Many, Scope, is_here
from .stepwise import all_of

if TYPE_CHECKING:
    from .postgresql import Postgresql

_AGGREGATES: dict[str, tuple[str, ...]] = {
    "SUM": ("sum({v}){f}",),
    "AVERAGE": ("sum({v}){f}", "(count({v}){f})::numeric"),
    "MIN": ("min({v}){f}",),
    "MAX": ("max({v}){f}",),
    "COUNT": ("count({v}){f}",),
    "COUNTDISTINCT": ("count(DISTINCT {v}){f}",),
    "ANY": ("bool_or({v}){f}",),
    "ALL": ("bool_and({v}){f}", "bool_or({v} IS NULL){f}"),
    "FIRST": ("(array_agg({v} ORDER BY {o}){f})[1]",),
    "LAST": ("(array_agg({v} ORDER BY {o}){f})[1]",),
    "LIST": ("array_agg({v} ORDER BY {o}){f}",),
}
"""What is calculated over the rows; an owner without rows has null for each."""
_ID = number(18, 0)
_ENDS = frozenset({"FIRST", "LAST"})

_RESULTS = {
    "SUM": "COALESCE({v0}, {zero})",
    "COUNT": "COALESCE({v0}, 0)::numeric",
    "COUNTDISTINCT": "COALESCE({v0}, 0)::numeric",
    "AVERAGE": DIVIDE.format(a="{v0}", b="{v1}"),
    "ANY": "COALESCE({v0}, FALSE)",
    "ALL": "CASE WHEN {v0} IS FALSE THEN FALSE WHEN {v1} THEN NULL ELSE TRUE END",
}


def aggregate(compiler: Postgresql, node: Aggregate) -> ColumnElement[Any]:
    """The value of an aggregate. Raises NotPushable for rows that no path of columns reaches."""
    source = _reachable(node)
    owner = compiler.scopes[node.level]
    if node.function in _ENDS and node.value is not None and can_fail(node.value):
        return _end(compiler, node, node.value, source)
    lowest = min(outer_levels(node), default=node.inner)
    if is_here(source):
        values = _here(compiler, node)
    elif compiler.selection.single or lowest < node.level:
        values = _correlated(compiler, node, Many(owner, source, copy=False))
    else:
        values = _grouped(compiler, node, owner, copy=lowest == node.level)
    holes = {f"v{at}": value for at, value in enumerate(values)}
    return fill(_RESULTS.get(node.function, "{v0}"), {**holes, "zero": zero(node)}, native_type(node.type))


def found(compiler: Postgresql, node: Aggregate) -> ColumnElement[bool]:
    """ANY where only its truth counts: EXISTS, which stops at the first row and can use an index."""
    source = _reachable(node)
    many = Many(compiler.scopes[node.level], source, copy=False)
    inner = compiler.inside({node.inner: many.rows})
    parts = [part for part in (node.filter, node.value) if part is not None]
    many.where += [all_of(parts, [inner.positive(part) for part in parts])] if parts else []
    return many.correlated(literal_column("1")).exists()


def zero(node: Node) -> ColumnElement[Any]:
    """What a sum is without rows."""
    return literal_column("INTERVAL '0'" if node.type.kind is Kind.DURATION else "0")


def _end(compiler: Postgresql, node: Aggregate, value: Node, source: CollectionPath) -> ColumnElement[Any]:
    """FIRST or LAST of a value that can fail: the row is found first, and the value of that row alone is calculated."""
    row = Scope(compiler.scopes[node.level].aliases, source.target)
    chosen = aggregate(compiler, replace(node, value=None, type=_ID))
    found = select(compiler.inside({node.inner: row}).value(value)).select_from(row.from_clause())
    return found.where(row.column("id") == chosen).correlate_except(*row.names).scalar_subquery()


def _reachable(node: Aggregate) -> CollectionPath:
    source = node.source
    if isinstance(source, CollectionPath) and (source.root is Root.ROW or (source.root is Root.ROWS and is_here(source))):
        return source
    raise NotPushable(Message("These rows cannot be reached in the database."), node.start, node.end)


def _here(compiler: Postgresql, node: Aggregate) -> list[ColumnElement[Any]]:
    """The aggregates of the statement itself, for the groups of a report."""
    here = Here(compiler.selection.base)
    inner = compiler.inside({node.inner: here.rows})
    kept = inner.positive(node.filter) if node.filter is not None else None
    return _columns(node, *_inputs(inner, node, here), kept)


def _correlated(compiler: Postgresql, node: Aggregate, many: Many) -> list[ColumnElement[Any]]:
    """A sub-select per value.

    Its input is calculated one level further in: an aggregate over columns of the owner alone would be taken for one of the
    statement around it.
    """
    inner = compiler.inside({node.inner: many.rows})
    value, order = _inputs(inner, node, many)
    if node.filter is not None:
        many.where.append(inner.positive(node.filter))
    name = compiler.scopes[node.level].aliases.group()
    inputs = [value.label("v"), *(column.label(f"o{at}") for at, column in enumerate(order))]
    chosen = many.correlated(*inputs)
    if node.value is not None and can_fail(node.value):
        chosen = chosen.offset(literal_column("0"))  # else a value of the owner alone is calculated where there is no row at all
    rows = chosen.subquery(name)
    outer = [Filled(f"{name}.o{at}", (), column.type) for at, column in enumerate(order)]
    columns = _columns(node, Filled(f"{name}.v", (), value.type), outer)
    return [select(column).select_from(rows).scalar_subquery() for column in columns]


def _grouped(compiler: Postgresql, node: Aggregate, owner: Scope, *, copy: bool) -> list[ColumnElement[Any]]:
    key = (node.source, fingerprint(node.filter) if node.filter is not None else "", copy)
    known = owner.groups.get(key)
    many = Many(owner, _reachable(node), copy=copy) if known is None else known.rows
    outside = {node.level: many.copy} if many.copy is not None else {}
    inner = compiler.inside({**outside, node.inner: many.rows})
    if known is None:
        known = owner.groups[key] = many.group(owner.aliases.group())
        if node.filter is not None:
            many.where.append(inner.positive(node.filter))
    return [known.column(column) for column in _columns(node, *_inputs(inner, node, many))]


def _inputs(inner: Postgresql, node: Aggregate, many: Many | Here) -> tuple[ColumnElement[Any], list[ColumnElement[Any]]]:
    """What is aggregated (ids where rows are counted), and by what FIRST, LAST and LIST order it."""
    value = inner.ordered(node.value) if node.value is not None else many.rows.column("id")
    if node.function not in _ENDS and node.function != "LIST":
        return value, []
    return value, many.order if node.order is None else [inner.ordered(node.order), many.rows.column("id")]


def _columns(
    node: Aggregate, value: ColumnElement[Any], order: Sequence[ColumnElement[Any]], kept: ColumnElement[bool] | None = None
) -> list[ColumnElement[Any]]:
    """The aggregates, of the rows that are kept; rows with a blank order come after all others, in either direction."""
    down = " DESC" if node.function == "LAST" else ""
    by = Filled(", ".join(f"{{{at}}}{down} NULLS LAST" for at in range(len(order))), order)
    only = Filled("", ()) if kept is None else Filled(" FILTER (WHERE {0})", (kept,))
    return [fill(template, {"v": value, "o": by, "f": only}, native_type(node.type)) for template in _AGGREGATES[node.function]]
