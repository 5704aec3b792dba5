"""The inbox over HTTP: the caller's open tasks, what each one asks, and deciding it."""

from __future__ import annotations

from collections.abc import Callable

from engine import records, workflow
from engine.errors import Invalid, Invisible, Message, Problem
from engine.records import RowChanges
from engine.unit_of_work import UnitOfWork, View
from engine.workflow import Choice, Duty, Waiting

from . import body
from .bulk import alone, summed
from .door import Answer, Call
from .scope import TASKS

PAGE = 50
MOST = 100
"""How many tasks are approved in one request."""


def list_tasks(call: Call) -> Answer:
    """GET /tasks: the caller's open tasks, newest first; `before` is the id of the last one of the page before."""
    call.require("read", TASKS)
    before = _before(call)
    with call.look() as view:
        waiting = workflow.inbox(view, before=before, limit=PAGE + 1)
        found = [_line(call, each) for each in waiting[:PAGE]]
    return Answer({"tasks": found, "next": found[-1]["id"] if len(waiting) > PAGE else None})


def read_task(call: Call, number: int) -> Answer:
    """GET /tasks/{id}: one open task of the caller, the fields it opens and the decisions it offers."""
    call.require("read", TASKS)
    with call.look() as view:
        waiting = _own(view, number)
        row = records.fetch(view, waiting.entity, waiting.instance.record_id)
        duty = next(d for d in workflow.duties(view, waiting.entity, row) if d.task.id == number)
        return Answer(_line(call, waiting) | _asked(call, duty))


def decide_task(call: Call, number: int, decision: str) -> Answer:
    """POST /tasks/{id}/{decision}: `{"values": {…}, "comment": "…", "to": STEP}`, all optional."""
    call.require("write", TASKS)
    given = body.read_object(call.request)
    body.only(given, "values", "comment", "to", "resume", "picks", "signature")
    values = {name: RowChanges(v) if isinstance(v, list) else v for name, v in body.object_of(given, "values").items()}
    version = body.version_of(call.request, required=False)
    answer = workflow.Answer(
        decision,
        values,
        body.text_of(given, "comment"),
        body.text_of(given, "to") or None,
        version,
        resume=given.get("resume") is True,
        picks={step: _people(people, f"picks.{step}") for step, people in body.object_of(given, "picks").items()},
        signature=body.text_of(given, "signature"),
    )

    def work(uow: UnitOfWork) -> Answer:
        workflow.decide(uow, number, answer)
        return Answer({"id": number, "decision": decision, "_warnings": [w.render(call.actor.language) for w in uow.warnings]})

    return call.write(work)


def approve_tasks(call: Call) -> Answer:
    """POST /tasks/approve: `{"tasks": [ID, …], "comment": "…"}`: each approved alone, with a result of its own."""
    call.require("write", TASKS)
    given = body.read_object(call.request)
    body.only(given, "tasks", "comment")
    numbers, comment = _people(given.get("tasks"), "tasks"), body.text_of(given, "comment")
    if not 0 < len(numbers) <= MOST:
        raise Invalid([Problem("tasks", "length", Message("Please send 1 to {most} items.", {"most": MOST}))])
    return Answer(summed([{"id": number, **alone(call, at, _approving(number, comment))} for at, number in enumerate(numbers, 1)]))


def _approving(number: int, comment: str) -> Callable[[UnitOfWork], Answer]:
    def work(uow: UnitOfWork) -> Answer:
        workflow.approve_among(uow, number, comment)
        return Answer(None)

    return work


def move_task(call: Call, number: int, kind: str) -> Answer:
    """POST /tasks/{id}/moves/{kind}: `{"people": [ID, …], "comment": "…"}`: hand it on, ask others, take it for all."""
    call.require("write", TASKS)
    given = body.read_object(call.request)
    body.only(given, "people", "comment")
    wish = workflow.Move(kind, _people(given.get("people", []), "people"), body.text_of(given, "comment"))

    def work(uow: UnitOfWork) -> Answer:
        workflow.move(uow, number, wish)
        return Answer({"id": number, "moved": kind})

    return call.write(work)


def reassign_task(call: Call, number: int) -> Answer:
    """POST /tasks/{id}/reassign: `{"person": ID, "comment": "…"}`, by who answers for the process."""
    call.require("write", TASKS)
    given = body.read_object(call.request)
    body.only(given, "person", "comment")
    person = _people([given.get("person")], "person")[0]

    def work(uow: UnitOfWork) -> Answer:
        workflow.reassign(uow, number, person, body.text_of(given, "comment"))
        return Answer({"id": number, "person": person})

    return call.write(work)


