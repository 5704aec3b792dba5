"""How fast this machine is now, so that a limit of time means the same on a slow or busy one."""

import time
from functools import lru_cache

USUAL = 0.03
"""What `_work` takes where the limits were set, in seconds of the processor."""


def allowed(seconds: float) -> float:
    """So many seconds of the usual machine, in those of this one; never fewer."""
    return seconds * max(1.0, _slowness())


@lru_cache
def _slowness() -> float:
    return min(_taken() for _ in range(3)) / USUAL


def _taken() -> float:
    start = time.process_time()
    _work()
    return time.process_time() - start


def _work() -> int:
    held: dict[int, int] = {}
    total = 0
    for number in range(200_000):
        held[number & 1023] = total
        total += len(str(number))
    return total
