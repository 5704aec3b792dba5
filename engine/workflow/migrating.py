"""Running work goes over to a newer definition: which instances stand where, what stands in the way, the move, and the way back.

An instance keeps its revision until it is moved by a plan (WORKFLOW 1.2 row 34, 3.1): a step of the same name is the same step,
`names` says what others are called now. Tasks, votes and deadlines stay (those of a step that is called otherwise begin anew); each
move is an event and can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.errors import Invalid, Message, Problem
from engine.frozen import frozen
from engine.metadata import Metadata, Workflow
from engine.storage import Connection
from engine.unit_of_work import UnitOfWork

from . import ledger, task_rows, timing
from .course import Act, Course, take
from .model import Instance
from .replay import renamed_visits

Names = Mapping[str, str]
"""What steps of the old definition are called in the new one, where that is something else."""


@frozen
class Standing:
    """How many instances of a workflow stand at a step, on one revision."""

    workflow: str
    revision: int
    step: str
    count: int


def standings(connection: Connection) -> list[Standing]:
    """Where all running work stands, by workflow, revision and step."""
    return [Standing(*row) for row in ledger.count_open(connection)]


def obstacles(old: Workflow, new: Workflow | None, standing: str, names: Names) -> Iterator[Message]:
    """Why an instance at the step `standing` cannot go over from `old` to `new`."""
    if new is None:
        yield Message("There is no workflow “{workflow}” any more.", {"workflow": old.label})
        return
    wanted = names.get(standing, standing)
    if not new.has(wanted):
        yield Message("The step “{step}” is gone: name the step in its place.", {"step": standing})
    elif old.step(standing).call is not None and wanted != standing:
        yield Message("“{step}” has been called under its old name; wait until it has answered.", {"step": standing})
    elif old.step(standing).do != new.step(wanted).do:
        yield Message("The step “{step}” does something else now.", {"step": wanted})
    for name in names.values():
        if not new.has(name):
            yield Message("There is no step “{step}”.", {"step": name})


def rehearse(connection: Connection, revision: int, old: Workflow, new: Workflow | None, names: Names) -> dict[int, list[Message]]:
    """What would stand in the way of each instance that runs on `revision`, which has `old`, on its way to `new`; nothing is changed."""
    found = {}
    for instance in ledger.running_on(connection, old.name, revision):
        found[instance.id] = [reason for place in instance.places for reason in obstacles(old, new, place, names)]
    return found


def running_on(connection: Connection, workflow: str, revision: int) -> list[int]:
    """The instances of a workflow that run on a revision, oldest first."""
    return [instance.id for instance in ledger.running_on(connection, workflow, revision)]


def moved_over(connection: Connection, workflow: str) -> list[int]:
    """The running instances of a workflow that went over to a newer revision and not back, oldest first."""
    last = {event.instance_id: event.detail for event in ledger.moves_of(connection, workflow)}
    return [number for number, detail in last.items() if int(str(detail["from"])) < int(str(detail["to"]))]


def move_over(uow: UnitOfWork, instance_id: int, revision: int, names: Names) -> None:
    """Move one instance, if it still runs elsewhere, to the definition of `revision`. Raises Invalid with what stands in the way."""
    course = take(uow, instance_id)
    instance = course.instance
    if not instance.open or instance.revision == revision:
        return
    old = _workflow(uow.definition.revision(instance.revision), instance)
    new = uow.definition.revision(revision).workflows.get(instance.workflow)
    reasons = [reason for place in instance.places for reason in obstacles(old, new, place, names)]
    if reasons:
        raise Invalid([Problem("names", "not_possible", reason) for reason in reasons])
    called = {name: other for name, other in names.items() if name != other}
    otherwise = [place for place in instance.places if place in called]
    for place in otherwise:
        timing.disarm(course, old.step(place))
    _write(course, revision, called)
    assert new is not None
    course.workflow = new
    for place in otherwise:
        timing.arm(course, new.step(called[place]))


def move_back(uow: UnitOfWork, instance_id: int) -> None:
    """Take the last move of an instance back. Raises Invalid where it has entered a step since that the old definition does not know."""
    course = take(uow, instance_id)
    moved = [event for event in course.history if event.kind == "moved"]
    if not moved or not course.instance.open:
        raise Invalid([Problem("instance", "not_moved", Message("There is no move that could be taken back."))])
    last = moved[-1].detail
    names = last.get("names")
    back = {str(new): str(old) for old, new in names.items()} if isinstance(names, Mapping) else {}
    move_over(uow, instance_id, int(str(last["from"])), back)


def _workflow(metadata: Metadata, instance: Instance) -> Workflow:
    return metadata.workflows[instance.workflow]


def _write(course: Course, revision: int, called: Names) -> None:
    """The instance, its tasks and its incidents are of the new revision from now on."""
    instance, uow = course.instance, course.uow
    course.instance = instance._replace(
        revision=revision,
        state=called.get(instance.state, instance.state),
        visits=renamed_visits(instance.visits, called),
        branches={branch: called.get(at, at) for branch, at in instance.branches.items()},
        picked={called.get(step, step): people for step, people in instance.picked.items()},
        resume=_resumed(instance.resume, called),
    )
    _rename(uow.connection, instance.id, called)
    course.note("moved", Act(uow.actor.id, cause="plan"), **{"from": instance.revision, "to": revision, "names": dict(called)})
    course.save()


def _resumed(resume: Mapping[str, str] | None, called: Names) -> Mapping[str, str] | None:
    if resume is None:
        return None
    return {key: called.get(value, value) if key in ("from", "to") else value for key, value in resume.items()}


def _rename(connection: Connection, instance_id: int, called: Names) -> None:
    """Rows that name a step name the new one; names that are exchanged do not meet on the way."""
    for number, old in enumerate(called):
        task_rows.rename_step(connection, instance_id, old, f"~{number}")
    for number, new in enumerate(called.values()):
        task_rows.rename_step(connection, instance_id, f"~{number}", new)
