"""Steps that ask a connector: what is saved, when it is tried again, and who is told when it is stuck."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from engine.errors import Conflict, Forbidden, Invalid
from engine.plugins import CallFailed
from engine.records import fetch
from engine.workflow import Answer, Incident, events_of, inbox, incidents_of, resolve_incident, stuck, timeline
from tests.workflow.conftest import Opener
from tests.workflow.papers import FILES, handed_in
from tests.workflow.small import PEOPLE, Line, Small, hire, open_small

CALL = """
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
    retry: {times: 3, wait: 2 minutes}
    then:
      ok:
        - {when: 'found = "many"', go: judge}
        - {go: rejected, say: {en: 'Only {found}'}}
  judge: {who: role:judge, do: review}
ends:
  accepted: {call: accept}
  rejected: {call: refuse}
  cancelled: {call: take_back}
"""
TIMEOUT = CallFailed("timeout", "The register is silent.")


def calling(small: Opener, workflow: str = CALL) -> Small:
    return small({**FILES, "workflows/judging.yaml": workflow})


def due(papers: Small, **later: int) -> int:
    return papers.runner.run_due(papers.clock.now() + timedelta(**later))


def incidents(papers: Small, number: int) -> list[Incident]:
    return papers.see("bob", lambda view: incidents_of(view, "paper", number))


def test_the_answer_is_saved_and_leads_on(small: Opener) -> None:
    papers = calling(small)
    papers.line.answers = [{"hits": "many"}]
    number = handed_in(papers)
    assert papers.line.asked == [], "nothing is called before the commit"
    assert due(papers) == 1
    assert [(action, dict(inputs)) for action, inputs, key in papers.line.asked] == [("search", {"words": "On bees"})]
    assert papers.row("paper", number)["found"] == "many"
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}
    assert due(papers, hours=1) == 0


def test_routes_are_asked_in_order_and_kept_with_their_answers(small: Opener) -> None:
    papers = calling(small)
    papers.line.answers = [{"hits": "few"}]
    number = handed_in(papers)
    due(papers)
    assert papers.row("paper", number)["state"] == "refused"
    routed = [event for event in papers.see("bob", lambda view: events_of(view, "paper", number)) if event.kind == "routed"]
    assert routed[0].detail["asked"] == [{"when": 'found = "many"', "holds": False, "inputs": {"found": "few"}}]
    assert routed[0].detail["say"] == {"en": "Only few"}


def test_words_are_for_who_may_know_what_they_tell(small: Opener) -> None:
    """The admin is told of a failure whatever it tells; what a route says is for who reads the fields in it."""
    access = FILES["models/paper.yaml"].replace("everybody: {read: true}", "everybody: {read: true, hide: [found]}")
    entity = access.replace("writer: {create", "writer: {read: true, create")
    call = CALL.replace("{words: =title}", "{words: '=title & found'}")
    papers = small({**FILES, "models/paper.yaml": entity, "workflows/judging.yaml": call})
    papers.line.answers = [TIMEOUT, {"hits": "few"}]
    number = handed_in(papers)
    due(papers, hours=1)

    def told(who: str) -> list[str]:
        story = papers.see(who, lambda view: timeline(view, "paper", fetch(view, "paper", number)))[0]
        return [str(entry.words) for entry in story.entries if entry.words is not None]

    failed, said = "The register is silent.", "Only few"
    assert [told(who) for who in ("wendy", "bob", "ada", "rita")] == [[failed, said], [failed], [failed, said], []]


def test_it_is_tried_again_and_the_key_stays_the_same(small: Opener) -> None:
    papers = calling(small)
    papers.line.answers = [TIMEOUT, TIMEOUT, {"hits": "many"}]
    number = handed_in(papers)
    due(papers)
    assert len(papers.line.asked) == 1
    due(papers, seconds=119)
    assert len(papers.line.asked) == 1
    due(papers, minutes=5)
    assert len(papers.line.asked) == 3
    assert len({key for _, _, key in papers.line.asked}) == 1
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}


def test_after_the_last_try_the_admin_retries(small: Opener) -> None:
    papers = calling(small)
    papers.line.answers = [TIMEOUT] * 3
    number = handed_in(papers)
    due(papers, hours=1)
    found = incidents(papers, number)
    assert [(incident.kind, incident.people) for incident in found] == [("call", (papers.people["bob"],))]
    assert [waiting.step for waiting in papers.see("bob", stuck)] == [{"en": "Look up"}]
    assert papers.row("paper", number)["state"] == "in_review"
    with pytest.raises(Forbidden):
        papers.run("jack", lambda uow: resolve_incident(uow, found[0].id, "retry"))
    papers.line.answers = [{"hits": "many"}]
    papers.run("bob", lambda uow: resolve_incident(uow, found[0].id, "retry"))
    with pytest.raises(Conflict):
        papers.run("bob", lambda uow: resolve_incident(uow, found[0].id, "retry"))
    due(papers)
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}
    assert incidents(papers, number) == []


@pytest.mark.parametrize(
    ("resolution", "state", "tasks"), [("skip", "in_review", {"judge": ["bob", "jack", "jill"]}), ("cancel", "draft", {})]
)
def test_the_admin_skips_or_cancels_with_a_reason(small: Opener, resolution: str, state: str, tasks: dict[str, list[str]]) -> None:
    papers = calling(small)
    papers.line.answers = [CallFailed("refused", "No such words.")]
    number = handed_in(papers)
    due(papers)
    found = incidents(papers, number)
    assert len(papers.line.asked) == 1, "a permanent failure is not tried again"
    with pytest.raises(Invalid, match="why"):
        papers.run("bob", lambda uow: resolve_incident(uow, found[0].id, resolution))  # type: ignore[arg-type]
    papers.run("bob", lambda uow: resolve_incident(uow, found[0].id, resolution, "Checked by hand"))  # type: ignore[arg-type]
    assert papers.row("paper", number)["state"] == state
    assert papers.asked("paper", number) == tasks
    assert due(papers, hours=1) == 0


def test_a_route_for_failure_instead_of_an_incident(small: Opener) -> None:
    papers = calling(small, CALL.replace("    then:\n", "    then:\n      failed: judge\n"))
    papers.line.answers = [CallFailed("refused", "No.")]
    number = handed_in(papers)
    due(papers)
    assert incidents(papers, number) == []
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}


def test_an_answer_that_the_record_refuses_is_an_incident(small: Opener) -> None:
    papers = calling(small, CALL.replace("{found: hits}", "{title: hits}"))
    papers.line.answers = [{"hits": None}]
    number = handed_in(papers)
    due(papers)
    assert "cannot be kept" in incidents(papers, number)[0].message["en"]
    assert papers.row("paper", number)["title"] == "On bees"


def test_a_later_rule_that_refuses_keeps_nothing_and_tells_the_admin(small: Opener) -> None:
    lifecycle = FILES["workflows/paper.yaml"].replace("refuse: {from: in_review", "refuse: {from: draft")
    papers = small({**FILES, "workflows/judging.yaml": CALL, "workflows/paper.yaml": lifecycle})
    papers.line.answers = [{"hits": "few"}]
    number = handed_in(papers)
    due(papers)
    assert papers.row("paper", number)["found"] is None
    assert "is not possible in the state" in incidents(papers, number)[0].message["en"]


def test_entering_a_step_too_often_waits_for_the_admin(small: Opener) -> None:
    workflow = CALL.replace("{who: role:judge, do: review}", "{who: role:judge, do: review, then: {approve: look_up}}").replace(
        "    retry:", "    max_rounds: 2\n    retry:"
    )
    papers = calling(small, workflow)
    papers.line.answers = [{"hits": "many"}] * 9
    number = handed_in(papers)
    for _ in range(2):
        due(papers)
        papers.decide("jack", "paper", number, Answer("approve"))
    assert due(papers, hours=1) == 0
    assert [incident.kind for incident in incidents(papers, number)] == ["rounds"]
    papers.run("bob", lambda uow: resolve_incident(uow, incidents(papers, number)[0].id, "retry"))
    due(papers)
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}
    assert papers.see("jack", inbox)[0].title == "On bees"


def test_while_the_register_is_asked_the_best_case_is_expected(small: Opener) -> None:
    papers = calling(small)
    papers.line.answers = [{"hits": "few"}]
    number = handed_in(papers)
    story = papers.see("bob", lambda view: timeline(view, "paper", fetch(view, "paper", number)))[0]
    assert [(ahead.name, ahead.end) for ahead in story.expected] == [("judge", False), ("accepted", True)]


def test_a_question_beyond_what_numbers_can_hold_is_an_incident(small: Opener) -> None:
    papers = calling(small, CALL.replace("{words: =title}", "{words: '=TEXT(POWER(pages, 40), \"0\")'}"))
    number = handed_in(papers, pages=1000)
    due(papers)
    assert papers.line.asked == []
    assert [incident.kind for incident in incidents(papers, number)] == ["call"]


class Broken(Line):
    """A connector that raises what it never should."""

    def call(self, action: str, inputs: Mapping[str, object], key: str) -> Mapping[str, object]:
        self.asked.append((action, inputs, key))
        raise ZeroDivisionError


def test_a_job_that_is_given_up_leaves_an_incident(database_url: str) -> None:
    with open_small(database_url, {**FILES, "workflows/judging.yaml": CALL}, Broken()) as papers:
        hire(papers, PEOPLE)
        number = handed_in(papers)
        due(papers, days=2)
        assert len(papers.line.asked) == 8
        assert [incident.message["en"] for incident in incidents(papers, number)] == ["The call is broken: ZeroDivisionError: "]
        due(papers, days=2)
        assert len(incidents(papers, number)) == 1


def test_the_other_side_knows_the_call_by_a_key_of_the_record(small: Opener) -> None:
    papers = calling(small, CALL.replace("    run: register.search\n", '    run: register.search\n    once: title & "!"\n'))
    papers.line.answers = [TIMEOUT, {"hits": "many"}]
    handed_in(papers)
    due(papers, minutes=5)
    assert [key for _, _, key in papers.line.asked] == ["On bees!"] * 2
