"""A workflow from its start to its ends: who is asked, what decides, what is locked and opened meanwhile."""

from __future__ import annotations

import pytest

from engine.errors import Conflict, Forbidden, Invalid, Invisible, Refusal
from engine.records import delete, fetch
from engine.workflow import (
    Answer,
    decide,
    duties,
    fire,
    inbox,
    instances_of,
    resolve_incident,
    submitted,
    timeline,
    withdraw,
)
from tests.workflow.conftest import Opener
from tests.workflow.papers import ENTITY, FILES, WORKFLOW, handed_in, update
from tests.workflow.small import Small


def test_everybody_agrees(small: Opener) -> None:
    papers = small(FILES)
    number = handed_in(papers)
    assert papers.row("paper", number)["state"] == "in_review"
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}
    papers.decide("jack", "paper", number, Answer("approve", {"verdict": "Good"}))
    papers.decide("jill", "paper", number, Answer("approve"))
    assert papers.asked("paper", number) == {"judge": ["bob"]}
    papers.decide("bob", "paper", number, Answer("approve"))
    row = papers.row("paper", number)
    assert (row["state"], row["secret"], row["verdict"]) == ("accepted", "On bees!", "Good")
    assert papers.asked("paper", number) == {}


def test_one_rejection_decides_and_the_others_learn_who_was_faster(small: Opener) -> None:
    papers = small(FILES)
    number = handed_in(papers)
    with pytest.raises(Invalid, match="comment"):
        papers.decide("jack", "paper", number, Answer("reject"))
    papers.decide("jack", "paper", number, Answer("reject", comment="No bees"))
    assert papers.row("paper", number)["state"] == "refused"
    with pytest.raises(Conflict, match="Already decided by Jack at 2026-03-02 09:00"):
        papers.decide("jill", "paper", number, Answer("approve", {"verdict": "Good"}))
    papers.run("wendy", lambda uow: fire(uow, "paper", number, "submit"))
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}


def test_why_a_task_is_no_longer_open(small: Opener) -> None:
    papers = small(FILES)
    number = handed_in(papers)
    papers.decide("jack", "paper", number, Answer("approve", {"verdict": "Good"}))
    with pytest.raises(Conflict, match="You decided this already, at 2026-03-02 09:00"):
        papers.decide("jack", "paper", number, Answer("reject", comment="No"))
    papers.decide("bob", "paper", number, Answer("return", comment="?"))
    with pytest.raises(Conflict, match="Already decided by Bob"):
        papers.decide("jill", "paper", number, Answer("approve"))
    again = handed_in(papers)
    instance = papers.see("wendy", lambda view: instances_of(view, "paper", again))[-1]
    papers.run("wendy", lambda uow: withdraw(uow, instance.id))
    with pytest.raises(Conflict, match="Withdrawn by Wendy"):
        papers.decide("jill", "paper", again, Answer("approve"))


def test_everything_that_is_wrong_is_said_at_once(small: Opener) -> None:
    papers = small({**FILES, "workflows/judging.yaml": WORKFLOW.replace("must: [title]", "must: [title, found]")})
    number = handed_in(papers)
    with pytest.raises(Invalid) as wrong:
        papers.decide("wendy", "paper", number, Answer("submit", {"pages": "many", "found": ""}))
    assert sorted(problem.path for problem in wrong.value.problems) == ["found", "pages"]


def test_any_the_first_answer_decides(small: Opener) -> None:
    papers = small({**FILES, "workflows/judging.yaml": WORKFLOW.replace("agree: all", "agree: any")})
    number = handed_in(papers)
    papers.decide("jill", "paper", number, Answer("approve", {"verdict": "Fine"}))
    assert papers.row("paper", number)["state"] == "accepted"
    with pytest.raises(Conflict, match="Already decided by Jill"):
        papers.decide("jack", "paper", number, Answer("reject", comment="No"))


def test_a_return_goes_back_and_everything_is_done_again(small: Opener) -> None:
    papers = small(FILES)
    number = handed_in(papers)
    papers.decide("jack", "paper", number, Answer("approve", {"verdict": "Good"}))
    papers.decide("jill", "paper", number, Answer("return", comment="Add a figure"))
    assert papers.asked("paper", number) == {"write": ["wendy"]}
    with pytest.raises(Conflict):
        papers.decide("bob", "paper", number, Answer("approve"))
    update(papers, "wendy", number, {"pages": 14})
    papers.decide("wendy", "paper", number, Answer("submit", {"title": "On bees and figs"}))
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}
    for name in ("jack", "jill"):
        papers.decide(name, "paper", number, Answer("approve"))
    assert papers.row("paper", number)["state"] == "in_review", "the vote of the first round does not count"
    papers.decide("bob", "paper", number, Answer("approve"))
    assert papers.row("paper", number)["title"] == "On bees and figs"
    assert papers.row("paper", number)["state"] == "accepted"


