"""Doing things at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from engine.errors import ObjectloomError


def at_once(*works: Callable[[], object]) -> list[ObjectloomError | None]:
    """Start all works at the same moment; what each was told instead of being done."""
    start = Barrier(len(works))

    def attempt(work: Callable[[], object]) -> ObjectloomError | None:
        start.wait()
        try:
            work()
        except ObjectloomError as error:
            return error
        return None

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(attempt, works))


def race(works: Sequence[Callable[[], object]]) -> list[str]:
    """What became of works that start at the same moment: "done", or the name of the error."""
    return ["done" if error is None else type(error).__name__ for error in at_once(*works)]


def loser(*works: Callable[[], object]) -> ObjectloomError:
    """The error of the one work of several that is not done."""
    (told,) = [error for error in at_once(*works) if error is not None]
    return told
