"""The untyped tree of a formula."""

from __future__ import annotations

from typing import NamedTuple


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
