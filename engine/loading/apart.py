"""Work in a process of its own, which takes with it the memory that the work needed on its way."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable
from contextlib import suppress


def done_apart(work: Callable[[], object]) -> bool:
    """Whether `work` was done, without an exception, in a copy of this process: only what it wrote into files is left of it.

    Not where processes cannot be copied, nor beside other threads: the copy would hold their locks for ever.
    """
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return False
    copy = os.fork()
    if copy == 0:
        _end_with(work)
    with suppress(ChildProcessError):  # who waits for all children of the process has met it first
        return os.waitpid(copy, 0)[1] == 0
    return True


def _end_with(work: Callable[[], object]) -> None:
    """Work, and end at once: nothing of what the process would do at its end is the copy's to do."""
    code = 1
    gc.disable()
    try:
        work()
        code = 0
    finally:
        os._exit(code)
