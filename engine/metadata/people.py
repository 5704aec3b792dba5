"""Who: the one grammar wherever people are named (WORKFLOW 5.3), taken apart."""

from __future__ import annotations

from typing import Literal

from engine.formula import Formula
from engine.frozen import frozen

WhoKind = Literal[
    "submitter", "system", "anybody", "assignee", "user", "role", "field", "actor", "dept", "group", "head", "heads", "formula", "picked",
    "decide",    "skip", "reject",
]  # fmt: skip
PLAIN: frozenset[str] = frozenset({"submitter", "system", "anybody", "assignee"})
NAMED: frozenset[str] = frozenset({"user", "role", "field", "actor", "dept", "group", "head", "formula", "decide"})
VERDICTS: frozenset[str] = frozenset({"skip", "reject"})
"""What may stand under `if_nobody` in the place of people."""


@frozen
class Picking:
    """People who are chosen by hand: by the `submitter` or by who acts in a step, among the people of `among`, so many."""

    by: str
    among: tuple[Who, ...]
    least: int = 1
    most: int = 1


@frozen
class Who:
    """One way to name people: `role:buyer` is kind `role` with the name `buyer`; `submitter` has no name.

    `heads` are the heads above the person or department `name`, `up_to` of them (None: to the top).
    """

    kind: WhoKind
    name: str = ""
    up_to: int | None = None
    formula: Formula | None = None
    picking: Picking | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind
