"""Timers of steps, on a clock that is moved by hand, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine import jobs
from engine.errors import Conflict, TryAgain
from engine.jobs import Job, Runner, Work, Works
from engine.records import change, fetch
from engine.unit_of_work import UnitOfWork
from engine.workflow import Answer, Event, cancel, decide, events_of, instances_of, jump
from engine.workflow.due_together import together
from tests.workflow.papers import ENTITY, LIFECYCLE, handed_in
from tests.workflow.small import Files, Small

WORKFLOW = """
workflow: judging
for: paper
starters: [role:writer, role:boss]
admin: role:boss
steps:
  judge:
    who: role:judge
    do: review
    agree: {agree}
    timers:
{timers}
ends:
  accepted: {{call: accept}}
  rejected: {{call: refuse}}
  late: {{call: refuse}}
  withdrawn: {{call: take_back}}
"""
DAY = timedelta(days=1)


def files(*timers: str, agree: str = "any", fields: str = "") -> Files:
    entity = ENTITY.replace("  secret:", f"{fields}  secret:")
    lines = "\n".join(f"      - {timer}" for timer in timers)
    return {"paper": entity, "lifecycle": LIFECYCLE, "workflow": WORKFLOW.format(agree=agree, timers=lines)}


def at(text: str) -> datetime:
    """A time in Shanghai; tests begin on Monday, 2026-03-02, 09:00."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def timed(papers: Small, number: int) -> list[Event]:
    events = papers.see("system", lambda view: events_of(view, "paper", number))
    return [event for event in events if event.kind == "timed"]


@pytest.fixture
def papers(small: Callable[[Files], Small]) -> Callable[..., Small]:
    return lambda *timers, **more: small(files(*timers, **more))


def test_a_reminder_is_repeated_as_often_as_it_says(papers: Callable[..., Small]) -> None:
    world = papers("{after: 2 workdays, do: remind, every: 1 workday, times: 3}")
    number = handed_in(world)
    world.runner.run_due(at("2026-03-20 09:00"))
    assert [event.at for event in timed(world, number)] == [at("2026-03-04 09:00"), at("2026-03-05 09:00"), at("2026-03-06 09:00")]


def test_after_an_outage_a_reminder_is_sent_once(papers: Callable[..., Small]) -> None:
    world = papers("{after: 1 day, do: remind, every: 1 day, times: 5}")
    number = handed_in(world)
    world.clock.move_to(at("2026-03-05 10:00"))
    world.runner.run_due()
    assert [event.at for event in timed(world, number)] == [at("2026-03-05 10:00")]
    world.runner.run_due(at("2026-03-06 10:00"))
    assert [event.at for event in timed(world, number)] == [at("2026-03-05 10:00"), at("2026-03-06 10:00")]


def test_missed_timers_fire_in_the_order_in_which_they_were_due(papers: Callable[..., Small]) -> None:
    world = papers("{after: 3 days, do: approve}", "{after: 2 days, do: remind}")
    number = handed_in(world)
    world.clock.move_to(at("2026-03-09 09:00"))
    world.runner.run_due()
    assert [event.detail["do"] for event in timed(world, number)] == ["remind", "approve"]
    assert world.row("paper", number)["state"] == "accepted"


@pytest.mark.parametrize(("do", "state"), [("approve", "accepted"), ("reject", "refused"), ("go, to: late", "refused")])
def test_a_timer_decides(papers: Callable[..., Small], do: str, state: str) -> None:
    world = papers(f"{{after: 90 minutes, do: {do}}}", agree="all")
    number = handed_in(world)
    world.runner.run_due(at("2026-03-02 10:29"))
    assert world.row("paper", number)["state"] == "in_review"
    world.runner.run_due(at("2026-03-02 10:30"))
    assert world.row("paper", number)["state"] == state
    assert timed(world, number)[0].actor is None
    assert world.asked("paper", number) == {}


@pytest.mark.parametrize(("agree", "asked"), [("any", ["bob", "jack", "jill", "rita"]), ("all", ["rita"])])
def test_an_escalation_asks_others(papers: Callable[..., Small], agree: str, asked: list[str]) -> None:
    world = papers("{after: 1 workday, do: escalate, to: role:reader}", agree=agree)
    number = handed_in(world)
    world.runner.run_due(at("2026-03-03 09:00"))
    assert world.asked("paper", number) == {"judge": asked}
    world.decide("rita", "paper", number, Answer("approve"))
    assert world.row("paper", number)["state"] == "accepted"


def test_a_step_that_was_left_is_not_timed_any_more(papers: Callable[..., Small]) -> None:
    world = papers("{after: 1 day, do: reject}")
    number = handed_in(world)
    world.decide("jack", "paper", number, Answer("approve"))
    assert world.runner.run_due(at("2026-03-20 09:00")) == 0
    assert world.row("paper", number)["state"] == "accepted"


