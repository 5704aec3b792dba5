"""What goes wrong in a formula while a database works it out, given back as what it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from engine.formula import out_of_range, too_long

IN_FUNCTION = "user-defined function raised exception"
"""SQLite: something went wrong in a function of ours, the last one that told so in this thread."""
OUT_OF_RANGE, UNREADABLE = "22003", "22P02"
"""PostgreSQL: a number too large for its type, and what templates raise with a code of the language in it."""

failure: ContextVar[Exception | None] = ContextVar("formula_failure", default=None)
"""What went wrong last in a function of ours."""


def failure_of(error: BaseException) -> BaseException | None:
    """What the error of a driver was in the language; None for every other one."""
    if IN_FUNCTION in str(error):
        return failure.get()
    state = getattr(error, "sqlstate", None)
    if state == OUT_OF_RANGE:
        return out_of_range()
    if state == UNREADABLE and '"FX606"' in str(error):
        return too_long()
    return None


@contextmanager
def told() -> Iterator[None]:
    """Statements that run on the driver itself fail as the others do."""
    try:
        yield
    except Exception as error:
        if (meant := failure_of(error)) is not None:
            raise meant from error
        raise
