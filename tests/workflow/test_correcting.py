"""Work that is stuck because of what somebody entered: who helps corrects just that, and tries again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.errors import Forbidden, Invalid, Refusal
from engine.plugins import CallFailed
from engine.workflow import events_of, incidents_of, resolve_incident
from tests.workflow.papers import ENTITY, FILES, handed_in, update
from tests.workflow.small import Files, Small

NO = (Forbidden, Invalid, Refusal)
CALLING = """
workflow: judging
for: paper
starters: role:writer
admin: role:boss
steps:
  reviews:
    do: parallel
    branches:
      look: {steps: {look_up: {do: run, run: register.search, with: {words: =title}, save: {found: hits}}}}
      judge: {who: field:judge}
ends:
  accepted: {call: accept}
  rejected: {call: refuse}
"""
JUDGED = ENTITY.replace("  secret:", "  judge: {type: user}\n  secret:")


def test_what_a_step_goes_by_is_corrected_and_tried_again(small: Callable[[Files], Small]) -> None:
    papers = small({**FILES, "models/paper.yaml": JUDGED, "workflows/judging.yaml": CALLING})
    number = handed_in(papers)
    papers.line.answers.append(CallFailed("refused", "There is no such word."))
    papers.runner.run_due()
    stuck = papers.see("system", lambda view: incidents_of(view, "paper", number))
    assert sorted((incident.kind, incident.step.rpartition(".")[2]) for incident in stuck) == [("call", "look_up"), ("nobody", "judge")]
    for name in ("wendy", "jill"):
        with pytest.raises(NO):
            update(papers, name, number, {"title": "On wasps"})
    with pytest.raises(NO):
        update(papers, "bob", number, {"verdict": "Good"})
    update(papers, "bob", number, {"title": "On wasps", "judge": papers.people["jack"]})
    papers.line.answers.append({"hits": "many"})
    for incident in stuck:
        papers.run("bob", lambda uow, incident=incident: resolve_incident(uow, incident.id, "retry"))  # type: ignore[misc]
    papers.runner.run_due()
    assert [inputs for _, inputs, _ in papers.line.asked] == [{"words": "On bees"}, {"words": "On wasps"}]
    assert papers.row("paper", number)["found"] == "many"
    assert papers.asked("paper", number) == {"reviews.judge": ["jack"]}
    with pytest.raises(NO):
        update(papers, "bob", number, {"title": "On flies"})
    kinds = [event.kind for event in papers.see("system", lambda view: events_of(view, "paper", number))]
    assert kinds.count("resolved") == 2