@pytest.mark.parametrize(
    ("name", "answer", "error"),
    [
        ("wendy", Answer("submit"), None),
        ("wendy", Answer("submit", {"title": None}), Invalid),
        ("wendy", Answer("submit", {"pages": 100}), Invalid),
        ("wendy", Answer("submit", {"verdict": "Mine is good"}), Invalid),
        ("wendy", Answer("approve"), Refusal),
        ("wendy", Answer("return"), Refusal),
    ],
)
def test_what_the_step_demands(small: Opener, name: str, answer: Answer, error: type[Exception] | None) -> None:
    papers = small(FILES)
    number = handed_in(papers)
    papers.decide("jack", "paper", number, Answer("return", comment="?"))
    if error is None:
        papers.decide(name, "paper", number, answer)
        return
    with pytest.raises(error):
        papers.decide(name, "paper", number, answer)
    assert papers.asked("paper", number) == {"write": ["wendy"]}
    assert papers.row("paper", number)["pages"] == 12


def test_the_task_of_somebody_else(small: Opener) -> None:
    papers = small(FILES)
    number = handed_in(papers)
    task = papers.task("jack", "paper", number)
    with pytest.raises(Forbidden):
        papers.run("jill", lambda uow: decide(uow, task.id, Answer("approve", {"verdict": "x"})))
    with pytest.raises(Invisible):
        papers.run("jill", lambda uow: decide(uow, 999, Answer("approve")))


def test_the_record_is_locked_but_for_the_fields_of_a_task(small: Opener) -> None:
    papers = small(FILES)
    number = handed_in(papers)
    with pytest.raises(Refusal):
        update(papers, "wendy", number, {"pages": 3})
    with pytest.raises(Refusal):
        update(papers, "wendy", number, {"found": "x"})
    update(papers, "jack", number, {"verdict": "Draft of a verdict"})
    with pytest.raises(Invalid):
        update(papers, "jack", number, {"pages": 3})
    with pytest.raises(Invalid):
        update(papers, "bob", number, {"pages": 3})
    papers.decide("jack", "paper", number, Answer("approve"))
    with pytest.raises((Forbidden, Refusal)):
        update(papers, "jack", number, {"verdict": "Changed my mind"})


def test_who_submitted_may_withdraw_until_the_first_decision(small: Opener) -> None:
    papers = small(FILES)
    number = handed_in(papers)
    instance = papers.see("wendy", lambda view: instances_of(view, "paper", number))[-1]
    with pytest.raises(Forbidden):
        papers.run("walt", lambda uow: withdraw(uow, instance.id))
    papers.run("wendy", lambda uow: withdraw(uow, instance.id, "Forgot something"))
    assert papers.row("paper", number)["state"] == "draft"
    with pytest.raises(Conflict):
        papers.run("wendy", lambda uow: withdraw(uow, instance.id))
    update(papers, "wendy", number, {"pages": 3})
    papers.run("wendy", lambda uow: fire(uow, "paper", number, "submit"))
    papers.decide("jack", "paper", number, Answer("approve", {"verdict": "Good"}))
    again = papers.see("wendy", lambda view: instances_of(view, "paper", number))[-1]
    with pytest.raises(Refusal, match="decided already"):
        papers.run("wendy", lambda uow: withdraw(uow, again.id))


def test_the_submitter_never_judges_the_own_paper(small: Opener) -> None:
    papers = small(FILES)
    papers.person("jane", roles=["judge", "writer"])
    number = handed_in(papers, "jane")
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}


def test_a_first_step_that_is_not_complete_opens_its_task(small: Opener) -> None:
    workflow = WORKFLOW.replace("must: [title]", "must: [title, found]")
    papers = small({**FILES, "workflows/judging.yaml": workflow})
    number = handed_in(papers)
    assert papers.asked("paper", number) == {"write": ["wendy"]}
    with pytest.raises(Invalid, match="found"):
        papers.decide("wendy", "paper", number, Answer("submit"))
    papers.decide("wendy", "paper", number, Answer("submit", {"found": "yes"}))
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}


def test_a_step_is_skipped_unless_its_condition_is_true(small: Opener) -> None:
    workflow = WORKFLOW.replace("    who: role:judge\n", "    who: role:judge\n    when: pages > 20\n")
    papers = small({**FILES, "workflows/judging.yaml": workflow})
    short = handed_in(papers)
    assert papers.row("paper", short)["state"] == "accepted"
    long = handed_in(papers, pages=21)
    assert papers.asked("paper", long) == {"judge": ["bob", "jack", "jill"]}


