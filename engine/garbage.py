"""When Python looks for garbage: not while much is made that stays, because it would look through all of it again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing is looked through until the block ends; what nothing refers to goes at once all the same."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@contextmanager
def permanent() -> Iterator[None]:
    """What the block makes stays as long as the process, as imported modules do: none of it is ever looked through."""
    with uncollected():
        yield
        gc.freeze()