def test_a_deadline_moves_with_its_field(papers: Callable[..., Small]) -> None:
    world = papers("{after: field:closes_on, do: reject}", fields="  closes_on: {type: date}\n")
    number = handed_in(world, closes_on="2026-03-10")
    world.run("system", lambda uow: _change(uow, number, closes_on=date(2026, 3, 5)))
    world.runner.run_due(at("2026-03-04 23:59"))
    assert world.row("paper", number)["state"] == "in_review"
    world.run("system", lambda uow: _change(uow, number, closes_on=None))
    assert world.runner.run_due(at("2026-03-06 00:00")) == 0
    world.run("system", lambda uow: _change(uow, number, closes_on=date(2026, 3, 8)))
    world.runner.run_due(at("2026-03-08 00:00"))
    assert world.row("paper", number)["state"] == "refused"


def test_two_workers_fire_a_timer_once(papers: Callable[..., Small]) -> None:
    world = papers("{after: 1 day, do: remind}")
    numbers = [handed_in(world, title=f"Paper {n}") for n in range(7)]
    other = Runner(world.database, world.clock, world.runner.works)
    world.clock.move_to(at("2026-03-03 09:00"))
    assert world.runner.run_due() + other.run_due() == 7
    assert [len(timed(world, number)) for number in numbers] == [1] * 7


def test_one_timer_that_is_refused_does_not_keep_the_others(papers: Callable[..., Small]) -> None:
    world = papers("{after: 1 day, do: approve}")
    good, bad = handed_in(world), handed_in(world, title="Bad")
    world.run("system", lambda uow: _change(uow, bad, state="draft"))
    world.runner.run_due(at("2026-03-03 09:00"))
    assert world.row("paper", good)["state"] == "accepted"
    assert [_is_open(world, number) for number in (good, bad)] == [False, True]


def _is_open(world: Small, number: int) -> bool:
    return world.see("system", lambda view: instances_of(view, "paper", number))[0].open


def _change(uow: UnitOfWork, number: int, **values: object) -> object:
    return change(uow, "paper", fetch(uow, "paper", number, lock=True), values)


def test_a_corrected_calendar_moves_the_deadlines_that_wait(small: Callable[[Files], Small]) -> None:
    office = "calendar: office\nhours: {mon-fri: ['09:00-17:00']}\n"
    written = files("{after: 2 workdays, do: reject}")
    world = small({**written, "workflow": f"{written['workflow']}calendar: office\n", "office": office})
    number = handed_in(world)
    world.save("system", "calendar_day", calendar="office", day=date(2026, 3, 3), works=False)
    world.runner.run_due(at("2026-03-04 23:00"))
    assert world.row("paper", number)["state"] == "in_review"
    world.runner.run_due(at("2026-03-05 23:00"))
    assert world.row("paper", number)["state"] == "refused"


def test_work_that_began_again_is_finished_all_the_same(small: Callable[[Files], Small]) -> None:
    """What the first attempt had finished was rolled back with it: a reminder would be sent twice otherwise."""
    papers = small(files("{after: 1 day, do: remind}"))
    tries: list[int] = []

    def fire(uow: UnitOfWork, due: Sequence[Job]) -> Sequence[Job]:
        tries.append(len(due))
        if len(tries) == 1:
            due[0].again(uow.connection, uow.now, due[0].payload)
            raise TryAgain
        return due

    handle = together(papers.app.ground, fire, lambda uow, job, reason: None)
    runner = Runner(papers.database, papers.clock, Works({}, together={"again": handle}))
    papers.run("system", lambda uow: jobs.put(uow.connection, Work("again", uow.now)))
    assert runner.run_due() == 1
    assert tries == [1, 1]
    assert runner.run_due(papers.clock.now() + DAY) == 0


@pytest.mark.parametrize(
    ("does", "words"),
    [
        ("do: approve", "The time for this task was over at 2026-03-03 09:00."),
        ("do: escalate, to: role:reader", "Others are asked in your place since 2026-03-03 09:00."),
    ],
)
def test_who_comes_after_the_timer_is_told_so(papers: Callable[..., Small], does: str, words: str) -> None:
    """Not that somebody else decided, who was one of several."""
    world = papers(f"{{after: 1 day, {does}}}", agree="all")
    number = handed_in(world)
    world.decide("jack", "paper", number, Answer("approve"))
    world.runner.run_due(at("2026-03-03 09:00"))
    with pytest.raises(Conflict) as told:
        world.decide("jill", "paper", number, Answer("approve"))
    assert str(told.value) == words


@pytest.mark.parametrize(
    ("steer", "words"),
    [
        (lambda uow, number: jump(uow, number, "judge", "Anew"), "An administrator led this on at 2026-03-02 09:00."),
        (lambda uow, number: cancel(uow, number, "Enough"), "An administrator ended this at 2026-03-02 09:00."),
    ],
)
def test_who_comes_after_the_administrator_is_told_so(
    papers: Callable[..., Small], steer: Callable[[UnitOfWork, int], None], words: str
) -> None:
    world = papers("{after: 1 day, do: remind}", agree="all")
    number = handed_in(world)
    task = world.task("jill", "paper", number).id
    world.decide("jack", "paper", number, Answer("approve"))
    (instance,) = world.see("system", lambda view: instances_of(view, "paper", number))
    world.run("bob", lambda uow: steer(uow, instance.id))
    with pytest.raises(Conflict) as told:
        world.run("jill", lambda uow: decide(uow, task, Answer("approve")))
    assert str(told.value) == words
