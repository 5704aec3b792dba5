"""A process that dies with a message: `python -m tests.workflow.telling URL kept|acting`: once it is kept, or in the middle of its effect."""

from __future__ import annotations

import os
import signal
import sys

from engine.app import Serving, assemble
from engine.clock import VirtualClock
from engine.scenarios import Answers
from engine.storage import open_database
from engine.unit_of_work import Changed, Event, UnitOfWork
from tests.applications import NO_PLUGINS, START, World
from tests.databases import SCRATCH
from tests.workflow.test_messages import send


def main(url: str, dies: str) -> None:
    """Let the message in, and begin with its effect."""
    clock = VirtualClock(START)
    plant = World(assemble(SCRATCH, Serving(open_database(url), NO_PLUGINS), clock, Answers({}).connect), clock)
    send(plant, "e1")
    if dies == "kept":
        os.kill(os.getpid(), signal.SIGKILL)
    plant.ground.subscribers = (*plant.ground.subscribers, _die)
    plant.app.jobs.run_due()


def _die(uow: UnitOfWork, event: Event) -> None:
    if event.entity == "work_order" and isinstance(event, Changed):
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
