"""Connectors that actions, ends and automations call: after the commit, each call with its key, its tries, and who helps when it is stuck.

actions:
  publish: {from: draft, who: role:writer, run: {action: register.search, with: {words: =title}, save: {found: hits}, once: title}}
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import Forbidden
from engine.plugins import CallFailed
from engine.unit_of_work import UnitOfWork
from engine.workflow import Answer, events_of, fire, incidents_of, resolve_incident, stuck, submitted
from tests.workflow.conftest import Opener
from tests.workflow.papers import FILES, LIFECYCLE, WORKFLOW, handed_in, update
from tests.workflow.small import Small

PUBLISH = """
  publish:
    from: draft
    who: role:writer
    run: {action: register.search, with: {words: =title}, save: {found: hits}, once: title, retry: {times: 2, wait: 1 minute}}
  spread:
    from: draft
    who: role:writer
    run:
      - {action: register.search, from: {entity: paper, where: 'pages > 20'}, with: {words: =title}}
      - {action: register.search, when: pages > 100, with: {words: never}}
"""
WRITTEN = {**FILES, "workflows/paper.yaml": LIFECYCLE + PUBLISH}
GONE = CallFailed("refused", "No.")


def paper(papers: Small, title: str = "On bees", pages: int = 12) -> int:
    return papers.create("wendy", "paper", {"title": title, "pages": pages})


def do(papers: Small, number: int, action: str) -> None:
    papers.run("wendy", lambda uow: fire(uow, "paper", number, action))


def due(papers: Small, **later: int) -> None:
    papers.runner.run_due(papers.clock.now() + timedelta(**later))


def test_an_action_calls_after_its_commit_and_keeps_the_answer(small: Opener) -> None:
    papers = small(WRITTEN)
    papers.line.answers = [{"hits": "many"}]
    number = paper(papers)
    do(papers, number, "publish")
    assert papers.line.asked == [], "nothing is called before the commit"
    due(papers)
    assert [(action, dict(inputs), key) for action, inputs, key in papers.line.asked] == [("search", {"words": "On bees"}, "On bees")]
    assert papers.row("paper", number)["found"] == "many"
    update(papers, "wendy", number, {"pages": 13})
    assert papers.see("wendy", submitted) == [], "it is nobody's submission"


def test_what_is_refused_calls_nothing(small: Opener) -> None:
    papers = small(WRITTEN)
    number = paper(papers)

    def two(uow: UnitOfWork) -> None:
        fire(uow, "paper", number, "publish")
        fire(uow, "paper", number, "accept")

    with pytest.raises(Forbidden):
        papers.run("wendy", two)
    due(papers)
    assert papers.line.asked == []


def test_two_calls_of_one_record_wait_beside_each_other(small: Opener) -> None:
    papers = small(WRITTEN)
    number = paper(papers)
    do(papers, number, "publish")
    do(papers, number, "publish")
    due(papers)
    assert [key for _, _, key in papers.line.asked] == ["On bees", "On bees"]


def test_it_is_called_once_for_each_row_and_only_where_it_shall(small: Opener) -> None:
    papers = small(WRITTEN)
    numbers = [paper(papers, title, pages) for title, pages in (("a", 30), ("b", 10), ("c", 40))]
    do(papers, numbers[-1], "spread")
    due(papers)
    assert sorted(str(dict(inputs)["words"]) for _, inputs, _ in papers.line.asked) == ["a", "c"]
    assert len({key for _, _, key in papers.line.asked}) == 2


def test_a_call_that_fails_for_good_waits_for_the_administrator(small: Opener) -> None:
    papers = small(WRITTEN)
    papers.line.answers = [CallFailed("timeout", "silent"), CallFailed("timeout", "silent")]
    number = paper(papers)
    do(papers, number, "publish")
    due(papers, hours=1)
    assert len(papers.line.asked) == 2
    (incident,) = papers.see("ada", lambda view: incidents_of(view, "paper", number))
    assert incident.people == (papers.people["ada"],)
    assert [waiting.incident for waiting in papers.see("ada", stuck)] == [incident]
    papers.line.answers = [{"hits": "few"}]
    papers.run("ada", lambda uow: resolve_incident(uow, incident.id, "retry"))
    due(papers)
    assert papers.row("paper", number)["found"] == "few"
    assert papers.see("ada", stuck) == []
    papers.line.answers = [GONE]
    do(papers, number, "publish")
    due(papers)
    (incident,) = papers.see("ada", lambda view: incidents_of(view, "paper", number))
    papers.run("ada", lambda uow: resolve_incident(uow, incident.id, "skip", "done by hand"))
    assert [event.kind for event in papers.see("ada", lambda view: events_of(view, "paper", number))][-1] == "ended"


def test_an_end_calls_too(small: Opener) -> None:
    ends = WORKFLOW.replace("accepted: {call: accept}", "accepted: {call: accept, run: {action: register.search, with: {words: =title}}}")
    papers = small({**FILES, "workflows/judging.yaml": ends.replace("agree: all", "agree: any").replace("    must: [verdict]\n", "")})
    number = handed_in(papers)
    papers.decide("jack", "paper", number, Answer("approve"))
    assert papers.row("paper", number)["state"] == "accepted"
    due(papers)
    assert [dict(inputs) for _, inputs, _ in papers.line.asked] == [{"words": "On bees"}]
