"""A parallel step: its branches are gone through at the same time, and how they come out decides it (WORKFLOW 1.2 row 29).

A block is one state of the machine; where each of its branches stands is kept beside it.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.metadata import Branch, Step

from . import timing
from .course import Act, Course
from .machine import RETURN
from .voting import NEGATIVE, Vote, tally

Begin = Callable[[Course, Step], str | None]
APPROVE = "approve"


def split(course: Course, block: Step, begin: Begin) -> str | None:
    """Begin every branch whose condition holds; the outcome of the block where they are through already, or there is none."""
    for branch in block.branches:
        if branch.when is not None and not branch.when.holds(course.row, course.frame):
            course.note_at(f"{block.name}.{branch.name}", "skipped", Act(cause="when"))
        else:
            _walk(course, branch, 0, begin)
    return APPROVE if not course.instance.branches else joined(course, block)


def advance(course: Course, step: Step, outcome: str, begin: Begin) -> str | None:
    """`outcome` came out of a step of a branch; the outcome of the block, where that decides it."""
    block = course.workflow.steps[step.block]
    branch = next(branch for branch in block.branches if branch.name == step.branch)
    names = [each.name for each in branch.steps]
    if outcome.startswith(RETURN):
        _walk(course, branch, names.index(outcome.removeprefix(RETURN)), begin)
    elif outcome == NEGATIVE:
        course.close_branch(branch.name, NEGATIVE)
    else:
        _walk(course, branch, names.index(step.name) + 1, begin)
    return joined(course, block)


def joined(course: Course, block: Step) -> str | None:
    """The outcome of a block from the branches that were begun; None while it is open."""
    standing = course.instance.branches.values()
    return tally(block.agree, [Vote(None if course.workflow.has(at) else at) for at in standing])


def _walk(course: Course, branch: Branch, index: int, begin: Begin) -> None:
    """Go through a branch from one of its steps, until somebody must act or it is through."""
    for step in branch.steps[index:]:
        if step.when is not None and not step.when.holds(course.row, course.frame):
            course.note_at(step.name, "skipped", Act(cause="when"))
            continue
        course.enter_branch(branch.name, step.name)
        outcome = begin(course, step)
        if outcome is None:
            timing.arm(course, step)
            return
        if outcome == NEGATIVE:
            course.close_branch(branch.name, NEGATIVE)
            return
    course.close_branch(branch.name, APPROVE)
