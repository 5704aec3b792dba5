"""What happens again and again: one job each, always waiting for the next time, as the served definition says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from engine import jobs
from engine.access import SYSTEM
from engine.frozen import frozen
from engine.jobs import Work
from engine.metadata import Metadata
from engine.unit_of_work import Ground, UnitOfWork, run


@frozen
class Scheduled:
    """Something that happens again and again: `payload` is that of its job, with its times under `cron`."""

    key: str
    payload: Mapping[str, object]
    cause: str


def plan_schedules(ground: Ground, name: str, wanted: Callable[[Metadata], Iterable[Scheduled]]) -> Callable[[], None]:
    """A sweep that gives every schedule of a newly served definition its job called `name`, and takes away what is gone."""
    planned: list[int] = []

    def sweep() -> None:
        definition = ground.current()
        if planned != [definition.number]:
            run(ground, SYSTEM, partial(_plan, name=name, wanted=tuple(wanted(definition.metadata))))
            planned[:] = [definition.number]

    return sweep


def _plan(uow: UnitOfWork, name: str, wanted: Iterable[Scheduled]) -> None:
    by_key = {f"{name}:{each.key}": each for each in wanted}
    known = jobs.waiting(uow.connection, name)
    jobs.drop(uow.connection, [key for key in known if key not in by_key])
    for key, each in by_key.items():
        cron = str(each.payload["cron"])
        if key not in known or known[key]["cron"] != cron:
            due = jobs.next_time(cron, uow.now, uow.zone)
            jobs.renew(uow.connection, Work(name, due, each.payload, key, each.cause))
