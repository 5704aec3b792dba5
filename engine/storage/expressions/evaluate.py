"""Formulas of typed variables, calculated by a database: what `loom eval --engine sqlite|postgresql` does.

The variables become columns of a table with one row, lists become rows of a table of their own, so that the planner cannot
calculate in advance what the translation is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engine.formula import (
    Aggregate,
    CollectionPath,
    Element,
    Engine,
    Formula,
    Frame,
    Hop,
    Kind,
    Node,
    Path,
    Read,
    Root,
    Type,
    Value,
    Via,
    list_of,
    rebuilt,
)
from engine.frozen import frozen
from engine.storage.types import DIGITS, Boolean, Codes, Date, Duration, Instant, Number, Text, key_type

from .expressions import Expressions
from .functions import Functions
from .lookup import Dialect, NotPushable

CASE = "case"
ITEM = "item"
_PLAIN: dict[Kind, sa.types.TypeEngine[Any]] = {
    Kind.TEXT: Text(),
    Kind.CHOICE: Text(),
    Kind.BOOLEAN: Boolean(),
    Kind.DATE: Date(),
    Kind.DATETIME: Instant(),
    Kind.DURATION: Duration(),
    Kind.MULTI_CHOICE: Codes(),
    Kind.REF: key_type(),
}


@frozen(slots=False)
class Variables:
    """The values of one evaluation: `fields` of the one row, and `tables` of rows behind it."""

    types: Mapping[str, Mapping[str, Type]]
    fields: Mapping[str, Value]
    tables: Mapping[str, Sequence[Mapping[str, Value]]]


class OneRow:
    """The tables of one evaluation; a lookup for expressions."""

    def __init__(self, variables: Variables, dialect: Dialect) -> None:
        self._schema = sa.MetaData()
        self._dialect = dialect
        self._variables = variables
        rows = {CASE: [variables.fields], **{f"{CASE}.{name}": list(found) for name, found in variables.tables.items()}}
        self._tables = {entity: self._made(entity, types, rows[entity]) for entity, types in variables.types.items()}

    def _made(self, entity: str, types: Mapping[str, Type], rows: Sequence[Mapping[str, Value]]) -> sa.Table:
        system = ["id"] if entity == CASE else ["id", "document_id", "row_no"]
        columns = [sa.Column(name, key_type(), primary_key=name == "id") for name in system]
        for name, type_ in types.items():
            if name not in system:
                columns.append(sa.Column(name, self._column_type(type_, [row.get(name) for row in rows])))
        return sa.Table(f"eval_{entity.replace('.', '__')}", self._schema, *columns, prefixes=["TEMPORARY"])

    def _column_type(self, type_: Type, values: Sequence[Value]) -> sa.types.TypeEngine[Any]:
        if type_.kind is not Kind.NUMBER:
            return _PLAIN[type_.kind]
        return Number(max([type_.scale or 0, *map(places, values)])) if self._dialect == "sqlite" else sa.Numeric()

    def table(self, entity: str) -> sa.Table:
        """The table of an entity."""
        return self._tables[entity]

    def column(self, entity: str, field: str) -> sa.Column[Any]:
        """The column of a field."""
        return self._tables[entity].c[field]

    @contextmanager
    def filled(self, connection: sa.Connection) -> Iterator[None]:
        """The tables with their rows, for one block."""
        self._schema.create_all(connection)
        try:
            connection.execute(self._tables[CASE].insert(), {"id": 1, **self._variables.fields})
            for name, rows in self._variables.tables.items():
                found = [{"id": at, "document_id": 1, "row_no": at, **row} for at, row in enumerate(rows, 1)]
                if found:
                    connection.execute(self._tables[f"{CASE}.{name}"].insert(), found)
            yield
        finally:
            connection.rollback()
            self._schema.drop_all(connection)
            connection.commit()


def places(value: Value) -> int:
    """How many digits a number has after the point."""
    return max(0, -int(value.normalize().as_tuple().exponent)) if isinstance(value, Decimal) else 0


def fits(value: Value) -> bool:
    """Whether a column of SQLite can hold a value, or all values of a list; larger numbers stay parameters."""
    numbers = [each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, Decimal)]
    scale = max(map(places, numbers), default=0)
    return scale <= DIGITS and all(abs(each) < Decimal(10) ** (DIGITS - scale) for each in numbers)


def calculated(connection: sa.Connection, functions: Functions, formula: Formula, variables: Variables, frame: Frame) -> Value:
    """The value of a formula over `case` in a database. Raises NotPushable, and FormulaFailure as Python does."""
    dialect: Dialect = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    tables = OneRow(variables, dialect)
    expressions = Expressions(dialect, tables, functions, (frame.zone, ""))
    selection = expressions.select_from(CASE)
    value = selection.value(formula, expressions.shape(formula, frame))
    statement = sa.select(value).select_from(selection.from_clause())
    with tables.filled(connection):
        found = connection.execute(statement, selection.parameters(frame)).scalar_one()
    return tuple(found) if isinstance(found, list) else found


@contextmanager
def evaluation(url: str) -> Iterator[Engine]:
    """An engine for `evaluate_request` on the database at `url`; what cannot be pushed down is calculated in Python, and says so."""
    address = sa.make_url(url)
    if address.get_backend_name() == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine, functions = sa.create_engine(address), Functions()
    functions.attach(engine)

    def run(formula: Formula, frame: Frame) -> tuple[Value, str]:
        opened = replace(formula, tree=spread(formula.tree, frame.extra))
        try:
            with engine.connect() as connection:
                return calculated(connection, functions, opened, _variables(opened.tree, frame.extra), frame), engine.dialect.name
        except NotPushable:
            return formula({}, frame), "python"

    try:
        yield run
    finally:
        engine.dispose()


def rows_of(name: str) -> CollectionPath:
    """The rows that stand for a list or table of that name."""
    return CollectionPath(Root.ROW, CASE, (Hop(name, CASE, f"{CASE}.{name}", Via.TABLE),))


def spread(node: Node, values: Mapping[str, Value], levels: Mapping[int, str] | None = None) -> Node:
    """A tree of variables as a tree of columns; a list, be it a variable or a field, as rows."""
    levels = levels or {}
    if isinstance(node, Element) and node.level in levels:
        entity = f"{CASE}.{levels[node.level]}"
        return Read(type=node.type, path=Path(Root.ROW, entity, (), ITEM), level=node.level)
    if isinstance(node, Read) and _given(node) and fits(values.get(node.path.field)):
        if node.type.kind is Kind.LIST:
            return _listed(node, levels)
        return replace(node, path=Path(Root.ROW, CASE, (), _column(node)), level=0)
    if isinstance(node, Aggregate) and isinstance(node.source, Read) and _given(node.source) and fits(values.get(node.source.path.field)):
        name = node.source.path.field
        node, levels = replace(node, source=rows_of(name), level=0), {**levels, node.inner: name}
    return rebuilt(node, lambda child: spread(child, values, levels))


def _column(node: Read) -> str:
    """The column of a variable; no variable can meet a system column."""
    return f"v_{node.path.field}" if node.path.root is Root.EXTRA else node.path.field


def _given(node: Read) -> bool:
    return node.path.root is Root.EXTRA or (node.path.root is Root.ROW and node.type.kind is Kind.LIST)


def _listed(node: Read, levels: Mapping[int, str]) -> Node:
    inner, name, element = max(levels, default=0) + 1, node.path.field, node.type.element or node.type
    value = Read(type=element, path=Path(Root.ROW, f"{CASE}.{name}", (), ITEM), level=inner)
    return Aggregate(type=list_of(element), function="LIST", source=rows_of(name), level=0, inner=inner, value=value)


def _variables(tree: Node, values: Mapping[str, Value]) -> Variables:
    """The columns that a tree reads, with their values."""
    types: dict[str, dict[str, Type]] = {CASE: {}}
    tables: dict[str, Sequence[Mapping[str, Value]]] = {}
    for node in tree.walk():
        if isinstance(node, Read) and node.path.root is Root.ROW and node.path.entity is not None:
            types.setdefault(node.path.entity, {})[node.path.field] = node.type
        elif isinstance(node, Aggregate) and isinstance(node.source, CollectionPath):
            name = node.source.names[-1]
            types.setdefault(f"{CASE}.{name}", {})
            items = values[name]
            tables[name] = [{ITEM: item} for item in items] if isinstance(items, tuple) else []
    return Variables(types, {name: values[name.removeprefix("v_")] for name in types[CASE]}, tables)
