"""What one of a person's own open tasks offers: the decisions and where each leads, who is to be picked, what else can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import Message, Text
from engine.frozen import frozen
from engine.metadata import OUTCOMES, Step, Workflow
from engine.records import titles
from engine.unit_of_work import View

from . import ledger, task_rows
from .answering import ADVISE, BACK
from .asking import picks
from .course import entity_id_of
from .effects import Row
from .model import VOTING, Task, return_targets
from .movements import movements
from .outlook import Outlook, in_words
from .people import resolve
from .voting import NEGATIVE, tally, votes_of


@frozen
class Choice:
    """A decision that a task offers: whether it must say why, where a return may lead, and what happens next in words."""

    decision: str
    needs_comment: bool
    targets: tuple[tuple[str, Text], ...]
    next: Message


@frozen
class Duty:
    """The acting person's open task on a record, with the step and what can be decided."""

    task: Task
    step: Step
    workflow: Workflow
    choices: tuple[Choice, ...]
    movements: frozenset[str] = frozenset()
    picks: tuple[Candidates, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """The fields of the record that the task opens."""
        return frozenset() if self.step.sheet else self.step.edit | self.step.must


@frozen
class Candidates:
    """People who must be picked for a later step: among whom, and how many."""

    step: str
    label: Text
    people: tuple[tuple[int, str], ...]
    least: int
    most: int


def duties(view: View, entity: str, row: Row) -> list[Duty]:
    """The acting person's own open tasks on a record."""
    running = ledger.open_instances(view.connection, entity_id_of(view, entity), int(str(row["id"])))
    found = task_rows.tasks_by_visit(view.connection, running) if running else {}
    visits = [(Outlook(view, instance, row, entity), found[instance.id]) for instance in running]
    own = [(outlook, task, tasks) for outlook, tasks in visits for task in tasks if task.status == "open" and task.person == view.actor.id]
    return [_duty(view, outlook, task, [each for each in tasks if each.step == task.step]) for outlook, task, tasks in own]


def _duty(view: View, outlook: Outlook, task: Task, here: Sequence[Task]) -> Duty:
    """`here` are the tasks of its step in this round."""
    instance, workflow = outlook.instance, outlook.workflow
    step = workflow.step(task.step)
    if task.kind == "advice":
        choice = Choice(ADVISE, True, (), Message("Then it goes back to who asked you."))
        return Duty(task, step, workflow, (choice,), movements(step, task, here))
    targets = return_targets(instance, workflow, step)
    offered = [decision for decision in OUTCOMES[step.do] if decision != BACK or targets]
    choices = []
    for decision in offered:
        names = tuple((name, workflow.step(name).label) for name in targets) if decision == BACK else ()
        choices.append(Choice(decision, _needs_comment(step, decision), names, _next(outlook, step, decision, (task, here))))
    return Duty(task, step, workflow, tuple(choices), movements(step, task, here), _candidates(view, outlook, step, task))


def _candidates(view: View, outlook: Outlook, step: Step, task: Task) -> tuple[Candidates, ...]:
    """Who may be picked here for later steps, where nobody has been yet."""
    found = []
    for pick in picks(outlook.workflow, step) if task.kind in VOTING else ():
        if pick.step.name not in outlook.instance.picked:
            people = resolve(pick.picking.among, outlook.directory(pick.step.name))
            names = titles(view, "user", people)
            named = tuple((person, names.get(person) or "") for person in people)
            found.append(Candidates(pick.step.name, pick.step.label, named, pick.picking.least, pick.picking.most))
    return tuple(found)


def _needs_comment(step: Step, decision: str) -> bool:
    return step.comment == "required" or (step.comment == "on_reject" and decision in (NEGATIVE, BACK))


def _next(outlook: Outlook, step: Step, decision: str, visit: tuple[Task, Sequence[Task]]) -> Message:
    """What follows from a decision, in words."""
    task, here = visit
    if decision == BACK:
        return Message("Then it goes back, and the steps after it are done again.")
    if task.kind == "before" and decision != NEGATIVE:
        return Message("Then it goes back to who asked you.")
    decided = [each._replace(status="done", decision=decision) if each.id == task.id else each for each in here]
    votes = votes_of(decided)
    outcome = tally(step.agree, votes) if task.kind in VOTING or decision != NEGATIVE else NEGATIVE
    if outcome is None:
        return Message("Then {count} more people decide.", {"count": sum(vote.decision is None for vote in votes)})
    return in_words(outlook, outlook.after(step.block or step.name, outcome))
