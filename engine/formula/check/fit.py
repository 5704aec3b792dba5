"""Which types go together: quoted literals read as dates and choices, one type for all branches, results that fit a field."""

from __future__ import annotations

from dataclasses import replace

from engine.errors import Message
from engine.formula.dates import read_date, read_datetime
from engine.formula.nodes import Case, Coalesce, Constant, Node, Switch
from engine.formula.types import UNKNOWN_CURRENCY, Kind, Type

from .state import State
from .suggest import nearest


def span(node: Node) -> tuple[int, int]:
    """Where a node stands in the source."""
    return node.start, node.end


def read_as(state: State, node: Node, type_: Type) -> Node:
    """A quoted literal as the date, datetime or choice it stands next to; branches of IF and COALESCE one by one."""
    if type_.kind not in (Kind.DATE, Kind.DATETIME, Kind.CHOICE):
        return node
    match node:
        case Constant(type=Type(kind=Kind.TEXT), value=str(text)):
            return _literal(state, node, text, type_)
        case Case() if node.type.kind is Kind.TEXT:
            arms = tuple((condition, read_as(state, value, type_)) for condition, value in node.arms)
            return _retyped(replace(node, arms=arms, default=read_as(state, node.default, type_)), type_, *(v for _, v in arms))
        case Switch() if node.type.kind is Kind.TEXT:
            arms = tuple((key, read_as(state, value, type_)) for key, value in node.arms)
            return _retyped(replace(node, arms=arms, default=read_as(state, node.default, type_)), type_, *(v for _, v in arms))
        case Coalesce() if node.type.kind is Kind.TEXT:
            items = tuple(read_as(state, item, type_) for item in node.items)
            return _retyped(replace(node, items=items), type_, *items)
    return node


def _retyped(node: Node, type_: Type, *values: Node) -> Node:
    if any(value.type.kind not in (type_.kind, Kind.NULL) for value in values):
        return node
    return replace(node, type=type_.nullable(node.type.null))


def _literal(state: State, node: Constant, text: str, type_: Type) -> Node:
    exact = type_.nullable(False)
    if type_.kind is Kind.CHOICE:
        return _choice(state, node, text, exact)
    value = read_date(text) if type_.kind is Kind.DATE else read_datetime(text, state.catalog.zone())
    if value is None:
        wanted = "yyyy-mm-dd" if type_.kind is Kind.DATE else "yyyy-mm-dd hh:mm:ss"
        message = Message('"{text}" is no {kind}', {"text": text, "kind": type_.word})
        return state.wrong("FX506", message, span(node), Message("write it as {form}", {"form": wanted}))
    return replace(node, value=value, type=exact)


def _choice(state: State, node: Constant, text: str, type_: Type) -> Node:
    if not type_.choices or text in type_.choices:
        return replace(node, type=type_)
    near = nearest(text, type_.choices)
    words = {"set": type_.choice_set or Message("this choice"), "code": text, "codes": ", ".join(type_.choices)}
    hint = Message('did you mean "{name}"?', {"name": near}) if near else None
    message = Message('{set} has no code "{code}"; codes: {codes}', words)
    return state.wrong("FX306", message, span(node), hint, type_.choices)


def same(a: Type, b: Type) -> bool:
    """Whether values of two types may be compared or stand in branches of one expression."""
    if Kind.ERROR in (a.kind, b.kind) or Kind.NULL in (a.kind, b.kind):
        return True
    if a.kind is not b.kind:
        return False
    if a.kind is Kind.REF:
        return a.entity == b.entity
    if a.kind is Kind.CHOICE:
        return not a.choice_set or not b.choice_set or a.choice_set == b.choice_set or bool(set(a.choices) & set(b.choices))
    return True


def money_clash(a: Node, b: Node) -> bool:
    """Whether two amounts are not known to be money of one currency; a literal zero and plain numbers are of any."""
    x, y = a.type.currency, b.type.currency
    return x is not None and y is not None and (x != y or not x.known)


def joined(a: Type, b: Type) -> Type:
    """One type for two branches: null if either may be, the wider number, the currency if it is one."""
    if a.kind in (Kind.NULL, Kind.ERROR):
        return b.nullable() if a.kind is Kind.NULL else b
    if b.kind in (Kind.NULL, Kind.ERROR):
        return a.nullable() if b.kind is Kind.NULL else a
    null = a.null or b.null
    if a.kind is Kind.NUMBER:
        currency = a.currency if b.currency is None or a.currency == b.currency else b.currency if a.currency is None else UNKNOWN_CURRENCY
        if None in (a.digits, a.scale, b.digits, b.scale):
            return Type(Kind.NUMBER, null, currency=currency)
        scale = max(a.scale or 0, b.scale or 0)
        whole = max((a.digits or 0) - (a.scale or 0), (b.digits or 0) - (b.scale or 0))
        return Type(Kind.NUMBER, null, whole + scale, scale, currency)
    if a.kind is Kind.CHOICE and a.choices != b.choices:
        return replace(a, null=null, choices=a.choices + tuple(c for c in b.choices if c not in a.choices))
    if b.ignore_case and not a.ignore_case:
        return replace(a, null=null, ignore_case=True)
    return a.nullable(null)


def unify(state: State, nodes: list[Node], what: str) -> tuple[list[Node], Type]:
    """The nodes as branches of one expression and their common type; records FX303 (kinds) or FX307 (currencies)."""
    model = next((n.type for n in nodes if n.type.kind in (Kind.DATE, Kind.DATETIME, Kind.CHOICE)), None)
    if model is not None:
        nodes = [read_as(state, node, model) for node in nodes]
    type_ = nodes[0].type
    first = nodes[0]
    for node in nodes[1:]:
        if not same(type_, node.type):
            words = {"name": what, "one": type_.word, "two": node.type.word}
            state.wrong(
                "FX303", Message("{name} gives {one} here and {two} there", words), span(node), Message("all branches must be of one type")
            )
            return nodes, Type(Kind.ERROR)
        if money_clash(first, node):
            currency_clash(state, node)
        type_ = joined(type_, node.type)
        first = first if first.type.currency is not None else node
    return nodes, type_


def currency_clash(state: State, node: Node) -> None:
    """Record FX307."""
    hint = Message("write CONVERT(amount, currency, date)")
    state.wrong("FX307", Message("these amounts are not known to be in one currency"), span(node), hint)


def one_of(kinds: tuple[Kind, ...]) -> Message:
    """The kinds in a sentence: number or duration."""
    first, *more = [Message(kind.value) for kind in kinds if kind is not Kind.LIST] or [Message("value")]
    for each in more:
        first = Message("{one} or {two}", {"one": first, "two": each})
    return first
