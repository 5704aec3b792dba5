"""A worker is killed between the commit and the call, and between the answer and its record: the call happens, its effect once."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from engine.storage import later_tables, workflow_tables
from engine.workflow import events_of, incidents_of, instances_of, resolve_incident
from tests.workflow.papers import FILES as PAPERS
from tests.workflow.papers import handed_in
from tests.workflow.small import hire, open_small

WORKFLOW = """
workflow: judging
for: paper
starters: role:writer
admin: role:boss
steps:
  look_up:
    do: run
    run: register.search
    with: {words: =title}
    save: {found: hits}
  judge: {who: role:judge, do: review}
ends:
  accepted: {call: accept}
  rejected: {call: refuse}
"""
FILES = {**PAPERS, "workflows/judging.yaml": WORKFLOW}
HOUR = timedelta(hours=1)
PEOPLE = {"wendy": "writer", "jack": "judge", "bob": "boss"}


def work(url: str, stub: Path, dies: str) -> int:
    command = [sys.executable, "-m", "tests.workflow.worker", url, str(stub), dies]
    return subprocess.run(command, check=False, timeout=300).returncode


@pytest.mark.parametrize("dies", ["before", "after"])
def test_after_a_crash_the_call_happens_and_counts_once(database_url: str, tmp_path: Path, dies: str) -> None:
    with open_small(database_url, FILES) as papers:
        hire(papers, PEOPLE)
        stub = tmp_path / "stub"
        stub.touch()
        number = handed_in(papers)
        assert work(database_url, stub, dies) == -signal.SIGKILL
        assert papers.row("paper", number)["found"] is None
        assert work(database_url, stub, "never") == 0
        calls = stub.read_text().splitlines()
        assert len(calls) == (2 if dies == "after" else 1)
        assert len(set(calls)) == 1, "the other side can tell that it is the same call"
        assert papers.row("paper", number)["found"] == "many"
        assert papers.asked("paper", number) == {"judge": ["bob", "jack"]}
        happened = Counter(event.kind for event in papers.see("system", lambda view: events_of(view, "paper", number)))
        assert happened["answered"] == 1
        assert papers.runner.run_due(papers.clock.now() + HOUR) == 0, "nothing is left to do"
        assert stub.read_text().splitlines() == calls


def test_work_that_nothing_would_carry_on_is_found_and_helped_on(database_url: str) -> None:
    with open_small(database_url, FILES) as papers:
        hire(papers, PEOPLE)
        number, fine = handed_in(papers), handed_in(papers)
        job, task = later_tables.job, workflow_tables.task
        with papers.database.write() as connection:
            instance = papers.see("system", lambda view: instances_of(view, "paper", number))[0].id
            assert connection.execute(job.delete().where(job.c.cause == f"instance:{instance}")).rowcount == 1
        papers.line.answers = [{"hits": "many"}, {"hits": "few"}]
        papers.runner.run_due()
        (lost,) = papers.see("system", lambda view: incidents_of(view, "paper", number))
        assert (lost.kind, lost.step, lost.people) == ("lost", "look_up", (papers.people["bob"],))
        assert papers.asked("paper", fine) == {"judge": ["bob", "jack"]}
        papers.run("bob", lambda uow: resolve_incident(uow, lost.id, "retry"))
        papers.runner.run_due()
        assert papers.asked("paper", number) == {"judge": ["bob", "jack"]}
        with papers.database.write() as connection:
            connection.execute(task.update().where(task.c.instance_id == instance).values(status="cancelled"))
        papers.runner.run_due(papers.clock.now() + HOUR)
        papers.runner.run_due(papers.clock.now() + HOUR)
        (lost,) = papers.see("system", lambda view: incidents_of(view, "paper", number))
        assert (lost.kind, lost.step) == ("lost", "judge"), "told once"
