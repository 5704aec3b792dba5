"""CONVERT in SQL: the rates of a day are looked up in the table of the entity `rate`, for each row by its own key.

A tree in which amounts are converted is rewritten to plain arithmetic over rates; a rate is read like a field of its row.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import ColumnElement, FromClause, case, func, literal, or_, select

from engine.errors import Message
from engine.formula import TRUTH, Arith, Case, Compare, Constant, Convert, Kind, Node, Path, Read, Root, number, rebuilt
from engine.frozen import frozen

from .closed import fingerprint
from .lookup import NotPushable, TableLookup, column_of

RATE = "rate"
_ONE = Decimal(1)
_TYPE = number(18, 8)


@frozen
class RatePath(Path):
    """What a currency was worth on the day that `day` leads to; `base` is worth one always."""

    code: Path | str
    day: Path
    base: str


class Names(Protocol):
    """The names of aliases in one statement."""

    tables: TableLookup

    def next(self, entity: str) -> FromClause:
        """The table of an entity under a new name."""


class Rows(Protocol):
    """The rows that currencies and days are read from."""

    aliases: Any

    def at(self, path: Path) -> ColumnElement[Any]:
        """The column of a path that begins at these rows."""


def priced(tree: Node, base: str) -> Node:
    """A tree without CONVERT: the amount itself in the same currency, else times the rate of one through that of the other.

    Raises NotPushable where currency or day are no fields of one row.
    """

    def visit(node: Node) -> Node:
        return _converted(rebuilt(node, visit), base) if isinstance(node, Convert) else rebuilt(node, visit)

    return visit(tree)


def _converted(node: Node, base: str) -> Node:
    assert isinstance(node, Convert)
    same = Compare(type=TRUTH, op="=", left=node.source, right=node.target)
    if node.on.type.kind is Kind.NUMBER:
        price = Arith(type=node.type, op="*", left=node.amount, right=node.on)
    else:
        worth = Arith(type=replace(node.type, digits=None, scale=None), op="*", left=node.amount, right=_rate(node, node.source, base))
        price = Arith(type=node.type, op="/", left=worth, right=_rate(node, node.target, base))
    return Case(type=node.type, arms=((same, node.amount),), default=price)


def _rate(node: Convert, code: Node, base: str) -> Node:
    if isinstance(code, Constant) and code.value == base:
        return Constant(type=_TYPE, value=_ONE)
    if not isinstance(node.on, Read) or node.on.path.root is not Root.ROW or not _beside(code, node.on):
        raise NotPushable(Message("This part cannot run in the database."), node.start, node.end)
    key = code.path if isinstance(code, Read) else str(code.value) if isinstance(code, Constant) else ""
    name = f"rate_{fingerprint(code)}_{fingerprint(node.on)}"
    return Read(type=_TYPE, path=RatePath(Root.ROW, node.on.path.entity, (), name, key, node.on.path, base), level=node.on.level)


def _beside(code: Node, day: Read) -> bool:
    """Whether a currency is a constant, or read from the row that the day is read from."""
    return isinstance(code, Constant) or (isinstance(code, Read) and code.path.root is Root.ROW and code.level == day.level)


def rate_column(scope: Rows, path: RatePath) -> ColumnElement[Any]:
    """The rate for a row of `scope`: a sub-select of the one that has begun last, if it has not ended."""
    names: Names = scope.aliases
    tables, rates = names.tables, names.next(RATE)
    day = scope.at(path.day)
    code = literal(path.code, column_of(tables, rates, RATE, "currency").type) if isinstance(path.code, str) else scope.at(path.code)
    rate, begins, ends = (column_of(tables, rates, RATE, name) for name in ("rate", "valid_from", "valid_to"))
    holds = case((or_(ends.is_(None), ends >= day), rate))
    wanted = select(holds).where(column_of(tables, rates, RATE, "currency") == code, begins <= day)
    found = wanted.order_by(begins.desc()).limit(1).correlate_except(rates).scalar_subquery()
    return func.coalesce(found, case((code == path.base, literal(_ONE, rate.type))), type_=rate.type)
