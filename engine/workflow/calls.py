"""A step that asks a connector: the call is a job, written in the transaction that reached the step."""

from __future__ import annotations

from datetime import timedelta

from engine.jobs import Work, put
from engine.metadata import Step

from .course import Course

JOB = "call"


def schedule(course: Course, step: Step, attempt: int, wait_seconds: int = 0) -> None:
    """Ask for the call of a step that the instance stands at, now or after a while."""
    instance = course.instance
    payload = {"instance": instance.id, "step": step.name, "round": instance.visits[step.name], "attempt": attempt}
    due_at = course.uow.now + timedelta(seconds=wait_seconds)
    put(course.uow.connection, Work(JOB, due_at, payload, cause=f"instance:{instance.id}"))
