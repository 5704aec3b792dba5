"""A worker process that dies: `python -m tests.workflow.worker URL STUB before|after|never`.

The stub is a file: each call adds the key that it was given, as a system outside would see it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from tests.workflow.small import Line, open_small
from tests.workflow.test_crashes import FILES

LATER = timedelta(minutes=30)


class Stub(Line):
    """A system outside; the worker is killed before it hears of the call, or after it has answered."""

    def __init__(self, file: Path, dies: str) -> None:
        super().__init__()
        self._file = file
        self._dies = dies

    def connect(self, name: str) -> Stub:
        return self

    def call(self, action: str, inputs: Mapping[str, object], key: str) -> Mapping[str, object]:
        if self._dies == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        with self._file.open("a") as stub:
            stub.write(key + "\n")
            stub.flush()
            os.fsync(stub.fileno())
        if self._dies == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return {"hits": "many"}


def main(url: str, file: str, dies: str) -> None:
    """Work through what is due; without dying also what a dead worker left, after its lease has ended."""
    with open_small(url, FILES, Stub(Path(file), dies)) as papers:
        papers.runner.run_due(papers.clock.now() + (LATER if dies == "never" else timedelta()))


if __name__ == "__main__":
    main(*sys.argv[1:])
