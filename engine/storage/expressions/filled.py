"""SQL text of ours with fragments in its holes: the element that the templates of the function table become."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Cast, ColumnElement, FromClause, ScalarSelect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.type_api import TypeEngine
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import NullType

_HOLE = re.compile(r"\{(\w+)\}")


class Filled(ColumnElement[Any]):
    """`text` with holes {0}, {1} … for `args`; the text is constant, so the statement is cached and prepared by it."""

    __visit_name__ = "filled"
    _traverse_internals = [  # noqa: RUF012 - the protocol of SQLAlchemy's cache
        ("text", InternalTraversal.dp_string),
        ("args", InternalTraversal.dp_clauseelement_list),
        ("type", InternalTraversal.dp_type),
    ]

    def __init__(self, text: str, args: Sequence[ColumnElement[Any]], type_: TypeEngine[Any] | None = None) -> None:
        self.text = text
        self.args = list(args)
        self.type = type_ or NullType()

    @property
    def _from_objects(self) -> list[FromClause]:
        return [each for arg in self.args for each in arg._from_objects]  # noqa: SLF001 - how elements tell what they select from

    def self_group(self, against: Any = None) -> Filled:
        """Itself: the text brings its own parentheses."""
        return self


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[str, ...]:
    return tuple(_HOLE.split(text))


@compiles(Filled)
def _write(element: Filled, compiler: SQLCompiler, **how: Any) -> str:
    text = element.text.replace("%", "%%") if compiler.preparer._double_percents else element.text  # noqa: SLF001 - as its own literals do
    pieces = _pieces(text)
    written = [piece if at % 2 == 0 else compiler.process(element.args[int(piece)], **how) for at, piece in enumerate(pieces)]
    return "".join(written)


def fill(template: str, holes: Mapping[str, ColumnElement[Any]], type_: TypeEngine[Any] | None = None) -> Filled:
    """A template with its named holes filled, in parentheses unless it is one call.

    A fragment that would be written more than once is calculated once, in a sub-select that the planner does not dissolve:
    otherwise nested calculations would grow with the power of their depth.
    """
    used = _HOLE.findall(template)
    names = list(dict.fromkeys(used))
    args = [_closed(holes[name]) for name in names]
    again = {name for name, arg in zip(names, args, strict=True) if used.count(name) > 1 and not _plain(arg)}
    numbered = {name: f"q.a{at}" if name in again else f"{{{at}}}" for at, name in enumerate(names)}
    text = _HOLE.sub(lambda hole: numbered[hole[1]], template)
    if again:
        once = ", ".join(f"{{{at}}} AS a{at}" for at, name in enumerate(names) if name in again)
        text = f"(SELECT {text} FROM (SELECT {once} OFFSET 0) AS q)"  # noqa: S608 - texts of ours only
    return Filled(text if _call(text) else f"({text})", args, type_)


def _call(text: str) -> bool:
    """Whether a text needs no parentheses: a name, one call, or something in parentheses already."""
    head = re.match(r"\w*(\(|$)", text)
    if not head:
        return False
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == ")" and depth == 0:
            return at == len(text) - 1
    return True


def _plain(arg: ColumnElement[Any]) -> bool:
    return _leaf(arg) or (isinstance(arg, Cast) and _plain(arg.clause))


def _leaf(arg: ColumnElement[Any]) -> bool:
    return not list(arg.get_children())


def _closed(arg: ColumnElement[Any]) -> ColumnElement[Any]:
    return arg if isinstance(arg, (Cast, Filled, Grouping, ScalarSelect, FunctionElement)) or _leaf(arg) else Grouping(arg)
