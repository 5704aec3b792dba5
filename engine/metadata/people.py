"""Who: the one grammar wherever people are named (WORKFLOW 5.3), taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WhoKind = Literal["submitter", "system", "anybody", "user", "role", "field", "actor"]
PLAIN: frozenset[str] = frozenset({"submitter", "system", "anybody"})
NAMED: frozenset[str] = frozenset({"user", "role", "field", "actor"})


@dataclass(frozen=True, slots=True)
class Who:
    """One way to name people: `role:buyer` is kind `role` with the name `buyer`; `submitter` has no name."""

    kind: WhoKind
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind
