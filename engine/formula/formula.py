"""A checked formula, ready to run."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from engine.frozen import frozen

from .closures import closure as closed
from .contexts import Context
from .env import Env
from .frame import Frame, Row, Value
from .generate import condition, evaluator
from .names import Reference
from .nodes import Node
from .references import Trigger, references, triggers
from .types import Type


@frozen(slots=False, eq=False)
class Formula:
    """A formula of one place: call it with a row and its surroundings.

    `cost` estimates the work of one evaluation; `pushable` says whether SQL can do it. Formulas compare by identity; the
    functions are made at first use.
    """

    text: str
    type: Type
    context: Context
    tree: Node
    cost: int
    pushable: bool

    def __call__(self, row: Row, frame: Frame) -> Value:
        """The value for a row; raises FormulaFailure beyond the range of numbers and texts."""
        return self.function(row, frame)

    @cached_property
    def function(self) -> Callable[[Row, Frame], Value]:
        """The generated Python itself, for loops that would feel the price of a call."""
        return evaluator(self.tree)

    @cached_property
    def test(self) -> Callable[[Row, Frame], bool]:
        """Whether the condition holds, as generated Python: unknown counts as the place of the formula says."""
        return condition(self.tree, self.context.null is True)

    @cached_property
    def closure(self) -> Callable[[Row, Frame], Value]:
        """The same by closures, the oracle."""
        run = closed(self.tree)
        return lambda row, frame: run(Env(frame, (row,)))

    def holds(self, row: Row, frame: Frame) -> bool:
        """Whether the condition holds for a row: unknown counts as the place of the formula says."""
        return self.test(row, frame)

    @cached_property
    def references(self) -> frozenset[Reference]:
        """All fields that it reads."""
        return references(self.tree)

    @cached_property
    def dependencies(self) -> frozenset[Trigger]:
        """All changes of this and other records that make the value stale."""
        return triggers(self.tree)
