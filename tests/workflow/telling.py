"""A process that dies with a message: `python -m tests.workflow.telling URL kept|acting`: once it is kept, or in the middle of its effect."""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta

from engine.unit_of_work import Changed, Event, UnitOfWork
from tests.applications import opened_again
from tests.workflow.test_messages import PLANT, send


def main(url: str, dies: str) -> None:
    """Let the message in, and begin with its effect."""
    with opened_again(PLANT, url) as plant:
        send(plant, "e1")
        if dies == "kept":
            os.kill(os.getpid(), signal.SIGKILL)
        plant.ground.subscribers = (*plant.ground.subscribers, _die)
        plant.app.jobs.run_due(plant.clock.now() + timedelta(minutes=1))


def _die(uow: UnitOfWork, event: Event) -> None:
    if event.entity == "work_order" and isinstance(event, Changed):
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
