"""Calls on PostgreSQL: the templates of the function table, filled with compiled arguments.

A hole is {name}, or {name!how}: `t` is the canonical text of the argument; the others turn a constant pattern or format of the
language into one of PostgreSQL's. A repeated parameter is joined by what follows the colon: {rest:, }.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, cast, literal

from engine.errors import Message
from engine.formula.nodes import Call, Constant, Node

from .filled import fill
from .lookup import NotPushable
from .native import native_type

if TYPE_CHECKING:
    from .postgresql import Postgresql

_HOLE = re.compile(r"\{(\w+)(?:!(\w+))?(?::([^}]*))?\}")


def call(compiler: Postgresql, node: Call) -> ColumnElement[Any]:
    """A call with its template filled. Raises NotPushable where the function has none."""
    template = node.function.postgresql
    if not template:
        name = node.function.name
        raise NotPushable(Message("{name} cannot run in the database.", {"name": name}), node.start, node.end)
    holes: dict[str, ColumnElement[Any]] = {"zone": compiler.zone()}

    def hole(match: re.Match[str]) -> str:
        name, how, between = match.groups()
        if name in holes:
            return match[0]
        args = _arguments(node, name)
        names = [f"{name}_{how or 'v'}_{at}" for at in range(len(args))]
        holes.update({each: _argument(compiler, arg, how) for each, arg in zip(names, args, strict=True)})
        return (between or "").join(f"{{{each}}}" for each in names)

    return fill(_HOLE.sub(hole, template), holes, native_type(node.type))


def _arguments(node: Call, name: str) -> tuple[Node, ...]:
    at = next(at for at, param in enumerate(node.function.params) if param.name == name)
    return node.args[at:] if node.function.params[at].repeat else node.args[at : at + 1]


def _argument(compiler: Postgresql, arg: Node, how: str | None) -> ColumnElement[Any]:
    if how is None:
        return compiler.value(arg)
    if how == "t":
        return compiler.text(arg)
    if not isinstance(arg, Constant) or not isinstance(arg.value, str):
        raise NotPushable(Message("This part must be a constant in the database."), arg.start, arg.end)
    return cast(literal(_CONSTANTS[how](arg.value)), Text())


def like_pattern(pattern: str) -> str:
    """The wildcards * ? ~ as a pattern of LIKE with ! as its escape."""
    found, at = [], 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "~" and at + 1 < len(pattern) and pattern[at + 1] in "*?~":
            at += 1
            found.append(pattern[at])
        elif letter in "*?":
            found.append("%" if letter == "*" else "_")
        else:
            found.append(f"!{letter}" if letter in "%_!" else letter)
        at += 1
    return "".join(found)


_CONSTANTS: dict[str, Callable[[str], str]] = {"like": like_pattern}
