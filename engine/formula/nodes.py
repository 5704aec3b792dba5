"""The typed nodes of a checked formula: what the closures, the generated Python and the SQL compilers walk.

Names are resolved, literals read as the type they stand for, virtual fields inlined, and synonyms (AND(...), `in`, ISBLANK
of a number, EXACT) reduced to one node each. `level` counts collection arguments around a node: rows of level 0 are the
record of the formula, of level 1 those of the aggregate around the node, and so on.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import field, fields
from functools import cache
from typing import TYPE_CHECKING, Literal, cast

from engine.frozen import frozen

from .frame import Value
from .names import CollectionPath, Path
from .types import Type

if TYPE_CHECKING:
    from .functions.row import Function


@frozen(kw_only=True)
class Node:
    """The base: the static type, and the span in the source (0, 0 for what was inlined)."""

    type: Type
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def children(self) -> Sequence[Node]:
        """The nodes directly below, in source order."""
        found: list[Node] = []
        for name in _parts(self.__class__):  # type: ignore[arg-type]  # the class is hashed, not its instances
            value = getattr(self, name)
            if isinstance(value, Node):
                found.append(value)
            elif value.__class__ is tuple:
                found.extend(_nodes_in(value))
        return found

    def walk(self) -> Iterator[Node]:
        """The node and all below it, parents first."""
        todo: list[Node] = [self]
        while todo:
            node = todo.pop()
            yield node
            todo.extend(reversed(node.children()))


_PLAIN = frozenset({"type", "start", "end", "level", "inner", "op", "negated", "never", "path", "labels", "function", "table", "role"})


@cache
def _parts(kind: Hashable) -> tuple[str, ...]:
    return tuple(each.name for each in fields(cast(type[Node], kind)) if kind is Aggregate or each.name not in _PLAIN)


def _nodes_in(items: tuple[object, ...]) -> Iterator[Node]:
    for item in items:
        if isinstance(item, Node):
            yield item
        elif item.__class__ is tuple:
            yield from _nodes_in(item)


@frozen
class Constant(Node):
    """A constant, folded calculations included."""

    value: Value


@frozen
class Read(Node):
    """The value of a path, from the row of `level` when its root is ROW."""

    path: Path
    level: int = 0
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)


@frozen
class Element(Node):
    """The item itself inside an aggregate over a list of scalars."""

    level: int


@frozen
class Arith(Node):
    """`+ - * /` on numbers, `+ -` on dates, datetimes and durations (2.6), duration * and / number; strict."""

    op: Literal["+", "-", "*", "/"]
    left: Node
    right: Node


@frozen
class Negate(Node):
    """The number or duration with the other sign; strict."""

    value: Node


@frozen
class Concat(Node):
    """`&` and CONCAT: texts, numbers, dates and datetimes printed canonically, null as nothing; never null."""

    items: tuple[Node, ...]


@frozen
class Compare(Node):
    """A comparison. `=` and `!=` are total, or, with `never`, false (true for `!=`) when a side is null; the rest are strict."""

    op: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Node
    right: Node
    never: bool = False


@frozen
class IsNull(Node):
    """`x = null`, ISBLANK of anything but text, and, with `negated`, `x != null`; never null."""

    value: Node
    negated: bool = False


@frozen
class OneOf(Node):
    """`x in (a, b)` and ONEOF: an OR of `=` (of `never` ones between non-literals where `never`); never null."""

    value: Node
    options: tuple[Node, ...]
    negated: bool = False
    never: bool = False


@frozen
class And(Node):
    """Kleene conjunction."""

    items: tuple[Node, ...]


@frozen
class Or(Node):
    """Kleene disjunction."""

    items: tuple[Node, ...]


@frozen
class Not(Node):
    """Kleene negation."""

    value: Node


@frozen
class Case(Node):
    """IF and IFS: the value of the first arm whose condition is true, else `default`."""

    arms: tuple[tuple[Node, Node], ...]
    default: Node


@frozen
class Switch(Node):
    """SWITCH: the value of the first arm whose key equals (totally) `value`, else `default`."""

    value: Node
    arms: tuple[tuple[Node, Node], ...]
    default: Node


@frozen
class Coalesce(Node):
    """The first item that is not null."""

    items: tuple[Node, ...]


@frozen
class Call(Node):
    """A function of the table; `args` are complete (defaults filled in), those of a repeated parameter at the end."""

    function: Function
    args: tuple[Node, ...]


AggregateName = Literal["SUM", "AVERAGE", "MIN", "MAX", "COUNT", "COUNTDISTINCT", "ANY", "ALL", "FIRST", "LAST", "LIST"]


@frozen
class Aggregate(Node):
    """A calculation over rows. `source` is a path from the row of `level`, or a LIST node.

    Its rows are those of level `inner`, where `value`, `filter` and `order` stand: SUM AVERAGE MIN MAX COUNTDISTINCT LIST take
    `value`; COUNT counts rows (or non-null values); ANY and ALL test `value`; FIRST and LAST order by `order`. LIST gives all
    values, in row order.
    """

    function: AggregateName
    source: CollectionPath | Node
    level: int
    inner: int
    value: Node | None = None
    filter: Node | None = None
    order: Node | None = None


@frozen
class Label(Node):
    """LABEL: the words of a choice in the reader's language; a code without words gives the code."""

    value: Node
    labels: Mapping[str, Mapping[str, str]] = field(compare=False)


@frozen
class HasRole(Node):
    """Whether the acting person has a role, included ones counted; never null."""

    role: str


@frozen
class IsNew(Node):
    """Whether the record is being inserted; never null."""


@frozen
class Decide(Node):
    """The answer of a decision table on the current record (of `level`) or on the one that `record` links to."""

    table: str
    record: Node | None
    level: int = 0


@frozen
class Convert(Node):
    """CONVERT: an amount from currency `source` to `target`, by the rate of a date or by the rate itself."""

    amount: Node
    source: Node
    target: Node
    on: Node
