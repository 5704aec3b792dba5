"""Several people at the same moment: exactly one advance, and whoever comes second is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import pytest

from engine import storage
from engine.errors import ObjectloomError
from engine.workflow import Answer, Move, events_of, fire, instances_of, move, withdraw
from engine.workflow.replay import replay
from tests.dying import FORK
from tests.racing import at_once, loser
from tests.workflow.conftest import Opener
from tests.workflow.papers import ENTITY, FILES, WORKFLOW, handed_in, many_handed_in
from tests.workflow.small import PEOPLE, Files, Small, hire, open_small

HOUR = timedelta(hours=1)


def happened(papers: Small, number: int) -> Counter[str]:
    """How often each kind of event happened; the events must tell what is stored."""
    events = papers.see("system", lambda view: events_of(view, "paper", number))
    instance = papers.see("system", lambda view: instances_of(view, "paper", number))[-1]
    assert replay(event for event in events if event.instance_id == instance.id).state == instance.state
    return Counter(event.kind for event in events)


def kinds(raised: Sequence[Exception | None]) -> list[str]:
    return sorted(type(error).__name__ for error in raised if error is not None)


Act = Callable[[Small, int], object]
POOL = WORKFLOW.replace("agree: all", "agree: any\n    allow: [claim]").replace("    must: [verdict]\n", "")
TIMED = WORKFLOW.replace("agree: all", "agree: any\n    timers: [{after: 'field:due', do: approve}]").replace("    must: [verdict]\n", "")
DATED = ENTITY.replace("  secret:", "  due: {type: datetime}\n  secret:")


def of_processes(url: str, files: Files, numbers: Sequence[int], *acts: Act) -> list[list[str]]:
    """Each act in a process of its own, paper by paper at the same moment; what each raised for each paper, blank for nothing."""
    start, (reader, writer) = FORK.Barrier(len(acts)), FORK.Pipe(duplex=False)

    def contend(place: int, act: Act) -> None:
        with open_small(url, files) as papers:
            papers.people = {name: at for at, name in enumerate(PEOPLE, 1)}
            raised = []
            for number in numbers:
                start.wait(60)
                try:
                    act(papers, number)
                    raised.append("")
                except ObjectloomError as error:
                    raised.append(type(error).__name__)
            writer.send((place, raised))

    processes = [FORK.Process(target=contend, args=(place, act)) for place, act in enumerate(acts)]
    for process in processes:
        process.start()
    writer.close()  # a process that dies of something else ends the waiting for its answer
    found = dict(reader.recv() for _ in processes)
    for process in processes:
        process.join()
    return [[found[place][at] for place in range(len(acts))] for at in range(len(numbers))]


def withdrawing(papers: Small, number: int) -> None:
    """Wendy takes a paper back."""
    instance = papers.see("system", lambda view: instances_of(view, "paper", number))[-1]
    papers.run("wendy", lambda uow: withdraw(uow, instance.id))


def claiming(name: str) -> Act:
    """Somebody takes the task for all."""
    return lambda papers, number: papers.run(name, lambda uow: move(uow, papers.task(name, "paper", number).id, Move("claim")))


def deciding(name: str, answer: Answer) -> Act:
    """Somebody decides."""
    return lambda papers, number: papers.decide(name, "paper", number, answer)


def ringing(papers: Small, number: int) -> None:
    """A worker comes to the hour at which the timer of a paper is due."""
    due = papers.row("paper", number)["due"]
    assert isinstance(due, datetime)
    papers.runner.run_due(due)


NO = Answer("reject", comment="No")
RACES: Mapping[str, tuple[str, tuple[Act, Act], list[list[str]]]] = {
    "the last two agree": (WORKFLOW, (deciding("jack", Answer("approve")), deciding("jill", Answer("approve"))), [["", ""]]),
    "decide, withdraw": (WORKFLOW, (deciding("jack", NO), withdrawing), [["", "Conflict"]]),
    "decide, timer": (TIMED, (deciding("jack", NO), ringing), [["", ""], ["", "Conflict"]]),
    "claim, claim": (POOL, (claiming("jack"), claiming("jill")), [["", "Conflict"]]),
}


@pytest.mark.parametrize("race", RACES)
def test_processes_at_the_same_moment(database_url: str, race: str, effort: Callable[[int, int], int]) -> None:
    workflow, acts, expected = RACES[race]
    files = {**FILES, "models/paper.yaml": DATED, "workflows/judging.yaml": workflow}
    with open_small(database_url, files) as papers:
        hire(papers, PEOPLE)
        numbers = many_handed_in(papers, effort(10, 1000), HOUR)
        for number in numbers if race == "the last two agree" else ():
            papers.decide("bob", "paper", number, Answer("approve", {"verdict": "Good"}))
    raised = of_processes(database_url, files, numbers, *acts)
    assert all(sorted(each) in expected for each in raised), raised
    with open_small(database_url, files) as papers:
        assert all(happened(papers, number)["ended"] == (race != "claim, claim") for number in numbers)
        with papers.look("system") as view:
            assert not list(storage.verify(view.connection, papers.ground.audit_key))


def test_the_last_two_agree_at_once_and_it_ends_once(small: Opener, effort: Callable[[int, int], int]) -> None:
    papers = small(FILES)
    for number in many_handed_in(papers, effort(50, 1000)):
        papers.decide("bob", "paper", number, Answer("approve", {"verdict": "Good"}))
        raised = at_once(
            lambda: papers.decide("jack", "paper", number, Answer("approve")),  # noqa: B023 - joined before the next one
            lambda: papers.decide("jill", "paper", number, Answer("approve")),  # noqa: B023
        )
        assert kinds(raised) == []
        assert papers.row("paper", number)["state"] == "accepted"
        assert happened(papers, number)["ended"] == 1


def test_a_decision_against_a_timer(small: Opener, effort: Callable[[int, int], int]) -> None:
    papers = small({**FILES, "models/paper.yaml": DATED, "workflows/judging.yaml": TIMED})
    for number in many_handed_in(papers, effort(50, 1000), HOUR):
        due = papers.clock.now() + HOUR
        raised = at_once(
            lambda: papers.decide("jack", "paper", number, Answer("reject", comment="No")),  # noqa: B023
            lambda: papers.runner.run_due(due),  # noqa: B023
        )
        assert kinds(raised) in ([], ["Conflict"])
        assert all(str(error).startswith("The time for this task was over") for error in raised if error)
        assert happened(papers, number)["ended"] == 1
        state = str(papers.row("paper", number)["state"])
        assert state == ("accepted" if kinds(raised) else "refused"), "who came second is told, and the first one's word counts"


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
    for number in many_handed_in(papers, effort(50, 1000)):
        instance = papers.see("system", lambda view: instances_of(view, "paper", number))[-1]  # noqa: B023
        raised = at_once(
            lambda: papers.decide("jack", "paper", number, Answer("reject", comment="No")),  # noqa: B023
            lambda: papers.run("wendy", lambda uow: withdraw(uow, instance.id)),  # noqa: B023
        )
        assert kinds(raised) == ["Conflict"]
        told = "Withdrawn by Wendy" if raised[0] else "It has ended already"
        assert str(next(error for error in raised if error)).startswith(told)
        assert happened(papers, number)["ended"] == 1
        assert papers.row("paper", number)["state"] == ("draft" if raised[0] else "refused")


def test_submitting_twice_at_once_starts_one_workflow(small: Opener, effort: Callable[[int, int], int]) -> None:
    papers = small(FILES)
    for _ in range(effort(6, 150)):
        number = papers.create("wendy", "paper", {"title": "On bees", "pages": 12})
        submit = lambda: papers.run("wendy", lambda uow: fire(uow, "paper", number, "submit"))  # noqa: B023, E731
        assert str(loser(submit, submit)) == "“Submit” is not possible in the state “In review”."
        assert happened(papers, number)["started"] == 1


def test_two_take_a_task_for_all_at_once(small: Opener, effort: Callable[[int, int], int]) -> None:
    papers = small({**FILES, "workflows/judging.yaml": POOL})
    for number in many_handed_in(papers, effort(50, 1000)):
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
