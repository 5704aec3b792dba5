"""What a person may do with an open task besides deciding it, as far as the step allows (WORKFLOW 1.2, rows 5 to 11)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.metadata import Step

from .model import VOTING, Task

WITH_TASK = ("transfer", "delegate", "add_before", "add_after", "add_peer", "remove", "claim", "unclaim", "cc")
"""The movements that are made with an open task, in the order of the page."""


def movements(step: Step, task: Task, here: Sequence[Task]) -> frozenset[str]:
    """The movements that the holder of an open task may make now; `here` are the tasks of this round of the step."""
    return frozenset(name for name in WITH_TASK if _possible(name, step, task, here))


def _possible(name: str, step: Step, task: Task, here: Sequence[Task]) -> bool:
    if name in ("claim", "unclaim"):
        offered = task.kind == "own" and "claim" in step.allow and len([each for each in here if each.kind == "own" and each.waits]) > 1
        return offered and (name == "unclaim") == taken(task, here)
    if name == "remove":
        return bool(removable(task, here))
    if name not in step.allow:
        return False
    if name in ("add_before", "add_after"):
        other = "after" if name == "add_before" else "before"
        return task.kind in VOTING and not any(each.parent == task.id and each.kind == other for each in here)
    if name == "add_peer":
        return task.kind in VOTING and step.agree.kind != "in_order"
    return True


def taken(task: Task, here: Sequence[Task]) -> bool:
    """Whether the task was taken out of a pool: the others wait."""
    return any(each.status == "waiting" and each.reason == "claimed" for each in here if each.id != task.id)


def removable(task: Task, here: Sequence[Task]) -> list[Task]:
    """The people whom the holder of a task added and who have not answered yet."""
    return [each for each in here if each.waits and each.parent == task.id and each.kind != "own"]
