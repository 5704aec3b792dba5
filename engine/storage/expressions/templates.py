"""Calls on PostgreSQL: the templates of the function table, filled with compiled arguments.

A hole is {name}, or {name!how}: `t` is the canonical text of the argument, `o` orders texts by code point, `a` is an array of
texts; the others turn a constant into PostgreSQL's terms (constants.py). {rest:, } are the repeated arguments, each after a comma.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, literal_column, null

from engine.errors import Message
from engine.formula import (
    TEXT,
    Aggregate,
    Call,
    Concat,
    Constant,
    Kind,
    Node,
)

from .arithmetic import in_range
from .collections import zero
from .constants import CONSTANTS as _CONSTANTS
from .filled import fill
from .lookup import NotPushable
from .native import native_type
from .small import Casing

if TYPE_CHECKING:
    from .postgresql import Postgresql

_HOLE = re.compile(r"\{(\w+)(?:!(\w+))?(?::([^}]*))?\}")


def call(compiler: Postgresql, node: Call) -> ColumnElement[Any]:
    """A call with its template filled. Raises NotPushable where the function has none."""
    template = node.function.postgresql
    if not template:
        name = node.function.name
        raise NotPushable(Message("{name} cannot run in the database.", {"name": name}), node.start, node.end)
    holes: dict[str, ColumnElement[Any]] = {"zone": compiler.zone(), "zero": zero(node), "casing": Casing()}

    def hole(match: re.Match[str]) -> str:
        name, how, between = match.groups()
        if name in holes:
            return match[0]
        args = _arguments(node, name)
        names = [f"{name}_{how or 'v'}_{at}" for at in range(len(args))]
        # once, however often it stands there: nested calls would take the power of their depth
        holes.update({each: _argument(compiler, arg, how) for each, arg in zip(names, args, strict=True) if each not in holes})
        return "".join(f"{between or ''}{{{each}}}" for each in names)

    return in_range(fill(_HOLE.sub(hole, template), holes, native_type(node.type)), node.type)


def _arguments(node: Call, name: str) -> tuple[Node, ...]:
    at = next(at for at, param in enumerate(node.function.params) if param.name == name)
    return node.args[at:] if node.function.params[at].repeat else node.args[at : at + 1]


def _argument(compiler: Postgresql, arg: Node, how: str | None) -> ColumnElement[Any]:
    if how in (None, "o") and arg.type.kind is Kind.NULL:
        return null()  # without a type it takes that of its surroundings; any other null says what it is, or would be taken for a text
    if how is None:
        return compiler.value(arg)
    if how in _VALUES:
        return _VALUES[how](compiler, arg)
    if not isinstance(arg, Constant) or not isinstance(arg.value, str):
        raise NotPushable(Message("This part must be a constant in the database."), arg.start, arg.end)
    return _CONSTANTS[how](arg.value)


def _texts(compiler: Postgresql, arg: Node) -> ColumnElement[Any]:
    """An argument as an array of texts: the list itself, or one item."""
    if arg.type.kind is not Kind.LIST:
        return fill("ARRAY[{x}]::text[]", {"x": compiler.text(arg)})
    if isinstance(arg, Aggregate) and arg.value is not None and arg.value.type.kind is not Kind.TEXT:
        arg = replace(arg, value=Concat(type=TEXT, items=(arg.value,)))
    return fill("{x}::text[]", {"x": compiler.value(arg)})


def _dates(compiler: Postgresql, arg: Node) -> ColumnElement[Any]:
    empty = isinstance(arg, Constant) and arg.value is None
    return literal_column("ARRAY[]::date[]") if empty else compiler.value(arg)


_VALUES: dict[str, Callable[[Postgresql, Node], ColumnElement[Any]]] = {
    "t": lambda compiler, arg: compiler.text(arg),
    "o": lambda compiler, arg: compiler.ordered(arg),
    "a": _texts,
    "dates": _dates,
}
