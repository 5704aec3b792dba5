"""Running work goes over to a newer definition, and back: a job, one transaction for each instance.

Who acts meanwhile acts before or after. What has walked into a step that has no place in the new definition stays where it is; the job
tries it again later, and fails with the reasons when it cannot be moved at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from engine import jobs
from engine.access import SYSTEM
from engine.errors import Invalid, Message, Refusal
from engine.jobs import Job, Work
from engine.storage import Connection, Database
from engine.unit_of_work import Ground, UnitOfWork, run
from engine.workflow import move_back, move_over, moved_over, running_on

from .running import Running

MOVE = "move"


def ask_to_move(connection: Connection, found: Iterable[Running], number: int, now: datetime) -> None:
    """Jobs that bring what is running, and asked to, over to the revision of this number."""
    for one in found:
        if one.asked:
            payload = {"workflow": one.workflow, "from": one.revision, "to": number, "names": dict(one.names)}
            jobs.renew(connection, Work(MOVE, now, payload, f"{MOVE}:{one.workflow}:{one.revision}", f"revision:{number}"))


def ask_to_move_back(database: Database, workflow: str, now: datetime) -> int:
    """A job that takes back the last move of everything that runs in a workflow; how much there is."""
    with database.write() as connection:
        found = moved_over(connection, workflow)
        if found:
            jobs.renew(connection, Work(MOVE, now, {"workflow": workflow}, f"{MOVE}:{workflow}:back", "back"))
    return len(found)


def move_handler(ground: Ground) -> Callable[[Job], None]:
    """The handler of these jobs; it may run any number of times."""

    def handle(job: Job) -> None:
        reasons: list[str] = []
        for move in _moves(ground, job.payload):
            try:
                run(ground, SYSTEM, move)
            except Invalid as invalid:
                reasons += [str(problem.message) for problem in invalid.problems]
        if reasons:
            words = "{rows:running instance|running instances} could not be moved: {reasons}"
            raise Refusal(Message(words, {"rows": len(reasons), "reasons": " ".join(dict.fromkeys(reasons))}))

    return handle


def _moves(ground: Ground, said: Any) -> Iterator[Callable[[UnitOfWork], None]]:
    name = str(said["workflow"])
    with ground.database.read() as connection:
        found = running_on(connection, name, int(said["from"])) if "to" in said else moved_over(connection, name)
    for number in found:
        if "to" in said:
            yield partial(move_over, instance_id=number, revision=int(said["to"]), names=said["names"])
        else:
            yield partial(move_back, instance_id=number)