def test_the_story_and_the_inbox(small: Opener) -> None:
    papers = small(FILES)
    number = handed_in(papers)
    assert [line.title for line in papers.see("jack", inbox)] == ["On bees"]
    assert len(papers.see("jack", inbox)) == 1
    assert [line.submitter for line in papers.see("jack", inbox)] == ["Wendy"]
    assert papers.see("wendy", inbox) == []
    assert [str(line.step["en"]) for line in papers.see("wendy", submitted)] == ["Judge"]
    papers.decide("jack", "paper", number, Answer("approve", {"verdict": "Good"}, comment="Well done"))
    story = papers.see("wendy", lambda view: timeline(view, "paper", fetch(view, "paper", number)))[0]
    told = [(entry.kind, entry.step, entry.decision, str(entry.who), entry.comment) for entry in story.entries if entry.kind == "decided"]
    assert told == [("decided", "write", "submit", "Wendy", ""), ("decided", "judge", "approve", "Jack", "Well done")]
    assert [str(asked.who) for asked in story.asked] == ["Jill", "Bob"]
    assert [ahead.name for ahead in story.expected] == ["accepted"]
    assert not story.may_withdraw
    assert "decided already" in str(story.why_not_withdraw)
    duty = papers.see("jill", lambda view: duties(view, "paper", fetch(view, "paper", number)))[0]
    assert [choice.decision for choice in duty.choices] == ["approve", "reject", "return"]
    assert [choice.needs_comment for choice in duty.choices] == [False, True, True]
    assert str(duty.choices[0].next) == "Then 1 more people decide."
    assert str(duty.choices[1].next) == "Then it ends: Rejected"
    assert duty.choices[2].targets == (("write", {"en": "Write"}),)


def test_a_record_is_not_deleted_while_somebody_is_asked_about_it(small: Opener) -> None:
    papers = small(FILES)
    number = handed_in(papers)
    with pytest.raises(Refusal):
        papers.run("bob", lambda uow: delete(uow, "paper", number))
    assert len(papers.see("jack", inbox)) == 1


def test_a_workflow_without_anybody_waits_for_its_admin(small: Opener) -> None:
    workflow = WORKFLOW.replace("who: role:judge", "who: role:reader\n    except: user:rita")
    papers: Small = small({**FILES, "workflows/judging.yaml": workflow})
    number = handed_in(papers)
    assert papers.asked("paper", number) == {"judge": ["bob"]}
    story = papers.see("bob", lambda view: timeline(view, "paper", fetch(view, "paper", number)))[0]
    assert [incident.kind for incident in story.incidents] == ["nobody"]
    papers.decide("bob", "paper", number, Answer("approve", {"verdict": "I stand in"}))
    assert papers.row("paper", number)["state"] == "accepted"
    story = papers.see("bob", lambda view: timeline(view, "paper", fetch(view, "paper", number)))[0]
    assert story.incidents == ()


def test_too_many_steps_without_anybody_are_stopped(small: Opener) -> None:
    idle = "".join(f"  idle_{number}: {{who: role:judge, do: review, when: pages > 100}}\n" for number in range(60))
    papers = small({**FILES, "workflows/judging.yaml": WORKFLOW.replace("  judge:\n", idle + "  judge:\n")})
    number = handed_in(papers)
    story = papers.see("bob", lambda view: timeline(view, "paper", fetch(view, "paper", number)))[0]
    assert [incident.kind for incident in story.incidents] == ["loop"]
    papers.run("bob", lambda uow: resolve_incident(uow, story.incidents[0].id, "skip", "Go on"))
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}


def test_a_record_that_goes_with_another_takes_its_work_along(small: Opener) -> None:
    book = "entity: book\nfields: {name: {type: text}}\naccess: {everybody: {read: true}, boss: {create: true, delete: true}}"
    paper = ENTITY.replace("  pages:", "  book: {type: link, to: book, on_delete: cascade}\n  pages:")
    papers = small({**FILES, "models/book.yaml": book, "models/paper.yaml": paper})
    volume = papers.create("bob", "book", {"name": "Bees"})
    number = handed_in(papers, book=volume)
    task = papers.task("jack", "paper", number)
    papers.run("bob", lambda uow: delete(uow, "book", volume))
    assert len(papers.see("jack", inbox)) == 0
    with pytest.raises(Invisible):
        papers.run("jack", lambda uow: decide(uow, task.id, Answer("approve", {"verdict": "Good"})))
    instance = papers.see("ada", lambda view: instances_of(view, "paper", number))[0]
    assert (instance.open, instance.state) == (False, "cancelled")
