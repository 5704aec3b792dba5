"""What a closure is given, and the two ways of calling a function with values that may be null."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from engine.frozen import frozen

from .frame import Frame, Row, Value

Closure = Callable[["Env"], Value]


@frozen
class Env:
    """One evaluation: what surrounds it, and the row (or list item) of each level."""

    frame: Frame
    levels: tuple[Value, ...]

    def row(self, level: int) -> Row:
        """The row of a level."""
        return cast(Row, self.levels[level])


def strict(function: Callable[..., Value], *parts: Closure) -> Closure:
    """The function of the values, or None when one of them is null."""

    def run(env: Env) -> Value:
        values = [part(env) for part in parts]
        return None if any(value is None for value in values) else function(*values)

    return run


def warned(function: Callable[..., Value], code: str, where: str, parts: Sequence[Closure]) -> Closure:
    """The same, telling the frame when non-null values give null."""

    def run(env: Env) -> Value:
        values = [part(env) for part in parts]
        if any(value is None for value in values):
            return None
        result = function(*values)
        if result is None:
            env.frame.warn(code, where)
        return result

    return run
