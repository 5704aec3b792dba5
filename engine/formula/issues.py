"""What can be wrong with a formula: issues with code and span, all of one formula at once."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import Message, ObjectloomError
from engine.frozen import frozen

KINDS = {"1": "syntax", "2": "name", "3": "type", "4": "arity", "5": "value", "6": "limit", "7": "context", "8": "dependency"}


@frozen
class FormulaIssue:
    """One mistake: characters `start` to `end` of the source, what to write instead in `hint`, valid names in `expected`."""

    code: str
    message: Message
    start: int
    end: int
    hint: Message | None = None
    expected: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The family: syntax, name, type, arity, value, limit, context or dependency."""
        return KINDS[self.code[2]]

    def pointed(self, text: str) -> str:
        """The source line with carets below the mistake."""
        first = text.rfind("\n", 0, self.start) + 1
        last = text.find("\n", self.start)
        line = text[first : last if last >= 0 else len(text)]
        width = max(1, min(self.end - self.start, len(line) - (self.start - first)))
        return f"{line}\n{' ' * (self.start - first)}{'^' * width}"

    def __str__(self) -> str:
        return f"{self.code} {self.message}" + (f" ({self.hint})" if self.hint else "")


class FormulaErrors(ObjectloomError):
    """A text is not a valid formula at its place; carries all issues found."""

    status, code = 422, "formula"

    def __init__(self, issues: Sequence[FormulaIssue]) -> None:
        self.issues = tuple(issues)
        super().__init__(self.issues[0].message)

    def __str__(self) -> str:
        return "; ".join(str(issue) for issue in self.issues)


class FormulaFailure(ObjectloomError):
    """A value beyond what the language can hold: FX605 a number of 10^28 or more, FX606 a text of more than 32,767 characters."""

    status = 422

    def __init__(self, code: str, message: Message) -> None:
        super().__init__(message)
        self.code = code
