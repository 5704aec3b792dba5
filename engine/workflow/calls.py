"""A step that asks a connector: the call is a job, written in the transaction that reached the step."""

from __future__ import annotations

from datetime import timedelta

from engine.storage import put_job

from .course import Course

JOB = "call"


def schedule(course: Course, attempt: int, wait_seconds: int = 0) -> None:
    """Ask for the call of the present step, now or after a while."""
    instance = course.instance
    payload = {"instance": instance.id, "step": instance.state, "round": instance.round, "attempt": attempt}
    due_at = course.uow.now + timedelta(seconds=wait_seconds)
    put_job(course.uow.connection, JOB, payload, due_at=due_at, cause=f"instance:{instance.id}")
