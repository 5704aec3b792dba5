"""The front of formulas in SQL: one `Expressions` per set of tables.

    selection = expressions.select_from("purchase_order")
    where = selection.condition(formula, expressions.shape(formula, frame))
    statement = select(selection.column("id")).select_from(selection.from_clause()).where(where)
    connection.execute(statement, selection.parameters(frame))

A statement depends on its formulas and their shapes alone: built once, it serves every frame of the same shape.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause

from engine.formula import (
    Formula,
    Frame,
    Label,
    Node,
    Value,
)

from .closed import opened
from .functions import Functions
from .lookup import Dialect, TableLookup
from .postgresql import Postgresql
from .rates import priced
from .reading import Surroundings
from .selection import Compiler, Prepared, Selection, Shape, folded
from .sqlite import Sqlite
from .within import asked_within

KEPT = 4096
"""How many formulas stay taken apart; filters that people type must not fill the memory."""


class Expressions:
    """The compilers of one database."""

    def __init__(self, dialect: Dialect, tables: TableLookup, functions: Functions, place: tuple[ZoneInfo, str]) -> None:
        """`place` is the zone of the application, and its currency."""
        self.dialect: Dialect = dialect
        self._tables, self._functions, self._zone = tables, functions, place[0]
        self._prepared = lru_cache(KEPT)(partial(_prepared, currency=place[1]))

    def select_from(self, entity: str, *, single: bool = False, source: FromClause | None = None) -> Chosen:
        """A select over an entity; `single` when few rows are read, so that collections are looked up per row.

        `source` stands in the place of its table, with the same columns.
        """
        return Chosen(self, Selection(self._tables, entity, single=single, source=source))

    def shape(self, formula: Formula, frame: Frame) -> Shape:
        """What of `frame` decides the form of the SQL of `formula`."""
        prepared = self.prepared(formula)
        known = tuple((part.name, _known(part.value(frame))) for part in prepared.parts)
        return Shape(known, frame.language if prepared.labels else "")

    def prepared(self, formula: Formula) -> Prepared:
        """A formula taken apart."""
        return self._prepared(formula)

    def compiler(self, selection: Selection, language: str) -> Compiler:
        """The compiler for this database."""
        around = Surroundings(self._zone, language)
        if self.dialect == "sqlite":
            return Sqlite(selection, self._functions, around)
        return Postgresql(selection, around)


class Chosen:
    """A select that formulas are added to."""

    def __init__(self, expressions: Expressions, selection: Selection) -> None:
        self._expressions, self._selection = expressions, selection
        self.dialect = expressions.dialect
        self.column = selection.column
        self.from_clause = selection.from_clause
        self.parameters = selection.parameters

    def condition(self, formula: Formula, shape: Shape) -> ColumnElement[bool]:
        """SQL that is true exactly where the formula holds. Raises NotPushable."""
        prepared, tree, compiler = self._open(formula, shape)
        return compiler.unless(tree) if prepared.null else compiler.condition(tree)

    def value(self, formula: Formula, shape: Shape) -> ColumnElement[Any]:
        """The value of a formula, to select, sort or group by. Raises NotPushable."""
        _, tree, compiler = self._open(formula, shape)
        return compiler.value(tree)

    def _open(self, formula: Formula, shape: Shape) -> tuple[Prepared, Node, Compiler]:
        prepared = self._expressions.prepared(formula)
        self._selection.parts.update((part.name, part) for part in prepared.parts)
        return prepared, folded(prepared, shape), self._expressions.compiler(self._selection, shape.language)


def _prepared(formula: Formula, currency: str) -> Prepared:
    taken = opened(asked_within(priced(formula.tree, currency)))
    labels = any(isinstance(node, Label) for node in taken.tree.walk())
    return Prepared(taken.tree, taken.parts, formula.context.null, labels)


def _known(value: Value) -> Value:
    return value if value is None or isinstance(value, bool) else "some"
