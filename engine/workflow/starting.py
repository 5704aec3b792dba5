"""Starting a workflow by hand, for records without a lifecycle: a button for those who may start it."""

from __future__ import annotations

from engine.errors import Forbidden, Message
from engine.records import fetch, readable
from engine.unit_of_work import Cause, UnitOfWork

from .directory import Directory
from .people import among
from .steps import start


def begin_workflow(uow: UnitOfWork, workflow_name: str, record_id: int, comment: str = "") -> None:
    """Start a workflow over a record as the acting person. Raises Invisible, Forbidden, Refusal while it is running already."""
    workflow = uow.metadata.workflows[workflow_name]
    row = fetch(uow, workflow.entity, record_id, lock=True)
    readable(uow, uow.metadata.entities[workflow.entity], row)
    if not among(workflow.starters, uow.actor, Directory(uow, workflow.entity, row)):
        raise Forbidden(Message("You may not start “{workflow}”.", {"workflow": workflow.label}))
    with uow.because(Cause("workflow", workflow_name)):
        start(uow, workflow, row, comment)
