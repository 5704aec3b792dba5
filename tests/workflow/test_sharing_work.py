"""Several workers on one database: they share the work, and what a dead one held is taken over within a minute."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.jobs.runner import LEASE
from engine.storage import later_tables
from engine.workflow import events_of
from tests.dying import FORK
from tests.workflow.papers import FILES as PAPERS
from tests.workflow.papers import handed_in
from tests.workflow.small import hire, open_small
from tests.workflow.test_crashes import PEOPLE, WORKFLOW
from tests.workflow.test_dying import Stub

FILES = {**PAPERS, "workflows/judging.yaml": WORKFLOW}


@dataclass
class Mortal(Stub):
    """The system outside; the worker that asks it dies when it has answered so many calls (0: never)."""

    dies_at: int = 0

    def call(self, action: str, inputs: Mapping[str, object], key: str) -> Mapping[str, object]:
        answer = super().call(action, inputs, key)
        self.dies_at -= 1
        if self.dies_at == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


def work(url: str, calls: Path, dies_at: int, lease_over: bool = False) -> None:
    """Work through what is due; `lease_over`: a minute later, when what a dead worker held is free."""
    with open_small(url, FILES, Mortal(file=calls, dies_at=dies_at)) as papers:
        papers.runner.run_due(papers.clock.now() + LEASE if lease_over else None)


def test_of_three_workers_one_dies_and_nothing_is_lost_or_done_twice(
    database_url: str, tmp_path: Path, effort: Callable[[int, int], int]
) -> None:
    count, calls = effort(12, 300), tmp_path / "calls"
    with open_small(database_url, FILES) as papers:
        hire(papers, PEOPLE)
        numbers = [handed_in(papers) for _ in range(count)]
    workers = [FORK.Process(target=work, args=(database_url, calls, dies_at)) for dies_at in (2, 0, 0)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    codes = [worker.exitcode for worker in workers]
    assert codes[1:] == [0, 0]
    last = FORK.Process(target=work, args=(database_url, calls, 0, True))
    last.start()
    last.join()
    asked = Counter(calls.read_text().split())
    assert len(asked) == count
    assert sum(asked.values()) == count + (codes[0] == -signal.SIGKILL), "only what the dead worker had asked was asked again"
    with open_small(database_url, FILES) as papers:
        for number in numbers:
            happened = Counter(event.kind for event in papers.see("system", lambda view: events_of(view, "paper", number)))  # noqa: B023
            assert (happened["answered"], happened["assigned"]) == (1, 2)
        with papers.database.read() as connection:
            job = later_tables.job
            rest = connection.execute(job.select().where(job.c.name == "call", job.c.state != "done")).all()
    assert rest == []
