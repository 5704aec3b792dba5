"""One running instance in the hands of one unit of work: the record and the row locked, every move noted as an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.errors import Invisible, TryAgain
from engine.frozen import frozen
from engine.metadata import End, Route, Step, Value, Workflow
from engine.records import RecordFrame, comment_text, fetch, fetch_if_there
from engine.unit_of_work import UnitOfWork, View

from . import ledger, task_rows
from .directory import Directory, Turn
from .machine import Holds, moves_of
from .model import Event, EventKind, Instance, Task


@frozen
class Act:
    """Who did something and what was said; without an `actor` the engine itself acted, because of `cause`.

    Raises Invalid for words that cannot be kept.
    """

    actor: int | None = None
    comment: str = ""
    cause: str = ""

    def __post_init__(self) -> None:
        comment_text(self.comment)


ENGINE = Act(cause="rule")


def entity_of(view: View, entity_id: int) -> str:
    """The present name of the entity with this id for life. Raises Invisible for one that is gone."""
    name = view.metadata.numbered.get(entity_id)
    if name is None:
        raise Invisible
    return name


def entity_id_of(view: View, entity: str) -> int:
    """The id for life of an entity; 0 in an application that was never applied."""
    return view.metadata.identity.number(f"entity:{entity}") or 0


def workflow_of(view: View, instance: Instance) -> Workflow:
    """The workflow as the revision defines it on which the instance began."""
    found = view.definition.revision(instance.revision).flow(instance.workflow)
    assert found is not None, f"revision {instance.revision} has no {instance.workflow}"
    return found


class Course:
    """An instance being moved. `row` is the record as it is now; `moves` counts what happened without a person or an answer.

    `noted` are the events that are not yet written. `tasks` are those of the present round, where they have been read already.
    """

    def __init__(
        self, uow: UnitOfWork, instance: Instance, row: Mapping[str, Value], entity: str, tasks: Sequence[Task] | None = None
    ) -> None:
        self.uow = uow
        self.instance = instance
        self.row = row
        self.entity = entity
        self.workflow: Workflow = workflow_of(uow, instance)
        self.moves = 0
        self.noted: list[Event] = []
        self._tasks: list[Task] | None = None if tasks is None else list(tasks)

    @property
    def step(self) -> Step:
        """The step that the instance stands at; a parallel one as a whole."""
        return self.workflow.steps[self.instance.state]

    def at(self, step: str) -> list[Task]:
        """The tasks of the present round of one step, or of one step of a branch."""
        return [task for task in self.tasks if task.step == step]

    @property
    def ends(self) -> Mapping[str, End]:
        """The ends of the workflow, the built-in ones among them."""
        return moves_of(self.workflow).ends

    @property
    def directory(self) -> Directory:
        """Where the people of this instance are found."""
        return self.directory_of("")

    def directory_of(self, step: str) -> Directory:
        """Where the people of a step are found, those who are asked there now among them."""
        asked = [task.person for task in self._tasks or () if task.step == step and task.status == "open"]
        return Directory(self.uow, self.entity, self.row, self.instance, Turn(step, asked))

    @property
    def frame(self) -> RecordFrame:
        """The surroundings of the workflow's formulas over the record."""
        return RecordFrame(self.uow)

    def refresh(self) -> None:
        """Read the record again after it was written."""
        self.row = fetch(self.uow, self.entity, self.instance.record_id)

    def note(self, kind: EventKind, act: Act = ENGINE, task: Task | None = None, /, **detail: object) -> None:
        """Something happened in the present round of the present step; a task tells whom it concerns."""
        self.note_at(self.instance.state, kind, act, task, **detail)

    def note_at(self, step: str, kind: EventKind, act: Act = ENGINE, task: Task | None = None, /, **detail: object) -> None:
        """Something happened at `step`, which need not be the present one."""
        self.instance = self.instance._replace(version=self.instance.version + 1)
        noted = Event(
            instance_id=self.instance.id,
            seq=self.instance.version,
            at=self.uow.now,
            kind=kind,
            step=step,
            round=self.instance.visits.get(step, 0),
            task_id=task.id if task else None,
            person=task.person if task else None,
            actor=act.actor,
            cause=act.cause,
            comment=act.comment,
            request_id=self.uow.request_id,
            detail=detail,
        )
        self.noted.append(noted)

    def enter(self, step: str) -> None:
        """The instance stands at `step` now, in a new round."""
        visits = {**self.instance.visits, step: self.instance.visits.get(step, 0) + 1}
        self.instance = self.instance._replace(state=step, visits=visits, branches={})
        self._tasks = []
        self.note("entered")

    def enter_branch(self, branch: str, step: str) -> None:
        """A branch of the present step stands at `step` now, in a new round of it."""
        visits = {**self.instance.visits, step: self.instance.visits.get(step, 0) + 1}
        known = [task for task in self.tasks if task.step != step]
        self.instance = self.instance._replace(visits=visits, branches={**self.instance.branches, branch: step})
        self._tasks = known
        self.note_at(step, "entered", branch=branch)

    def close_branch(self, branch: str, outcome: str) -> None:
        """A branch of the present step came out so."""
        self.instance = self.instance._replace(branches={**self.instance.branches, branch: outcome})
        self.note("joined", branch=branch, outcome=outcome)

    def mark(self, resume: Mapping[str, str] | None) -> None:
        """Where the work goes on once what was returned is handed in again."""
        if resume != self.instance.resume:
            self.instance = self.instance._replace(resume=resume)
            self.note("marked", resume=resume)

    def pick(self, step: str, people: Sequence[int], act: Act) -> None:
        """Who was picked for a step to come."""
        self.instance = self.instance._replace(picked={**self.instance.picked, step: list(people)})
        self.note_at(step, "picked", act, people=list(people))

    def reopen(self) -> None:
        """The instance runs again; it must enter a step now."""
        self.instance = self.instance._replace(open=True, ended_at=None)

    def end(self, end: str) -> None:
        """The instance is at one of its ends, for good."""
        self.instance = self.instance._replace(state=end, open=False, ended_at=self.uow.now, branches={}, resume=None)

    def route(self, state: str, outcome: str, holds: Holds) -> Route:
        """Where `outcome` leads from `state`. Raises Refusal where it cannot come out of it, Stuck without a route."""
        return moves_of(self.workflow).move(state, outcome, holds)

    @property
    def tasks(self) -> list[Task]:
        """The tasks of the present round of the present step, the only ones that can be open; read once."""
        if self._tasks is None:
            self._tasks = task_rows.visit_tasks(self.uow.connection, self.instance)
        return self._tasks

    @property
    def history(self) -> list[Event]:
        """All that happened to the instance, what was not yet written among it."""
        return [*ledger.events_of(self.uow.connection, [self.instance.id]), *self.noted]

    def replace(self, changed: Task) -> None:
        """A task of this round is as it was just written."""
        self._tasks = [changed if each.id == changed.id else each for each in self.tasks]

    def save(self) -> None:
        """Write the noted events and where the instance stands."""
        if not self.noted:
            return
        ledger.add_events(self.uow.connection, self.noted)
        ledger.move_instances(self.uow.connection, [self.instance])
        self.noted = []


def take(uow: UnitOfWork, instance_id: int, record: tuple[int, int] | None = None) -> Course:
    """The course of an instance, with the record and the instance locked in this order. Raises Invisible where either is gone.

    `record` are the number of its entity and its id, where they have just been read.
    """
    found = record or ledger.record_of(uow.connection, instance_id)
    if found is None:
        raise Invisible
    entity_id, record_id = found
    entity = entity_of(uow, entity_id)
    row = fetch_if_there(uow, entity, record_id, lock=True)
    locked = ledger.instance_of(uow.connection, instance_id, lock=True)
    if locked is not None and locked.record_id != record_id:
        raise TryAgain("its record became one with another at this moment")
    if locked is None or row is None:
        raise Invisible
    return Course(uow, locked, row, entity)


def running(uow: UnitOfWork, entity: str, record_id: int) -> Iterable[int]:
    """The ids of the instances that run over a record."""
    return [found.id for found in ledger.open_instances(uow.connection, entity_id_of(uow, entity), record_id)]
