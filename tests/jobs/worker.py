"""A worker that hangs in the middle of its job: `python -m tests.jobs.worker URL`; tells "hanging" when it does."""

import sys
import threading

from engine.clock import SystemClock
from engine.jobs import Job, Runner, Works
from engine.storage import open_database


def hang(job: Job) -> None:
    sys.stdout.write("hanging\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    Runner(open_database(sys.argv[1]), SystemClock(), Works({"note": hang})).run_due()
