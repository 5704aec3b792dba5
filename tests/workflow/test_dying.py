"""A scripted run is killed at each of its commits and begun again: it ends the same, and nothing happens twice outside."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.notices import told_to
from engine.storage import drop_scratch, later_tables, scratch_database, workflow_tables
from engine.workflow import Answer, all_tasks, events_of, fire, inbox, instances_of
from engine.workflow.replay import replay
from tests.dying import Death, in_a_process
from tests.postbox import Box, box
from tests.workflow.papers import FILES as PAPERS
from tests.workflow.small import Line, Small, hire, open_small

__all__ = ["box"]

WORKFLOW = """
workflow: judging
for: paper
starters: role:writer
admin: role:boss
steps:
  write: {who: submitter, do: fill, edit: [title]}
  look_up:
    do: run
    run: register.search
    with: {words: =title}
    save: {found: hits}
  reviews:
    do: parallel
    branches:
      one: {who: role:judge, agree: all}
      two: {who: role:reader, timers: [{after: 1 day, do: remind}, {after: 2 days, do: escalate, to: role:boss}]}
  sign: {who: role:boss, do: review, timers: [{after: 3 days, do: approve}]}
ends:
  accepted: {call: accept, notify: [submitter]}
  rejected: {call: refuse}
"""
FILES = {**PAPERS, "workflows/judging.yaml": WORKFLOW}
PEOPLE = {"wendy": "writer", "jack": "judge", "rita": "reader", "bob": "boss"}
DAY, MINUTES = timedelta(days=1), timedelta(minutes=5)
VOTERS = ("jack", "bob")
"""Who decides by hand: the reader is waited for until the boss is asked in their place, and the last step approves itself."""


@dataclass
class Stub(Line):
    """A system outside, which keeps the key of every call in a file."""

    file: Path = Path()

    def connect(self, name: str) -> Stub:
        return self

    def call(self, action: str, inputs: Mapping[str, object], key: str) -> Mapping[str, object]:
        with self.file.open("a") as calls:
            calls.write(key + "\n")
            calls.flush()
            os.fsync(calls.fileno())
        return {"hits": "many"}


def carry_on(papers: Small) -> None:
    """Do what is not done yet, from whatever state, to the end: hand in, decide what waits, let days go by; time does not go back."""
    with papers.database.read() as connection:
        instants = [workflow_tables.event.c.at, later_tables.notice.c.at]
        known = [connection.execute(sa.select(sa.func.max(column))).scalar_one_or_none() for column in instants]
    papers.clock.move_to(max([papers.clock.now(), *(instant for instant in known if instant is not None)]))
    papers.people = {row["login"]: int(str(row["id"])) for row in _people(papers)}
    number = next(iter(papers.find("system", "paper")), 0) or papers.create("wendy", "paper", {"title": "On bees", "pages": 12})
    if papers.row("paper", number)["state"] == "draft":
        papers.run("wendy", lambda uow: fire(uow, "paper", number, "submit"))
    for _ in range(6):
        papers.runner.run_due(papers.clock.now() + MINUTES)
        for name in VOTERS:
            for line in papers.see(name, inbox):
                if line.task is not None and line.task.step != "sign":
                    papers.decide(name, "paper", number, Answer("approve"))
        papers.runner.run_due(papers.clock.now() + DAY)


def _people(papers: Small) -> list[Mapping[str, Any]]:
    return [papers.row("user", number) for number in papers.find("system", "user")]


def play(url: str, calls: Path, death: Death) -> int:
    """Play in a process of its own, on the clock that begins again; how many commits it took, or how it was killed."""

    def work() -> int:
        with open_small(url, FILES, Stub(file=calls)) as papers:
            count = death.watch(papers.database)
            carry_on(papers)
            return count()

    return in_a_process(work)


def state(url: str) -> dict[str, object]:
    """Everything that must be the same in the end: the record, who did what, who was told what, and that nothing is left to do."""
    with open_small(url, FILES) as papers:
        papers.people = {row["login"]: int(str(row["id"])) for row in _people(papers)}
        (number,) = papers.find("system", "paper")
        events = papers.see("system", lambda view: events_of(view, "paper", number))
        (instance,) = papers.see("system", lambda view: instances_of(view, "paper", number))
        told = replay(events)
        assert (told.state, told.open, told.visits, told.version) == (instance.state, instance.open, instance.visits, instance.version)
        with papers.database.read() as connection:
            job = later_tables.job
            rest = connection.execute(job.select().where(job.c.state.in_(["waiting", "running", "failed"]), job.c.name != "schedule"))
            waiting = sorted(row.name for row in rest)
        row = papers.row("paper", number)
        return {
            "record": {name: row[name] for name in ("title", "state", "found", "secret", "version")},
            "events": Counter((e.kind, e.step, e.person, e.actor, str(e.detail.get("decision"))) for e in events),
            "tasks": sorted(
                (t.step, t.person, t.status, str(t.decision)) for t in papers.see("system", lambda v: all_tasks(v, "paper", number))
            ),
            "told": {n: Counter(x.kind for x in papers.see("system", lambda v, n=n: told_to(v, papers.people[n]))) for n in PEOPLE},  # type: ignore[misc]
            "waiting": waiting,
        }


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def copies(request: pytest.FixtureRequest, box: Box, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Gives the address of a new database of the application with its people, which nobody has open."""
    place = tmp_path if request.param == "sqlite" else str(request.getfixturevalue("postgresql_server_url"))
    made = [scratch_database(place)]
    with open_small(made[0], FILES) as papers:
        hire(papers, PEOPLE)
        for name, number in papers.people.items():
            papers.save("system", "user", number, email=f"{name}@x.example")

    def another() -> str:
        made.append(scratch_database(place, made[0]))
        return made[-1]

    yield another
    for url in made:
        drop_scratch(url)


def test_killed_at_any_commit_it_ends_the_same(
    copies: Callable[[], str], box: Box, tmp_path: Path, effort: Callable[[int, int], int]
) -> None:
    begun, calls = copies(), tmp_path / "whole"
    commits = play(begun, calls, Death())
    whole, mails = state(begun), received(box)
    assert whole["record"]["state"] == "accepted"  # type: ignore[index]
    assert commits > 20
    points = [Death(at, after) for at in range(1, commits + 1) for after in (False, True)]
    for number, death in enumerate(points[effort(3, 0) :: max(1, len(points) // effort(2, len(points)))]):
        url, again = copies(), tmp_path / f"calls{number}"
        box.letters.clear()
        assert play(url, again, death) == -signal.SIGKILL
        assert play(url, again, Death()) > 0, death
        assert state(url) == whole, death
        assert [len(set(file.read_text().split())) for file in (again, calls)] == [1, 1], "asked with one key, however often"
        assert received(box) == mails, death


def received(box: Box) -> list[tuple[str, str]]:
    """To whom letters came and about what; a reader's program shows one that comes twice, with the same name, once."""
    found = {letter["Message-ID"]: (letter["To"], letter["Subject"]) for letter in box.read()}
    return sorted(found.values())
