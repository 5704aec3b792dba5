"""What a token may be used for, within the rights of its person.

A scope is words separated by blanks: `read` or `write` for everything, `supplier:read`, `tasks:write` for one entity or the
inbox; `write` includes `read`. A token without a scope may do whatever its person may, but for accounts and bank data: a
page asks again for the password before it changes them, and a program cannot be asked, so its token must name what it
changes (`user:write`, `supplier:write`).
"""

from __future__ import annotations

import re
from typing import Literal

from engine.errors import Forbidden, Message
from engine.frozen import frozen
from engine.metadata import ACCOUNTS

Kind = Literal["read", "write"]
TASKS = "tasks"
WORD = re.compile(r"(?:[a-z][a-z0-9_]*:)?(?:read|write)\Z")


@frozen
class Scope:
    """The words of a scope; `words` None is everything."""

    words: frozenset[str] | None = None

    def allows(self, kind: Kind, thing: str) -> bool:
        """Whether `thing` (an entity, or `tasks`) may be read or written."""
        if thing in ACCOUNTS and kind == "write":
            return self.names(thing)
        if self.words is None:
            return True
        wanted = {kind, f"{thing}:{kind}", "write", f"{thing}:write"}
        return not self.words.isdisjoint(wanted)

    def names(self, thing: str) -> bool:
        """Whether the token was made for writing just this: a program cannot be asked again who it is."""
        return self.words is not None and f"{thing}:write" in self.words

    @property
    def writes(self) -> bool:
        """Whether anything at all may be written."""
        return self.words is None or any(word.endswith("write") for word in self.words)

    def require(self, kind: Kind, thing: str) -> None:
        """Raises Forbidden when the token may not be used for this."""
        if thing in ACCOUNTS and kind == "write" and not self.allows(kind, thing):
            raise Forbidden(Message("Accounts are changed only by a token whose scope names them: {scope}.", {"scope": f"{thing}:write"}))
        if not self.allows(kind, thing):
            raise Forbidden(Message("This token may not be used for that: its scope is {scope}.", {"scope": str(self)}))

    def __str__(self) -> str:
        return "" if self.words is None else " ".join(sorted(self.words))


EVERYTHING = Scope()


def read_scope(text: str | None) -> Scope:
    """The scope that a token's field `scope` or a command line says. Raises ValueError for a word that is none."""
    words = frozenset((text or "").split())
    for word in sorted(words):
        if not WORD.match(word):
            raise ValueError(f"“{word}” is no scope; write read, write, ENTITY:read or ENTITY:write")
    return Scope(words) if words else EVERYTHING
