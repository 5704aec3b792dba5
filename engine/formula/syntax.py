"""The untyped tree of a formula, and the transformer that builds it while lark parses."""

from __future__ import annotations

from typing import NamedTuple

from lark import Token, Transformer


class Number(NamedTuple):
    """A number literal; `percent` divides it by a hundred."""

    start: int
    end: int
    text: str
    percent: bool


class Text(NamedTuple):
    """A text literal, its doubled quotes undone."""

    start: int
    end: int
    value: str


class Truth(NamedTuple):
    """TRUE, FALSE or null."""

    start: int
    end: int
    value: bool | None


class Name(NamedTuple):
    """A path of names, with the start of each part."""

    start: int
    end: int
    parts: tuple[str, ...]
    starts: tuple[int, ...]


class Call(NamedTuple):
    """A function call; `head` is the end of the name."""

    start: int
    end: int
    name: str
    head: int
    args: tuple[Syntax, ...]


class Binary(NamedTuple):
    """`+ - * / ^` and comparisons; `at` is where the operator stands."""

    start: int
    end: int
    op: str
    left: Syntax
    right: Syntax
    at: int


class Joined(NamedTuple):
    """A chain of `and`, `or` or `&`."""

    start: int
    end: int
    op: str
    items: tuple[Syntax, ...]


class In(NamedTuple):
    """`x in (a, b)`."""

    start: int
    end: int
    value: Syntax
    options: tuple[Syntax, ...]
    negated: bool


class Unary(NamedTuple):
    """`not`, `+` and `-`."""

    start: int
    end: int
    op: str
    value: Syntax


class Group(NamedTuple):
    """Parentheses, kept because some combinations are refused without them."""

    start: int
    end: int
    inner: Syntax


Syntax = Number | Text | Truth | Name | Call | Binary | Joined | In | Unary | Group


def bare(node: Syntax) -> Syntax:
    """The node inside any parentheses."""
    while isinstance(node, Group):
        node = node.inner
    return node


def below(node: Syntax) -> tuple[Syntax, ...]:
    """The nodes directly below."""
    match node:
        case Call():
            return node.args
        case Binary():
            return (node.left, node.right)
        case Joined():
            return node.items
        case In():
            return (node.value, *node.options)
        case Unary():
            return (node.value,)
        case Group():
            return (node.inner,)
    return ()


def _at(token: Token) -> tuple[int, int]:
    return token.start_pos or 0, token.end_pos or 0


class Builder(Transformer[Token, Syntax]):
    """One method per alias of the grammar."""

    def start(self, c: list[Syntax]) -> Syntax:
        return c[0]

    def orx(self, c: list[Syntax]) -> Syntax:
        return Joined(c[0].start, c[-1].end, "or", tuple(c))

    def andx(self, c: list[Syntax]) -> Syntax:
        return Joined(c[0].start, c[-1].end, "and", tuple(c))

    def cat(self, c: list[Syntax]) -> Syntax:
        return Joined(c[0].start, c[-1].end, "&", tuple(c))

    def notx(self, c: tuple[Token, Syntax]) -> Syntax:
        return Unary(_at(c[0])[0], c[1].end, "not", c[1])

    def sign(self, c: tuple[Token, Syntax]) -> Syntax:
        return Unary(_at(c[0])[0], c[1].end, str(c[0]), c[1])

    def arith(self, c: tuple[Syntax, Token, Syntax]) -> Syntax:
        return Binary(c[0].start, c[2].end, str(c[1]), c[0], c[2], _at(c[1])[0])

    power = arith

    def compare(self, c: tuple[Syntax, Token, Syntax]) -> Syntax:
        op = {"==": "=", "<>": "!="}.get(str(c[1]), str(c[1]))
        return Binary(c[0].start, c[2].end, op, c[0], c[2], _at(c[1])[0])

    def inx(self, c: tuple[Syntax, Token, tuple[Syntax, ...], Token]) -> Syntax:
        return In(c[0].start, _at(c[3])[1], c[0], c[2], False)

    def notinx(self, c: tuple[Syntax, Token, Token, tuple[Syntax, ...], Token]) -> Syntax:
        return In(c[0].start, _at(c[4])[1], c[0], c[3], True)

    def args(self, c: list[Syntax]) -> tuple[Syntax, ...]:
        return tuple(c)

    def call(self, c: tuple[Token, Token, tuple[Syntax, ...] | None, Token]) -> Syntax:
        return Call(_at(c[0])[0], _at(c[3])[1], str(c[0]).upper(), _at(c[0])[1], c[2] or ())

    def path(self, c: list[Token]) -> Syntax:
        return Name(_at(c[0])[0], _at(c[-1])[1], tuple(map(str, c)), tuple(_at(t)[0] for t in c))

    def group(self, c: tuple[Token, Syntax, Token]) -> Syntax:
        return Group(_at(c[0])[0], _at(c[2])[1], c[1])

    def number(self, c: list[Token]) -> Syntax:
        return Number(*_at(c[0]), str(c[0]), False)

    def percent(self, c: list[Token]) -> Syntax:
        return Number(_at(c[0])[0], _at(c[1])[1], str(c[0]), True)

    def text(self, c: list[Token]) -> Syntax:
        return Text(*_at(c[0]), str(c[0])[1:-1].replace('""', '"'))

    def true(self, c: list[Token]) -> Syntax:
        return Truth(*_at(c[0]), True)

    def false(self, c: list[Token]) -> Syntax:
        return Truth(*_at(c[0]), False)

    def null(self, c: list[Token]) -> Syntax:
        return Truth(*_at(c[0]), None)
