"""Calculations over rows (2.8): what stands for rows, values, filter and order follows from the type of the first argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from engine.errors import Message
from engine.formula.names import Root
from engine.formula.nodes import Aggregate, AggregateName, Constant, Element, Node
from engine.formula.syntax import Call as Written
from engine.formula.syntax import Name, Syntax, bare
from engine.formula.types import NUMBER, ORDERED, TRUTH, UNKNOWN_CURRENCY, Kind, Type

from . import operators
from .alike import alike
from .fit import span
from .paths import Reached, reach, read
from .state import Scope

if TYPE_CHECKING:
    from .calls import Calls

SCALAR = frozenset({"SUM", "AVERAGE", "MIN", "MAX", "COUNT"})
TESTS = frozenset({"ANY", "ALL"})
ENDS = frozenset({"FIRST", "LAST"})
_KINDS = {"SUM": {Kind.NUMBER, Kind.DURATION}, "AVERAGE": {Kind.NUMBER, Kind.DURATION}, "MIN": ORDERED, "MAX": ORDERED}
SUM_DIGITS = 10
"""Digits that a sum may have more than its terms: room for 10^10 rows."""


def aggregate(check: Calls, call: Written) -> Node:
    """SUM and its like over a collection, a list, or (some of them) over the arguments themselves."""
    first = bare(call.args[0])
    reached = reach(check.state, first) if isinstance(first, Name) else None
    if isinstance(first, Name) and reached is None:
        return Constant(None, type=Type(Kind.ERROR), start=call.start, end=call.end)
    if reached is not None and reached.is_many:
        return _Aggregation(check, call, reached).build()
    node = check.node(call.args[0]) if reached is None else read(check.state, reached)
    if node.type.kind is Kind.LIST:
        return _over_list(check, call, node)
    if call.name in SCALAR:
        return _scalar(check, call)
    if node.type.kind is Kind.ERROR:
        return node
    return check.state.wrong(
        "FX302", Message("{name} needs a collection, got {got}", {"name": call.name, "got": node.type.word}), span(node)
    )


def _scalar(check: Calls, call: Written) -> Node:
    if call.name == "COUNT":
        return check.ordinary(call, list(check.rows("COUNT")))
    return alike(check, call)


class _Aggregation:
    def __init__(self, check: Calls, call: Written, reached: Reached) -> None:
        self.check, self.call, self.reached = check, call, reached
        self.rest: list[Syntax] = list(call.args[1:])

    def build(self) -> Node:
        path = self.reached.collection
        scope = Scope(path.target, path, self.reached.start.level)
        with self.check.state.inside(scope) as level:
            value = self._value(level)
            if value is not None and self.call.name == "COUNTDISTINCT":
                (value,) = operators.same_case(value)
            order = self._order()
            filter_ = self.check.node(self.rest.pop(0)) if self.rest else None
            if filter_ is not None:
                filter_ = operators.condition(self.check.state, filter_, f"the filter of {self.call.name}")
        if self.rest:
            return self.check.wrong_arity(self.call, self.check.rows(self.call.name))
        return self._typed(value, filter_, order, level)

    def _value(self, level: int) -> Node | None:
        name = self.call.name
        if not self.reached.bare:
            start = replace(self.reached.start, root=Root.ROW, entity=self.reached.collection.target, level=level, rest=0)
            value = read(self.check.state, replace(self.reached, start=start, hops=self.reached.hops[self.reached.many :]))
        elif name == "COUNT":
            return None
        elif self.rest:
            value = self.check.node(self.rest.pop(0))
        else:
            hint = Message("write {name}({path}.field) or {name}({path}, expression)", {"name": name, "path": self._path})
            message = Message("{name} needs a value of each row", {"name": name})
            return self.check.state.wrong("FX402", message, (self.call.start, self.call.end), hint)
        return operators.condition(self.check.state, value, name) if name in TESTS else value

    @property
    def _path(self) -> str:
        first = bare(self.call.args[0])
        return ".".join(first.parts) if isinstance(first, Name) else ""

    def _order(self) -> Node | None:
        if self.call.name not in ENDS:
            return None
        if not self.rest:
            hint = Message("write {name}({path}, order)", {"name": self.call.name, "path": self._path})
            message = Message("{name} needs an order", {"name": self.call.name})
            return self.check.state.wrong("FX402", message, (self.call.start, self.call.end), hint)
        order = self.check.node(self.rest.pop(0))
        if order.type.kind not in ORDERED and order.type.kind is not Kind.ERROR:
            return self.check.state.wrong("FX302", Message("{type} gives no order", {"type": order.type.word}), span(order))
        return operators.same_case(order)[0]

    def _typed(self, value: Node | None, filter_: Node | None, order: Node | None, level: int) -> Node:
        place = {"start": self.call.start, "end": self.call.end}
        if any(node is not None and node.type.kind is Kind.ERROR for node in (value, filter_, order)):
            return Constant(None, type=Type(Kind.ERROR), **place)
        type_ = result(self.check, self.call, value, level)
        source = self.reached.collection
        name = cast(AggregateName, self.call.name)
        return Aggregate(name, source, self.reached.start.level, level, value, filter_, order, type=type_, **place)


def _over_list(check: Calls, call: Written, source: Node) -> Node:
    assert source.type.element is not None
    if len(call.args) > 1:
        return check.state.wrong("FX402", Message("{name} of a list takes nothing else", {"name": call.name}), (call.start, call.end))
    with check.state.inside(Scope(None, None, check.state.level, source.type.element)) as level:
        value: Node = Element(level, type=source.type.element)
        if call.name in TESTS:
            value = operators.condition(check.state, value, call.name)
    type_ = result(check, call, value, level)
    name = cast(AggregateName, call.name)
    return Aggregate(name, source, check.state.level, level, value, type=type_, start=call.start, end=call.end)


def result(check: Calls, call: Written, value: Node | None, level: int) -> Type:
    """The type of an aggregate; records FX302 for kinds it cannot work on, FX307 for money of several currencies."""
    name = call.name
    if value is None or name in ("COUNT", "COUNTDISTINCT"):
        return Type(Kind.NUMBER, False, SUM_DIGITS, 0)
    if name in TESTS:
        return TRUTH.nullable(name == "ALL" and value.type.null)
    allowed = _KINDS.get(name)
    if allowed is not None and value.type.kind not in (*allowed, Kind.NULL):
        words = {"name": name, "got": value.type.word}
        check.state.wrong("FX302", Message("{name} cannot work on {got}", words), span(value))
        return Type(Kind.ERROR)
    type_ = _money(check, name, value, level)
    if name == "SUM":
        return _sum(type_)
    return replace(type_, null=True, digits=None, scale=None) if name == "AVERAGE" else type_.nullable()


def _sum(type_: Type) -> Type:
    if type_.kind is Kind.NULL:
        return NUMBER.nullable(False)
    digits = type_.digits + SUM_DIGITS if type_.digits is not None else None
    return replace(type_, null=False, digits=digits)


def _money(check: Calls, name: str, value: Node, level: int) -> Type:
    currency = value.type.currency
    if currency is None or (currency.code is not None) or (currency.known and currency.level < level):
        return value.type
    if name not in ENDS and check.state.rules.name != "measure":
        hint = Message("write {name}(rows, CONVERT(amount, currency, date))", {"name": name})
        check.state.wrong("FX307", Message("these rows may hold different currencies"), span(value), hint)
    return replace(value.type, currency=UNKNOWN_CURRENCY)


Form = Callable[["Calls", Written], Node]
AGGREGATES: dict[str, Form] = dict.fromkeys(
    ("SUM", "AVERAGE", "MIN", "MAX", "COUNT", "COUNTDISTINCT", "ANY", "ALL", "FIRST", "LAST"), aggregate
)
