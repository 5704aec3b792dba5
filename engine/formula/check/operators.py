"""The operators: which kinds they take, and the type of what they give (2.3, 2.4, 2.6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from engine.errors import Message
from engine.formula.functions.table import named
from engine.formula.nodes import Arith, Call, Compare, Concat, Constant, IsNull, Negate, Node, Not, OneOf
from engine.formula.numbers import short_reciprocal
from engine.formula.types import BOOLEAN, ORDERED, TRUTH, Kind, Type, arithmetic, number_literal

from .fit import currency_clash, money_clash, read_as, same, span
from .state import Span, State

ArithOp = Literal["+", "-", "*", "/"]
CompareOp = Literal["=", "!=", "<", "<=", ">", ">="]
_VERBS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}
_N, _D, _T, _L = Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.DURATION
_TEMPORAL: dict[tuple[str, Kind, Kind], Kind] = {
    ("+", _D, _N): _D, ("+", _N, _D): _D, ("-", _D, _N): _D, ("-", _D, _D): _N,
    ("-", _T, _T): _L, ("+", _T, _L): _T, ("+", _L, _T): _T, ("-", _T, _L): _T,
    ("+", _L, _L): _L, ("-", _L, _L): _L, ("*", _L, _N): _L, ("*", _N, _L): _L, ("/", _L, _N): _L, ("/", _L, _L): _N,
}  # fmt: skip
PRINTED = frozenset({Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.CHOICE, Kind.NULL, Kind.ERROR})


def arith(state: State, op: ArithOp, left: Node, right: Node, at: int) -> Node:
    """`+ - * /`."""
    left, right = _dated(state, left, right)
    kinds = (left.type.kind, right.type.kind)
    if Kind.ERROR in kinds:
        return Constant(None, type=Type(Kind.ERROR), start=left.start, end=right.end)
    numbers = [Kind.NUMBER if k is Kind.NULL else k for k in kinds]
    if numbers == [Kind.NUMBER, Kind.NUMBER]:
        return _numbers(state, op, left, right, at)
    result = _TEMPORAL.get((op, numbers[0], numbers[1]))
    if result is None:
        return _cannot(state, op, left, right, at)
    fixed = Type(Kind.NUMBER, True, 7, 0) if (op, *kinds) == ("-", _D, _D) else Type(result)
    null = left.type.null or right.type.null or not (op == "-" and kinds[0] == kinds[1])
    return Arith(op, left, right, type=fixed.nullable(null), start=left.start, end=right.end)


def _dated(state: State, left: Node, right: Node) -> tuple[Node, Node]:
    if left.type.kind in (_D, _T):
        return left, read_as(state, right, left.type)
    if right.type.kind in (_D, _T):
        return read_as(state, left, right.type), right
    return left, right


def _numbers(state: State, op: ArithOp, left: Node, right: Node, at: int) -> Node:
    money = [node.type.currency for node in (left, right)]
    zero = any(isinstance(node, Constant) and node.value == 0 for node in (left, right))
    currency = money[0] or money[1]
    if op in "+-" and money_clash(left, right) and not zero and state.rules.name != "measure":
        currency_clash(state, right)
    if op == "*" and money[0] and money[1]:
        return state.wrong("FX301", Message("money cannot be multiplied by money"), (at, at + 1))
    if op == "/" and money[1]:
        if not money[0]:
            return state.wrong("FX301", Message("a number cannot be divided by money"), (at, at + 1))
        if money_clash(left, right) and state.rules.name != "measure":
            currency_clash(state, right)
        currency = None
    type_ = arithmetic(op, left.type, right.type, currency)
    if op == "/" and isinstance(right, Constant) and right.value is not None:
        if right.value == 0:
            return state.wrong("FX505", Message("division by zero"), span(right))
        type_ = _by_constant(type_, left.type, right)
    return Arith(op, left, right, type=type_, start=left.start, end=right.end)


def _by_constant(type_: Type, dividend: Type, divisor: Constant) -> Type:
    inverse = short_reciprocal(divisor.value)  # type: ignore[arg-type]
    if inverse is None or dividend.digits is None:
        return type_.nullable(dividend.null)
    return arithmetic("*", dividend, number_literal(inverse), type_.currency)


def _cannot(state: State, op: str, left: Node, right: Node, at: int) -> Node:
    words = {"op": op, "verb": Message(_VERBS[op]), "left": left.type.word, "right": right.type.word}
    kinds = {left.type.kind, right.type.kind}
    place, hint = (at, at + 1), None
    if Kind.TEXT in kinds:
        text = left if left.type.kind is Kind.TEXT else right
        place, hint = span(text), Message("text: use & to join, VALUE({text}) to convert", {"text": state.written(text)})
    elif kinds == {Kind.DATE, Kind.DATETIME}:
        hint = Message("write DATEVALUE(datetime) to get its date")
    elif kinds == {Kind.DATETIME, Kind.NUMBER}:
        hint = Message('write DURATION(n, "hours")')
    return state.wrong("FX301", Message('"{op}" cannot {verb} {left} and {right}', words), place, hint)


def sign(state: State, op: str, value: Node, start: int) -> Node:
    """Unary plus and minus."""
    if value.type.kind not in (Kind.NUMBER, Kind.DURATION, Kind.NULL, Kind.ERROR):
        words = {"op": op, "type": value.type.word}
        return state.wrong("FX301", Message('"{op}" needs a number, not {type}', words), (start, start + 1))
    return value if op == "+" else Negate(value, type=value.type, start=start, end=value.end)


def concat(state: State, items: list[Node]) -> Node:
    """`&`."""
    for item in items:
        if item.type.kind not in PRINTED:
            hint = {Kind.BOOLEAN: Message('write IF(x, "yes", "no")'), Kind.REF: Message("name a field of the record behind the link")}
            message = Message('"&" cannot print {type}', {"type": item.type.word})
            state.wrong("FX301", message, span(item), hint.get(item.type.kind))
    return Concat(tuple(items), type=Type(Kind.TEXT, False), start=items[0].start, end=items[-1].end)


def compare(state: State, op: CompareOp, left: Node, right: Node, at: Span) -> Node:
    """A comparison; one with the literal null becomes a test."""
    left, right = read_as(state, left, right.type), read_as(state, right, left.type)
    place: Span = (left.start, right.end)
    if Kind.ERROR in (left.type.kind, right.type.kind):
        return Constant(None, type=Type(Kind.ERROR), start=place[0], end=place[1])
    total = op in ("=", "!=")
    if total and (_literal_null(left) or _literal_null(right)):
        value = left if _literal_null(right) else right
        return _null_test(state, value, op == "!=", place)
    if not _comparable(state, op, left, right, at):
        return Constant(None, type=Type(Kind.ERROR), start=place[0], end=place[1])
    left, right = same_case(left, right)
    never = total and state.rules.grants and not isinstance(left, Constant) and not isinstance(right, Constant)
    type_ = TRUTH if total else BOOLEAN.nullable(left.type.null or right.type.null)
    return Compare(op, left, right, never, type=type_, start=place[0], end=place[1])


def same_case(*nodes: Node) -> tuple[Node, ...]:
    """What is compared with each other: texts in small letters where one of them is of a field that says `compare: ignore_case`."""
    return tuple(map(folded, nodes)) if any(node.type.ignore_case for node in nodes) else nodes


def folded(node: Node) -> Node:
    """The text in small letters; whatever is no text, and null, as it is."""
    if node.type.kind is not Kind.TEXT:
        return node
    if isinstance(node, Constant):
        return node if node.value is None else replace(node, value=str(node.value).lower())
    return Call(named("LOWER"), (node,), type=node.type, start=node.start, end=node.end)


def _literal_null(node: Node) -> bool:
    return isinstance(node, Constant) and node.value is None


def _null_test(state: State, value: Node, negated: bool, place: Span) -> Node:
    if value.type.kind is Kind.COLLECTION:
        return state.wrong("FX204", Message("a collection is never null"), span(value), Message("write COUNT(...) = 0"))
    return IsNull(value, negated, type=TRUTH, start=place[0], end=place[1])


def _comparable(state: State, op: str, left: Node, right: Node, at: Span) -> bool:
    kinds = (left.type.kind, right.type.kind)
    words = {"op": "<>" if op == "!=" else op, "left": left.type.word, "right": right.type.word}
    if not same(left.type, right.type):
        state.wrong("FX304", Message('"{op}" cannot compare {left} with {right}', words), at, _compare_hint(left.type, right.type))
        return False
    kind = kinds[0] if kinds[0] is not Kind.NULL else kinds[1]
    if kind in (Kind.LIST, Kind.COLLECTION, Kind.OPAQUE, Kind.MULTI_CHOICE):
        state.wrong("FX304", Message('"{op}" cannot compare {left} with {right}', words), at, _compare_hint(left.type, right.type))
        return False
    if op not in ("=", "!=") and kind not in ORDERED and kind is not Kind.NULL:
        state.wrong("FX304", Message('"{op}" does not order {left}', words), at, Message("only = and <> are possible"))
        return False
    zero = any(isinstance(node, Constant) and node.value == 0 for node in (left, right))
    if kind is Kind.NUMBER and money_clash(left, right) and not zero and state.rules.name != "measure":
        currency_clash(state, right)
    return True


def _compare_hint(left: Type, right: Type) -> Message | None:
    kinds = {left.kind, right.kind}
    if Kind.MULTI_CHOICE in kinds:
        return Message('write CONTAINS(field, "code")')
    if kinds == {Kind.TEXT, Kind.NUMBER}:
        return Message("write VALUE(text) to convert")
    if kinds == {Kind.DATE, Kind.DATETIME}:
        return Message("write DATEVALUE(datetime) to get its date")
    if kinds & {Kind.CHOICE, Kind.DATE, Kind.DATETIME} and Kind.TEXT in kinds:
        return Message("only a quoted literal is read as {type}", {"type": next(t.word for t in (left, right) if t.kind is not Kind.TEXT)})
    if Kind.REF in kinds:
        return Message("compare links with links, or name a field of the record behind the link")
    return None


def one_of(state: State, value: Node, options: list[Node], negated: bool, place: Span) -> Node:
    """`in` and ONEOF."""
    options = [read_as(state, option, value.type) for option in options]
    for option in options:
        value = read_as(state, value, option.type)
        if Kind.ERROR not in (option.type.kind, value.type.kind):
            _comparable(state, "=", value, option, span(option))
    value, *options = same_case(value, *options)
    never = state.rules.grants and not isinstance(value, Constant)
    return OneOf(value, tuple(options), negated, never, type=TRUTH, start=place[0], end=place[1])


def negation(state: State, value: Node, start: int, end: int) -> Node:
    """NOT."""
    value = condition(state, value, "NOT")
    return Not(value, type=value.type, start=start, end=end)


def condition(state: State, node: Node, what: str) -> Node:
    """The node, which must be boolean (FX308)."""
    if node.type.kind in (Kind.BOOLEAN, Kind.ERROR):
        return node
    if node.type.kind is Kind.NULL:
        return replace(node, type=BOOLEAN)
    words = {"name": what, "type": node.type.word}
    hint = Message("write x <> 0") if node.type.kind is Kind.NUMBER else Message("write a comparison")
    return state.wrong("FX308", Message("{name} needs a condition, not {type}", words), span(node), hint)
