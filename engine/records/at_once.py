"""Values of a field that came in for many records, read in one go where each of them would be read as it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.metadata import Field, Value, ValueBase

from .values import READERS, UNSTORABLE

AtOnce = Callable[[Sequence[Any], set[type]], Sequence[Value] | None]
"""Reads many values at once, which are of these types; None where one of them has to be looked at by itself."""


def at_once(field: Field) -> AtOnce | None:
    """What reads values of a field in one go; None where nothing does."""
    if getattr(type(field.declared), "kept", ValueBase.kept) is not ValueBase.kept:
        return None
    return _AT_ONCE.get(READERS[field.kind])


def _texts(raw: Sequence[Any], kinds: set[type]) -> Sequence[Value] | None:
    if kinds != {str}:
        return None
    every = "".join(raw)
    if "\r" in every or ("\0" in every if every.isascii() else UNSTORABLE.search(every)):
        return None
    found = list(map(str.strip, raw))
    return found if all(found) else None


def _numbers(raw: Sequence[Any], kinds: set[type]) -> Sequence[Value] | None:
    return raw if kinds == {int} and min(raw) > 0 and max(raw) < 2**63 else None


_AT_ONCE: dict[object, AtOnce] = {READERS["text"]: _texts, READERS["link"]: _numbers}
"""What reads many, for what reads one."""
