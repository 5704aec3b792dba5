"""Function calls: arity, kinds and constants of ordinary functions by the table; special forms by modules of their own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

from engine.errors import Message
from engine.formula.functions.row import Function, Param
from engine.formula.functions.table import LEFT_OUT
from engine.formula.names import Root
from engine.formula.nodes import Aggregate, Call, Constant, Node
from engine.formula.syntax import Call as Written
from engine.formula.syntax import Name, Syntax, bare
from engine.formula.types import Kind, Type, list_of

from .fit import one_of, read_as, same, span
from .paths import Reached, reach, read
from .special import SPECIAL
from .state import Scope, State
from .suggest import nearest

ARGUMENTS = 100


class Calls(ABC):
    """The part of the checker that deals with calls."""

    state: State

    @abstractmethod
    def node(self, syntax: Syntax) -> Node:
        """The typed node of any syntax."""

    @abstractmethod
    def logic(self, op: str, items: tuple[Syntax, ...], start: int, end: int) -> Node:
        """`and` and `or`."""

    def rows(self, name: str) -> tuple[Function, ...]:
        """The rows of the table with that name."""
        return self.state.catalog.functions()[name]

    def call(self, call: Written) -> Node:
        """The typed node of a call."""
        rows = self.state.catalog.functions().get(call.name)
        if rows is None:
            return self._unknown(call)
        if len(call.args) > ARGUMENTS:
            message = Message("at most {limit} arguments", {"limit": ARGUMENTS})
            return self.state.wrong("FX604", message, (call.start, call.end))
        fitting = [row for row in rows if _arity(row, len(call.args))]
        if not fitting:
            return self.wrong_arity(call, rows)
        special = SPECIAL.get(call.name)
        if special is not None:
            return special(self, call)
        return self.ordinary(call, fitting)

    def _unknown(self, call: Written) -> Node:
        place = (call.start, call.head)
        if call.name in LEFT_OUT:
            return self.state.wrong("FX202", Message("unknown function {name}", {"name": call.name}), place, LEFT_OUT[call.name])
        names = self.state.catalog.functions()
        near = nearest(call.name, names)
        hint = Message('did you mean "{name}"?', {"name": near}) if near else None
        return self.state.wrong("FX202", Message("unknown function {name}", {"name": call.name}), place, hint, tuple(names))

    def wrong_arity(self, call: Written, rows: tuple[Function, ...]) -> Node:
        """FX402."""
        low = min(sum(not p.optional for p in row.params) for row in rows)
        high = max(ARGUMENTS if row.params and row.params[-1].repeat else len(row.params) for row in rows)
        words = {"name": call.name, "low": low, "high": high, "given": len(call.args)}
        message = Message("{name} takes {low} to {high} arguments, got {given}", words)
        if low == high:
            message = Message("{name} takes {low} arguments, got {given}", words)
        elif high == ARGUMENTS:
            message = Message("{name} takes at least {low} arguments, got {given}", words)
        elif high == low + 1:
            message = Message("{name} takes {low} or {high} arguments, got {given}", words)
        hint = Message("{signature}", {"signature": rows[0].signature})
        for argument in call.args:
            self.argument(argument, True)
        return self.state.wrong("FX402", message, (call.start, call.end), hint)

    def argument(self, syntax: Syntax, lists: bool = False) -> Node:
        """An argument; where a function takes lists, a path over a collection gives the list of its values."""
        inner = bare(syntax)
        if not lists or not isinstance(inner, Name):
            return self.node(syntax)
        reached = reach(self.state, inner)
        if reached is None:
            return Constant(None, type=Type(Kind.ERROR), start=inner.start, end=inner.end)
        if not reached.is_many:
            return read(self.state, reached)
        if reached.bare:
            return self.loose_collection(reached, inner)
        value, level = self.row_value(reached)
        return Aggregate(
            "LIST", reached.collection, reached.start.level, level, value, type=list_of(value.type), start=inner.start, end=inner.end
        )

    def row_value(self, reached: Reached) -> tuple[Node, int]:
        """What a path means inside the rows of its own collection, and the level of these rows."""
        scope = Scope(reached.collection.target, reached.collection, reached.start.level)
        with self.state.inside(scope) as level:
            start = replace(reached.start, root=Root.ROW, entity=reached.collection.target, level=level, rest=0)
            return read(self.state, replace(reached, start=start, hops=reached.hops[reached.many :])), level

    def loose_collection(self, reached: Reached, name: Name) -> Node:
        """FX204: a collection where one value is needed."""
        path = ".".join(name.parts)
        if reached.bare:
            hint = Message("use COUNT({path}), ANY({path}, ...) or SUM({path}, ...)", {"path": path})
        else:
            hint = Message("use SUM({path}), MAX({path}) or FIRST({path}, ...)", {"path": path})
        message = Message("{path} is a collection, here is room for one value", {"path": path})
        return self.state.wrong("FX204", message, (name.start, name.end), hint)

    def ordinary(self, call: Written, rows: list[Function]) -> Node:
        """A call by the table: the first row whose parameters take the arguments."""
        lists = [any(Kind.LIST in p.kinds for row in rows for p in _params(row, i + 1)[i:]) for i in range(len(call.args))]
        args = [self._wanted(syntax, lists[i], rows, i) for i, syntax in enumerate(call.args)]
        if any(arg.type.kind is Kind.ERROR for arg in args):
            return Constant(None, type=Type(Kind.ERROR), start=call.start, end=call.end)
        for row in rows:
            fitted = [_fitted(self.state, arg, param) for arg, param in zip(args, _params(row, len(args)), strict=False)]
            if all(_takes(param, arg, fitted[0]) for arg, param in zip(fitted, _params(row, len(args)), strict=False)):
                return self.build(call, row, fitted)
        return self._refused(call, rows[0], args)

    def _wanted(self, syntax: Syntax, lists: bool, rows: list[Function], index: int) -> Node:
        kinds = {kind for row in rows for kind in _params(row, index + 1)[index].kinds if len(_params(row, index + 1)) > index}
        with self.state.wanting(*kinds):
            return self.argument(syntax, lists)

    def _refused(self, call: Written, row: Function, args: list[Node]) -> Node:
        for arg, param in zip(args, _params(row, len(args)), strict=False):
            if _takes(param, _fitted(self.state, arg, param), args[0]):
                continue
            wanted = args[0].type.word if param.like else one_of(param.kinds)
            words = {"name": call.name, "wanted": wanted, "got": arg.type.word, "text": self.state.written(arg)}
            hint = Message('write {name}({text} & "")', words) if Kind.TEXT in param.kinds and arg.type.kind is Kind.NUMBER else None
            return self.state.wrong("FX302", Message("{name} needs {wanted}, got {got} ({text})", words), span(arg), hint)
        raise AssertionError(call.name)

    def build(self, call: Written, row: Function, args: list[Node]) -> Node:
        """The call node: defaults filled in, constants checked, the type of the result."""
        place = (call.start, call.end)
        for arg, param in zip(args, _params(row, len(args)), strict=False):
            if param.constant and not _constant(self.state, call.name, arg, param):
                return Constant(None, type=Type(Kind.ERROR), start=place[0], end=place[1])
        complete = (*args, *(_default(param) for param in row.params[len(args) :] if not param.repeat))
        types = tuple(arg.type for arg in complete)
        values = tuple(arg.value if isinstance(arg, Constant) else None for arg in complete)
        result = row.result if isinstance(row.result, Type) else row.result(types, values)
        if not row.nulls:
            result = result.nullable(bool(row.warning) or any(t.null for t in types))
        problem = row.check(values) if row.check else None
        if problem is not None:
            return self.state.wrong(problem[0], problem[1], place)
        return Call(row, complete, type=result, start=place[0], end=place[1])


def _arity(row: Function, count: int) -> bool:
    least = sum(not param.optional for param in row.params)
    return least <= count and (count <= len(row.params) or bool(row.params and row.params[-1].repeat))


def _params(row: Function, count: int) -> tuple[Param, ...]:
    extra = count - len(row.params)
    return row.params + (row.params[-1],) * extra if extra > 0 and row.params else row.params


def _fitted(state: State, arg: Node, param: Param) -> Node:
    if Kind.TEXT not in param.kinds and isinstance(arg, Constant) and arg.type.kind is Kind.TEXT:
        for kind in (Kind.DATE, Kind.DATETIME):
            if kind in param.kinds:
                return read_as(state, arg, Type(kind))
    return arg


def _takes(param: Param, arg: Node, first: Node) -> bool:
    kind = arg.type.kind
    if param.like:
        return same(first.type, arg.type)
    if kind in (Kind.NULL, Kind.ERROR):
        return True
    if kind is Kind.LIST and Kind.LIST in param.kinds:
        inner = arg.type.element
        return inner is not None and (inner.kind in param.kinds or len(param.kinds) == 1)
    if not param.kinds:
        return kind not in (Kind.LIST, Kind.COLLECTION)
    return kind in param.kinds


def _constant(state: State, name: str, arg: Node, param: Param) -> bool:
    if not isinstance(arg, Constant) or arg.value is None:
        words = {"name": name, "param": param.name}
        state.wrong("FX501", Message("{param} of {name} must be a literal", words), span(arg), None, param.words)
        return False
    if param.words and str(arg.value).lower() not in param.words:
        words = {"name": name, "param": param.name, "words": ", ".join(param.words)}
        near = nearest(str(arg.value), param.words)
        hint = Message('did you mean "{name}"?', {"name": near}) if near else None
        state.wrong("FX502", Message("{param} of {name} is one of {words}", words), span(arg), hint, param.words)
        return False
    return True


def _default(param: Param) -> Node:
    kind = param.kinds[0] if param.kinds else Kind.NULL
    return Constant(param.default, type=Type(Kind.NULL if param.default is None else kind, param.default is None))
