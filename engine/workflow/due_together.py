"""Work that is due at the same time is done in one transaction; what is refused is done alone, and told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from engine.access import SYSTEM
from engine.errors import Invalid, Refusal
from engine.formula import FormulaFailure
from engine.jobs import Job, done_all
from engine.unit_of_work import Ground, UnitOfWork, run

Fire = Callable[[UnitOfWork, Sequence[Job]], Iterable[Job]]
Refused = Callable[[UnitOfWork, Job, str], None]


def together(ground: Ground, fire: Fire, refused: Refused) -> Callable[[Sequence[Job]], None]:
    """A handler that lets `fire` do several jobs as the engine; where one job alone is refused, `refused` is told why.

    `fire` gives each job back when it is done: people who are being answered go before the next. A refusal among several is
    raised: the jobs then come again one by one.
    """

    def work(uow: UnitOfWork, due: Sequence[Job]) -> None:
        for job in due:
            job.finished = False  # the transaction may have begun again: what it had finished is open
        for _ in fire(uow, due):
            ground.traffic.give_way()
        done_all(uow.connection, due)

    def give_up(uow: UnitOfWork, job: Job, reason: str) -> None:
        job.done(uow.connection)
        refused(uow, job, reason)

    def handle(due: Sequence[Job]) -> None:
        try:
            run(ground, SYSTEM, partial(work, due=due))
        except (Refusal, Invalid, FormulaFailure) as failure:
            if len(due) > 1:
                raise
            run(ground, SYSTEM, partial(give_up, job=due[0], reason=str(failure)))

    return handle
