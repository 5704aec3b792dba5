"""A select under construction: conditions and values of several formulas over one entity, sharing joins and parameters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, bindparam
from sqlalchemy.sql.type_api import TypeEngine

from engine.errors import Message
from engine.formula import (
    Frame,
    Node,
    Value,
)
from engine.frozen import frozen

from .closed import Closed, refused
from .fold import fold
from .lookup import NotPushable, TableLookup
from .scope import Aliases, Scope


@frozen
class Shape:
    """What a statement depends on besides its formulas: each closed part is None, True, False or "some".

    Two frames of equal shape run the same statement with other parameters. `language` counts where a formula shows labels.
    """

    known: tuple[tuple[str, Value], ...] = ()
    language: str = ""


@frozen
class Prepared:
    """A formula taken apart: the tree with its closed parts as parameters, those parts, what null counts as, whether it has labels."""

    tree: Node
    parts: tuple[Closed, ...]
    null: bool | None
    labels: bool


class Compiler(ABC):
    """Turns folded trees into SQL of one database."""

    @abstractmethod
    def condition(self, node: Node) -> ColumnElement[bool]:
        """SQL that is true exactly where `node` is true."""

    @abstractmethod
    def unless(self, node: Node) -> ColumnElement[bool]:
        """SQL that is true exactly where `node` is not false."""

    @abstractmethod
    def value(self, node: Node) -> ColumnElement[Any]:
        """The value of `node`; the database driver gives it as the values of Python."""


class Selection:
    """A select over the records of one entity. `single` says that few rows are read, so that collections are looked up per row."""

    def __init__(self, tables: TableLookup, entity: str, *, single: bool = False, source: FromClause | None = None) -> None:
        self.base = Scope(Aliases(tables, first=0 if source is None else 1), entity, source)
        self.single = single
        self.parts: dict[str, Closed] = {}
        self._binds: dict[tuple[str, str], BindParameter[Any]] = {}
        self._names: dict[str, str] = {}

    def column(self, name: str) -> ColumnElement[Any]:
        """The column of a field of the entity itself."""
        return self.base.column(name)

    def from_clause(self) -> FromClause:
        """What to select from, once every condition and value has been made."""
        return self.base.from_clause()

    def bind(self, part: str, type_: TypeEngine[Any]) -> BindParameter[Any]:
        """The parameter for a closed part, encoded as `type_`."""
        key = (part, repr(type_))
        if key not in self._binds:
            taken = sum(name == part for name, _ in self._binds)
            bound = bindparam(f"{part}_AS_{taken + 1}" if taken else part, type_=type_)
            self._binds[key] = bound
            self._names[bound.key] = part
        return self._binds[key]

    def parameters(self, frame: Frame) -> dict[str, Value]:
        """The values of all parameters for one execution."""
        values = {part: self.parts[part].value(frame) for part in set(self._names.values())}
        return {name: values[part] for name, part in self._names.items()}


def folded(prepared: Prepared, shape: Shape) -> Node:
    """The tree of a formula with what the shape decides. Raises NotPushable for what asks other records."""
    tree = fold(prepared.tree, dict(shape.known))
    alien = refused(tree)
    if alien is not None:
        raise NotPushable(Message("This part cannot run in the database."), alien.start, alien.end)
    return tree
