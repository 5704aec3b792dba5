"""Names that things of the declarations had before (`was:`), for hints to those that still use them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import msgspec


@dataclass
class Former:
    """What is declared, by name: whatever says of itself that it was called otherwise. It is looked through when a name is not found."""

    declared: Iterable[tuple[str, object]] = field(default=())

    def now(self, name: str, known: Collection[str]) -> str | None:
        """What something that was called `name` is called now, among the names that are possible there; None where nothing was."""
        return next((today for today in self._names.get(name, ()) if today in known), None)

    @cached_property
    def _names(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, declared in self.declared:
            for former, now in _renamed(name, declared):
                found.setdefault(former, []).append(now)
        return found


def _renamed(name: str, declared: object) -> Iterator[tuple[str, str]]:
    """The earlier names of a declaration, and of everything with a name inside it, each with the one of today."""
    if not isinstance(declared, msgspec.Struct):
        return
    was = getattr(declared, "was", ())
    yield from ((former, name) for former in ((was,) if isinstance(was, str) else was))
    for part in declared.__struct_fields__:
        inner = getattr(declared, part)
        if isinstance(inner, dict):
            for key, each in inner.items():
                yield from _renamed(key, each)
