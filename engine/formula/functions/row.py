"""One row of the function table: everything the engine knows about a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.formula.frame import Value
from engine.formula.types import Kind, Type


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: the kinds it takes (empty: any scalar), its default when it may be left out.

    `repeat` takes the rest of the arguments; `constant` must be a literal, one of `words` where given; `like` must be of the
    same type as the first argument.
    """

    name: str
    kinds: tuple[Kind, ...] = ()
    default: Value = None
    optional: bool = False
    repeat: bool = False
    constant: bool = False
    words: tuple[str, ...] = ()
    like: bool = False


Arguments = tuple[Type, ...]
Result = Type | Callable[[Arguments, tuple[Value, ...]], Type]
"""The type of the answer, or how it follows from the types and the constant values (None where not constant) of the arguments."""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the language. Several rows of one name are tried in order by the kinds of their parameters.

    `python` gets the arguments, after the frame where `frame` is set; unless `nulls` is set any null argument makes the
    answer null without a call, and an answer of None from non-null arguments is warned about with code `warning`.
    `postgresql` is constant text with a hole {name} per parameter, {name!t} for the text form without a cast, {zone}, {now}
    and {today}; a repeated parameter is joined by the text after the colon: {rest:, }. An empty template is not pushable.
    """

    name: str
    params: tuple[Param, ...]
    result: Result
    python: Callable[..., Value]
    doc: dict[str, str]
    examples: tuple[tuple[str, str], ...]
    theme: str = ""
    postgresql: str = ""
    nulls: bool = False
    warning: str = ""
    frame: bool = False
    cost: int = 1
    clock: bool = False

    @property
    def signature(self) -> str:
        """The function as the reference prints it: ROUND(x[, n])."""
        parts: list[str] = []
        for param in self.params:
            text = param.name + (", …" if param.repeat else "")
            lead = ", " if parts else ""
            parts.append(f"[{lead}{text}]" if param.optional else lead + text)
        return f"{self.name}({''.join(parts)})"
