"""Whatever people, connectors and administrators do: what is stored is what the events tell, and nothing is ever forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from engine.errors import ObjectloomError
from engine.loading import load_sources
from engine.migration import apply
from engine.plugins import CallFailed
from engine.storage import later_tables, system_tables, workflow_tables
from engine.workflow import (
    STEERING,
    WITH_TASK,
    Answer,
    Instance,
    Move,
    Task,
    all_tasks,
    events_of,
    fire,
    incidents_of,
    instances_of,
    move,
    reassign,
    resolve_incident,
    withdraw,
)
from engine.workflow.replay import Part, Standing, replay
from tests.applications import sources
from tests.workflow.conftest import Opener
from tests.workflow.definitions import definitions
from tests.workflow.papers import FILES
from tests.workflow.small import PLUGINS, Small, text_of

WORKFLOW = """
workflow: judging
for: paper
starters: role:writer
admin: role:boss
withdraw: any_time
steps:
  write: {who: submitter, do: fill, edit: [title, pages], must: [title]}
  look_up:
    do: run
    run: register.search
    with: {words: =title}
    save: {found: hits}
    retry: {times: 2, wait: 1 minute}
    then:
      ok:
        - {when: 'found = "none"', go: write}
        - {go: judge}
  judge: {who: role:judge, do: review, agree: all, edit: [verdict], max_rounds: 3, then: {return: [write]},
    allow: [return, transfer, delegate, add_before, add_after, add_peer, cc, urge, reclaim]}
  both:
    do: parallel
    when: pages > 20
    branches: {one: {who: role:judge, agree: 2}, two: {steps: {first: {who: role:reader}, second: {who: role:boss, allow: [return, transfer]}}}}
    then: {return: [write]}
  sign: {who: role:boss, do: review, when: pages > 20, except: actor:judge, after_return: resume, then: {return: [write, judge]}}
ends:
  accepted: {call: accept}
  rejected: {call: refuse}
  withdrawn: {call: take_back}
  cancelled: {call: take_back}
