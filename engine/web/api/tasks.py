"""The inbox over HTTP: the caller's open tasks, what each one asks, and deciding it."""

from __future__ import annotations

from engine import records, workflow
from engine.errors import Invalid, Invisible, Message, Problem
from engine.records import RowChanges
from engine.unit_of_work import UnitOfWork, View
from engine.workflow import Choice, Duty, Waiting

from . import body
from .door import Answer, Call
from .scope import TASKS

PAGE = 50


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
    body.only(given, "values", "comment", "to")
    values = {name: RowChanges(v) if isinstance(v, list) else v for name, v in body.object_of(given, "values").items()}
    version = body.version_of(call.request, required=False)
    answer = workflow.Answer(decision, values, body.text_of(given, "comment"), body.text_of(given, "to") or None, version)

    def work(uow: UnitOfWork) -> Answer:
        workflow.decide(uow, number, answer)
        return Answer({"id": number, "decision": decision, "_warnings": [w.render(call.actor.language) for w in uow.warnings]})

    return call.write(work)


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
    }


def _choice(call: Call, choice: Choice) -> dict[str, object]:
    language = call.actor.language
    return {
        "decision": choice.decision,
        "needs_comment": choice.needs_comment,
        "to": [{"step": name, "label": Message(label).render(language)} for name, label in choice.targets],
        "next": choice.next.render(language),
    }
