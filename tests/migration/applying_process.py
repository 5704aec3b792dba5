"""A process that applies definitions until it is killed with SIGKILL at one of its statements (test_kills.py).

python -m tests.migration.applying_process URL < numbers: for each number an apply, by a process of its own that dies where it would send the
statement of this number, or finish its transaction there. Answers `killed`, or `done` when the apply came to its end before.
"""

import os
import signal
import sys

from engine import migration
from engine.loading import Sources, load_sources
from engine.metadata import Metadata
from engine.migration import expand, ids
from engine.storage import carrying, open_database
from tests.applications import START, sources
from tests.dying import die_at_statement
from tests.migration.test_kills import AFTER

FEW = 2
"""Rows that are carried together; from how many on codes are, and an index is built beside the work of people."""


def main() -> None:
    """One apply after the other, each in a process of its own."""
    wanted = sources(AFTER)
    metadata = load_sources(wanted)
    carrying.BATCH = vars(expand)["LARGE"] = vars(ids)["MANY"] = FEW
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _apply(sys.argv[1], wanted, metadata, int(line))
        _, status = os.waitpid(child, 0)
        said = {signal.SIGKILL: "killed", 0: "done"}.get(status, f"failed {status}")
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()


def _apply(url: str, wanted: Sources, metadata: Metadata, last: int) -> None:
    database = open_database(url)
    die_at_statement(last, database)
    migration.apply(database, wanted, metadata, "Li Na", START)
    os._exit(0)


if __name__ == "__main__":
    main()
