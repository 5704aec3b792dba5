"""One row of the function table: everything the engine knows about a function."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.errors import Message
from engine.formula.frame import Value
from engine.formula.types import Kind, Type
from engine.frozen import frozen


@frozen
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


@frozen(eq=False)
class Function:
    """A function of the language. Several rows of one name are tried in order by the kinds of their parameters.

    `python` gets the arguments, after the frame where `frame` is set; unless `nulls` is set any null argument makes the
    answer null without a call, and an answer of None from non-null arguments is warned about with code `warning`.
    `postgresql` is constant text with a hole {name} per parameter, {name!t} for the text form without a cast, {zone}, {now}
    and {today}; a repeated parameter is joined by the text after the colon: {rest:, }. What no template can say has `push` False, or
    asks the constant arguments. `check` judges the constant arguments (None where not constant): a code and words, or None.
    """

    name: str
    params: tuple[Param, ...]
    result: Result
    python: Callable[..., Value]
    doc: dict[str, str]
    examples: tuple[tuple[str, str], ...]
    theme: str = ""
    postgresql: str = ""
    push: bool | Callable[[tuple[Value, ...]], bool] = True
    nulls: bool = False
    warning: str = ""
    frame: bool = False
    cost: int = 1
    clock: bool = False
    check: Callable[[tuple[Value, ...]], tuple[str, Message] | None] | None = None

    @property
    def signature(self) -> str:
        """The function as the reference prints it: ROUND(x[, n])."""
        parts: list[str] = []
        for param in self.params:
            text = param.name + (", …" if param.repeat else "")
            lead = ", " if parts else ""
            parts.append(f"[{lead}{text}]" if param.optional else lead + text)
        return f"{self.name}({''.join(parts)})"


def number(name: str, default: str | None = None) -> Param:
    """A number; with a default it may be left out."""
    return Param(name, (Kind.NUMBER,), Decimal(default) if default is not None else None, optional=default is not None)


def text(name: str, default: str | None = None) -> Param:
    """A text; with a default it may be left out."""
    return Param(name, (Kind.TEXT,), default, optional=default is not None)


def one(name: str, *kinds: Kind) -> Param:
    """A value of one of these kinds; of any scalar kind without."""
    return Param(name, kinds)


def rest(name: str, *kinds: Kind, optional: bool = True, like: bool = False) -> Param:
    """All further arguments."""
    return Param(name, kinds, optional=optional, repeat=True, like=like)


def word(name: str, *words: str) -> Param:
    """A literal text, one of `words` where given."""
    return Param(name, (Kind.TEXT,), constant=True, words=words)


def doc(en: str, zh: str) -> dict[str, str]:
    """What a function does, in both languages."""
    return {"en": en, "zh": zh}
