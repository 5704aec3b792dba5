"""Several people at the same moment: exactly one advance, and whoever comes second is told."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence

from engine.errors import ObjectloomError
from engine.workflow import Answer, Move, events_of, fire, instances_of, move, withdraw
from engine.workflow.replay import replay
from tests.workflow.conftest import Opener
from tests.workflow.papers import FILES, WORKFLOW, handed_in
from tests.workflow.small import Small


def at_once(*works: Callable[[], object]) -> list[Exception | None]:
    """Start all works at the same moment; what each raised."""
    start = threading.Barrier(len(works))
    raised: list[Exception | None] = [None] * len(works)

    def contend(place: int, work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
        except ObjectloomError as error:
            raised[place] = error

    threads = [threading.Thread(target=contend, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def happened(papers: Small, number: int) -> Counter[str]:
    """How often each kind of event happened; the events must tell what is stored."""
    events = papers.see("system", lambda view: events_of(view, "paper", number))
    instance = papers.see("system", lambda view: instances_of(view, "paper", number))[-1]
    assert replay(event for event in events if event.instance_id == instance.id).state == instance.state
    return Counter(event.kind for event in events)


def kinds(raised: Sequence[Exception | None]) -> list[str]:
    return sorted(type(error).__name__ for error in raised if error is not None)


def test_the_last_two_agree_at_once_and_it_ends_once(small: Opener, effort: Callable[[int, int], int]) -> None:
    papers = small(FILES)
    for _ in range(effort(6, 150)):
        number = handed_in(papers)
        papers.decide("bob", "paper", number, Answer("approve", {"verdict": "Good"}))
        raised = at_once(
            lambda: papers.decide("jack", "paper", number, Answer("approve")),  # noqa: B023 - joined before the next one
            lambda: papers.decide("jill", "paper", number, Answer("approve")),  # noqa: B023
        )
        assert kinds(raised) == []
        assert papers.row("paper", number)["state"] == "accepted"
        assert happened(papers, number)["ended"] == 1


def test_of_two_first_answers_one_counts(small: Opener, effort: Callable[[int, int], int]) -> None:
    papers = small({**FILES, "workflows/judging.yaml": WORKFLOW.replace("agree: all", "agree: any")})
    for _ in range(effort(6, 150)):
        number = handed_in(papers)
        raised = at_once(
            lambda: papers.decide("jack", "paper", number, Answer("approve", {"verdict": "Good"})),  # noqa: B023
            lambda: papers.decide("jill", "paper", number, Answer("reject", comment="No")),  # noqa: B023
        )
        assert kinds(raised) == ["Conflict"]
        assert "Already decided by" in str(next(error for error in raised if error))
        assert happened(papers, number)["ended"] == 1


def test_a_decision_against_a_withdrawal(small: Opener, effort: Callable[[int, int], int]) -> None:
    papers = small(FILES)
    for _ in range(effort(6, 150)):
        number = handed_in(papers)
        instance = papers.see("system", lambda view: instances_of(view, "paper", number))[-1]  # noqa: B023
        raised = at_once(
            lambda: papers.decide("jack", "paper", number, Answer("reject", comment="No")),  # noqa: B023
            lambda: papers.run("wendy", lambda uow: withdraw(uow, instance.id)),  # noqa: B023
        )
        assert kinds(raised) == ["Conflict"]
        assert happened(papers, number)["ended"] == 1
        assert papers.row("paper", number)["state"] in ("draft", "refused")


def test_submitting_twice_at_once_starts_one_workflow(small: Opener, effort: Callable[[int, int], int]) -> None:
    papers = small(FILES)
    for _ in range(effort(6, 150)):
        number = papers.create("wendy", "paper", {"title": "On bees", "pages": 12})
        submit = lambda: papers.run("wendy", lambda uow: fire(uow, "paper", number, "submit"))  # noqa: B023, E731
        assert kinds(at_once(submit, submit)) == ["Refusal"]
        assert happened(papers, number)["started"] == 1


def test_two_take_a_task_for_all_at_once(small: Opener, effort: Callable[[int, int], int]) -> None:
    pool = WORKFLOW.replace("agree: all", "agree: any\n    allow: [claim]").replace("    must: [verdict]\n", "")
    papers = small({**FILES, "workflows/judging.yaml": pool})
    for _ in range(effort(6, 150)):
        number = handed_in(papers)
        tasks = {name: papers.task(name, "paper", number).id for name in ("jack", "jill")}
        raised = at_once(
            lambda: papers.run("jack", lambda uow: move(uow, tasks["jack"], Move("claim"))),  # noqa: B023
            lambda: papers.run("jill", lambda uow: move(uow, tasks["jill"], Move("claim"))),  # noqa: B023
        )
        assert kinds(raised) == ["Conflict"]
        assert "has taken this task" in str(next(error for error in raised if error))
        assert len(papers.asked("paper", number)["judge"]) == 1


def test_a_decision_against_handing_the_task_on(small: Opener, effort: Callable[[int, int], int]) -> None:
    papers = small({**FILES, "workflows/judging.yaml": WORKFLOW.replace("agree: all", "agree: any")})
    for _ in range(effort(6, 150)):
        number = handed_in(papers)
        task = papers.task("jack", "paper", number).id
        raised = at_once(
            lambda: papers.decide("jill", "paper", number, Answer("reject", comment="No")),  # noqa: B023
            lambda: papers.run("jack", lambda uow: move(uow, task, Move("transfer", [papers.people["rita"]]))),  # noqa: B023
        )
        assert kinds(raised) in ([], ["Conflict"])
        assert happened(papers, number)["ended"] == 1
        assert papers.asked("paper", number) == {}
