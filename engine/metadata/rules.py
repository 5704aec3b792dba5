"""Rules of access as they are compiled: what a role may do with records, or with the rows of a table, and what it sees of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from engine.formula import Formula
from engine.frozen import frozen

VERBS = ("read", "create", "update", "delete", "share", "export", "print")
Grant: TypeAlias = Formula | bool
"""A verb of a rule: on every row, on none, or where the formula holds."""


@frozen(slots=False, eq=False)
class Rule:
    """One rule of a role: `verbs` grants by verb (absent is no), `hide` and `mask` name fields (`lines.price` for cells)."""

    role: str
    verbs: Mapping[str, Grant]
    hide: frozenset[str] = frozenset()
    mask: Mapping[str, Literal["last4", "all"]] = field(default_factory=dict)
    edit: frozenset[str] | None = None

    @property
    def told(self) -> Mapping[str, Grant]:
        """The verbs, without a `print` that nobody wrote: it is what `read` says."""
        return {verb: grant for verb, grant in self.verbs.items() if verb != "print" or grant != self.verbs.get("read")}