"""
MINUTE = timedelta(minutes=1)
PEOPLE = st.sampled_from(["wendy", "walt", "jack", "jill", "bob", "rita", "ada"])
ANSWERS = st.sampled_from([{"hits": "many"}, {"hits": "none"}, CallFailed("timeout", "?"), CallFailed("refused", "?"), {"hits": 3}])
DECISIONS = st.sampled_from(["approve", "approve", "submit", "submit", "return", "reject"])


def same(instance: Instance, told: Standing) -> bool:
    """Whether an instance stands where its events say."""
    stored = (instance.state, instance.open, instance.visits, instance.branches, instance.picked, instance.resume, instance.version)
    return stored == (told.state, told.open, told.visits, told.branches, told.picked, told.resume, told.version)


def facts(task: Task | Part) -> tuple[object, ...]:
    """What the events tell of a task."""
    return (task.step, task.round, task.person, task.owner, task.kind, task.parent, task.status, task.decision, task.actor)


class Judging(RuleBasedStateMachine):
    """One paper after the other, in the hands of people who do anything at any time."""

    def __init__(self, papers: Small, workflows: st.SearchStrategy[str]) -> None:
        super().__init__()
        self.papers = papers
        self.workflows = workflows

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """A definition, and a paper that is written under it."""
        written = sources(text_of({**FILES, "workflows/judging.yaml": data.draw(self.workflows)}))
        apply(self.papers.database, written, load_sources(written, plugins=PLUGINS), "tests", self.papers.clock.now())
        self.papers.app.serving.reload()
        self.papers.runner.run_due()
        self.steps = tuple(self.papers.metadata.workflows["judging"].steps)
        self.number = self.papers.create("wendy", "paper", {"title": "On bees", "pages": 12})

    def attempt(self, work: Callable[[], object]) -> bool:
        """Whether the engine did it; what it refuses changes nothing, and anything but a refusal is a bug."""
        before = self.events()
        try:
            work()
        except ObjectloomError:
            assert self.events() == before
            return False
        return True

    def events(self) -> int:
        return len(self.papers.see("system", lambda view: events_of(view, "paper", self.number)))

    @rule()
    def hand_in(self) -> None:
        self.attempt(lambda: self.papers.run("wendy", lambda uow: fire(uow, "paper", self.number, "submit")))

    @rule(answer=ANSWERS, minutes=st.sampled_from([0, 1, 2, 3, 100, 1500]))
    def wait(self, answer: object, minutes: int) -> None:
        self.papers.line.answers.append(answer)
        self.papers.runner.run_due(self.papers.clock.now().replace(microsecond=0) + minutes * MINUTE)

    @rule(name=PEOPLE, decision=DECISIONS, pages=st.sampled_from([None, 30]), to=st.none() | st.integers(0, 4))
    def decide(self, name: str, decision: str, pages: int | None, to: int | None) -> None:
        mine = [t for t in self.tasks() if t.person == self.papers.people[name] and t.status == "open"]
        if mine:
            values = {} if pages is None else {"pages": pages}
            answer = Answer(decision, values, "So it is", None if to is None else self.step(to))
            if self.attempt(lambda: self.papers.decide(name, "paper", self.number, answer)):
                self.counted_once(mine[0], decision)

    def step(self, number: int) -> str:
        return self.steps[number % len(self.steps)]

    def counted_once(self, task: Task, decision: str) -> None:
        """A vote that was taken is there, once, and by who cast it."""
        (now,) = (each for each in self.tasks() if each.id == task.id)
        assert now.decision == decision
        assert now.actor == task.person
        happened = self.papers.see("system", lambda view: events_of(view, "paper", self.number))
        assert len([event for event in happened if event.kind == "decided" and event.task_id == task.id]) == 1

    @rule(name=PEOPLE, kind=st.sampled_from(WITH_TASK), to=PEOPLE)
    def move(self, name: str, kind: str, to: str) -> None:
        mine = [t for t in self.tasks() if t.person == self.papers.people[name] and t.status == "open"]
        if mine:
            wish = Move(kind, [self.papers.people[to]], "Please")
            self.attempt(lambda: self.papers.run(name, lambda uow: move(uow, mine[0].id, wish)))

    @rule(name=PEOPLE, verb=st.sampled_from(sorted(set(STEERING) - {"withdraw"})), to=st.integers(0, 4))
    def steer(self, name: str, verb: str, to: int) -> None:
        found = self.papers.see("system", lambda view: instances_of(view, "paper", self.number))
        if found:
            self.attempt(lambda: self.papers.run(name, lambda uow: STEERING[verb](uow, found[-1].id, self.step(to), "It must be")))

    @rule(name=PEOPLE, to=PEOPLE)
    def give_away(self, name: str, to: str) -> None:
        waiting = [task for task in self.tasks() if task.waits]
        if waiting:
            person = self.papers.people[to]
            self.attempt(lambda: self.papers.run(name, lambda uow: reassign(uow, waiting[0].id, person, "It must be")))

    @rule(name=PEOPLE)
    def take_back(self, name: str) -> None:
        found = self.papers.see("system", lambda view: instances_of(view, "paper", self.number))
        if found:
            self.attempt(lambda: self.papers.run(name, lambda uow: withdraw(uow, found[-1].id)))

    @rule(name=PEOPLE, resolution=st.sampled_from(["retry", "skip", "cancel"]))
    def resolve(self, name: str, resolution: str) -> None:
        found = self.papers.see("system", lambda view: incidents_of(view, "paper", self.number))
        if found:
            self.attempt(lambda: self.papers.run(name, lambda uow: resolve_incident(uow, found[0].id, resolution, "Seen")))  # type: ignore[arg-type]

    def tasks(self) -> list[Task]:
        return self.papers.see("system", lambda view: all_tasks(view, "paper", self.number))

    @invariant()
    def stored_is_what_happened(self) -> None:
        for instance in self.papers.see("system", lambda view: instances_of(view, "paper", self.number)):
            happened = [
                e for e in self.papers.see("system", lambda view: events_of(view, "paper", self.number)) if e.instance_id == instance.id
            ]
            told = replay(happened)
            assert same(instance, told)
            own = [task for task in self.tasks() if task.instance_id == instance.id]
            assert {number: facts(part) for number, part in told.tasks.items()} == {task.id: facts(task) for task in own}

    @invariant()
    def running_work_waits_for_somebody(self) -> None:
        instances = self.papers.see("system", lambda view: instances_of(view, "paper", self.number))
        running = [instance for instance in instances if instance.open]
        assert len(running) <= 1
        open_tasks = [task for task in self.tasks() if task.status == "open"]
        stuck = self.papers.see("system", lambda view: incidents_of(view, "paper", self.number))
        with self.papers.database.read() as connection:
            job = later_tables.job
            jobs = connection.execute(job.select().where(job.c.state == "waiting")).fetchall()
            locks = connection.execute(system_tables.record_lock.select()).fetchall()
            grants = connection.execute(system_tables.grant.select().where(system_tables.grant.c.source.startswith("task:"))).fetchall()
            asked = connection.execute(workflow_tables.task.select().where(workflow_tables.task.c.status == "open")).fetchall()
            waiting = len(connection.execute(workflow_tables.task.select().where(workflow_tables.task.c.status == "waiting")).fetchall())
        state = self.papers.row("paper", self.number)["state"]
        assert state == "in_review" or not running
        assert bool(locks) >= bool(running)
        assert len(grants) == len(asked) + waiting
        if running:
            assert open_tasks or stuck or jobs
        else:
            assert not open_tasks
            assert not stuck

    def teardown(self) -> None:
        """The next example begins with nothing running."""
        found = self.papers.see("system", lambda view: instances_of(view, "paper", self.number))
        if found and found[-1].open:
            self.papers.run("wendy", lambda uow: withdraw(uow, found[-1].id))
        self.papers.line.answers.clear()


def test_the_engine_is_what_its_events_tell(small: Opener, effort: Callable[[int, int], int]) -> None:
    papers = small({**FILES, "workflows/judging.yaml": WORKFLOW})
    run_state_machine_as_test(
        lambda: Judging(papers, st.just(WORKFLOW) | definitions()),  # type: ignore[arg-type] # a factory is as good as a class
        settings=settings(max_examples=effort(10, 300), stateful_step_count=effort(20, 40), deadline=None),
    )
