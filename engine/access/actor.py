"""Who acts: a person with roles, the system itself, the sign-in machinery, or nobody in particular."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from engine.errors import FALLBACK
from engine.frozen import frozen
from engine.metadata import Value


@frozen(slots=False)
class Actor:
    """The acting person. `roles` are all roles held, included ones too; `row` is the person's record, what `user.…` reads.

    `somewhere` are the roles held for some department only: they open nothing by themselves (docs/decisions/0044).
    `proven` is false where a browser may have been left open: whoever sits there shows again who they are before bank data changes.
    `sees` are entities that somebody without an account may read at this moment, because a public form lets them be searched.
    """

    kind: Literal["person", "system", "anybody", "auth"] = "person"
    id: int | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    row: Mapping[str, Value] = field(default_factory=dict)
    language: str = FALLBACK
    somewhere: frozenset[str] = frozenset()
    proven: bool = True
    sees: frozenset[str] = frozenset()

    @property
    def trusted(self) -> bool:
        """Whether the engine itself acts, for whom no row rule is asked."""
        return self.kind in ("system", "auth")

    @property
    def administrator(self) -> bool:
        """Whether the built-in role `admin` is held."""
        return "admin" in self.roles

    def plays(self, role: str) -> bool:
        """Whether a rule of `role` counts for this person."""
        return role in self.roles


SYSTEM = Actor("system", name="system")
"""The engine itself: effects of timers, schedules and automatic decisions."""
AUTH = Actor("auth", name="auth")
"""The sign-in machinery, which reads and writes accounts before anybody is known."""


def anybody(language: str = FALLBACK) -> Actor:
    """Somebody who is not signed in."""
    return Actor("anybody", name="anybody", language=language)