def hand_over(call: Call, number: int) -> Answer:
    """POST /people/{id}/handover: `{"to": ID, "comment": "…"}`: an administrator gives somebody's work and places to another."""
    call.require("write", TASKS)
    given = body.read_object(call.request)
    body.only(given, "to", "comment")
    to, reason = _people([given.get("to")], "to")[0], body.text_of(given, "comment")
    with call.look() as view:
        held = workflow.holding(view, number)
        workflow.check_successor(view, number, to, reason)
    results = [{"id": task, **alone(call, at, _giving(task, to, reason))} for at, task in enumerate(held.tasks, 1)]

    def rest(uow: UnitOfWork) -> Answer:
        workflow.hand_over_places(uow, number, to, reason)
        return Answer(None)

    call.write(rest, item="places")
    places = {"departments": held.departments, "groups": held.groups, "delegations": held.rules, "incidents": held.incidents}
    return Answer({**summed(results), **{name: list(ids) for name, ids in places.items()}})


def _giving(task: int, to: int, reason: str) -> Callable[[UnitOfWork], Answer]:
    def work(uow: UnitOfWork) -> Answer:
        workflow.reassign(uow, task, to, reason)
        return Answer(None)

    return work


def steer(call: Call, number: int, verb: str) -> Answer:
    """POST /processes/{id}/{verb}: `{"comment": "…", "to": STEP}`; withdraw, urge, reclaim, cancel, jump, reopen."""
    call.require("write", TASKS)
    given = body.read_object(call.request)
    body.only(given, "comment", "to")
    if verb not in workflow.STEERING:
        raise Invisible

    def work(uow: UnitOfWork) -> Answer:
        workflow.STEERING[verb](uow, number, body.text_of(given, "to"), body.text_of(given, "comment"))
        return Answer({"id": number, "done": verb})

    return call.write(work)


def _people(given: object, path: str) -> list[int]:
    if not isinstance(given, list) or not all(isinstance(one, int) and not isinstance(one, bool) and abs(one) < 2**63 for one in given):
        raise Invalid([Problem(path, "type", Message("Please give numbers."))])
    return list(given)


def _before(call: Call) -> int | None:
    text = call.request.args.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid([Problem("before", "type", Message("Please enter a number."))])
    return int(text)


def _own(view: View, number: int) -> Waiting:
    for waiting in workflow.inbox(view, before=number + 1, limit=1):
        if waiting.task is not None and waiting.task.id == number:
            return waiting
    raise Invisible(Message("There is no such open task of yours."))


def _line(call: Call, waiting: Waiting) -> dict[str, object]:
    assert waiting.task is not None
    language = call.actor.language
    submitter = waiting.submitter
    return {
        "id": waiting.task.id,
        "workflow": waiting.instance.workflow,
        "workflow_label": Message(waiting.workflow).render(language),
        "step": waiting.task.step,
        "step_label": Message(waiting.step).render(language),
        "entity": waiting.entity,
        "record": waiting.instance.record_id,
        "title": waiting.title,
        "submitter": submitter.render(language) if isinstance(submitter, Message) else submitter,
        "since": waiting.since,
    }


def _asked(call: Call, duty: Duty) -> dict[str, object]:
    return {
        "edit": sorted(duty.step.edit),
        "must": sorted(duty.step.must),
        "decisions": [_choice(call, choice) for choice in duty.choices],
        "moves": sorted(duty.movements),
        "picks": [_pick(call, each) for each in duty.picks],
        "sign": duty.step.sign,
    }


def _pick(call: Call, each: workflow.Candidates) -> dict[str, object]:
    return {
        "step": each.step,
        "label": Message(each.label).render(call.actor.language),
        "people": [{"id": number, "name": name} for number, name in each.people],
        "min": each.least,
        "max": each.most,
    }


def _choice(call: Call, choice: Choice) -> dict[str, object]:
    language = call.actor.language
    return {
        "decision": choice.decision,
        "needs_comment": choice.needs_comment,
        "to": [{"step": name, "label": Message(label).render(language)} for name, label in choice.targets],
        "next": choice.next.render(language),
    }
