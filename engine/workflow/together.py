"""Approving several tasks at once: each is decided alone, in a transaction of its own (WORKFLOW 1.2 row 35)."""

from __future__ import annotations

from engine.errors import Invisible, Message, Refusal
from engine.metadata import Step, Workflow
from engine.unit_of_work import UnitOfWork

from . import ledger, task_rows
from .asking import picks
from .course import workflow_of
from .decide import Answer, decide
from .model import Task


def together(workflow: Workflow, step: Step, task: Task) -> bool:
    """Whether a task may be approved among others: its step says so, and asks for nothing but a yes."""
    asks = step.must or step.sign or step.comment == "required" or any(picks(workflow, step))
    return "batch" in step.allow and step.do == "review" and task.kind != "advice" and not asks


def approve_among(uow: UnitOfWork, task_id: int, comment: str = "") -> None:
    """Approve one task of several. Raises what `decide` raises, and Refusal for one that must be looked at alone."""
    task = task_rows.task_of(uow.connection, task_id)
    instance = ledger.instance_of(uow.connection, task.instance_id) if task is not None else None
    if task is None or instance is None:
        raise Invisible
    workflow = workflow_of(uow, instance)
    step = workflow.step(task.step)
    if task.person == uow.actor.id and not together(workflow, step, task):
        raise Refusal(Message("“{step}” is decided one by one.", {"step": step.label}))
    decide(uow, task_id, Answer("approve", comment=comment))
