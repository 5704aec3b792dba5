"""Doing things at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from engine.errors import ObjectloomError


def race(works: Sequence[Callable[[], object]]) -> list[str]:
    """What became of works that run at the same time: "done", or the name of the error."""

    def attempt(work: Callable[[], object]) -> str:
        try:
            work()
        except ObjectloomError as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(attempt, works))
