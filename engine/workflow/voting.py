"""Counting votes: when the decisions of several people, or of several branches, decide a step (WORKFLOW 1.2, rows 1 to 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from engine.frozen import frozen
from engine.metadata import Agree

from .model import VOTING, Task

NEGATIVE = "reject"


@frozen
class Vote:
    """One vote: how it was decided (None: not yet), and what it counts."""

    decision: str | None
    weight: int = 1


def tally(agree: Agree, votes: Sequence[Vote], *, more: bool = False) -> str | None:
    """The outcome of a step from its votes in this round, or None while it is undecided.

    `any`: the first answer decides, whichever it is. `all`, `in_order`: the first rejection decides; else the step waits for
    everybody (`more`: somebody is still to be asked). A number, a share, weights: as soon as it is reached, or cannot be any more.
    """
    given = [vote.decision for vote in votes if vote.decision is not None]
    if agree.kind == "any":
        return given[0] if given else None
    if agree.kind in ("all", "in_order"):
        if NEGATIVE in given:
            return NEGATIVE
        return given[0] if given and len(given) == len(votes) and not more else None
    return _counted(agree, votes)


def _counted(agree: Agree, votes: Sequence[Vote]) -> str | None:
    total = _sum(agree, votes)
    need = agree.need * total if agree.kind == "share" else agree.need
    against = _sum(agree, (vote for vote in votes if vote.decision == NEGATIVE))
    positive = [vote for vote in votes if vote.decision not in (None, NEGATIVE)]
    if total < need:
        return None
    if positive and _sum(agree, positive) >= need:
        return positive[0].decision
    return NEGATIVE if total - against < need else None


def _sum(agree: Agree, votes: Iterable[Vote]) -> Decimal:
    return Decimal(sum(vote.weight if agree.kind == "weight" else 1 for vote in votes))


def reachable(agree: Agree, weights: Sequence[int]) -> bool:
    """Whether people with these weights can reach what is needed, if all of them agree."""
    return agree.kind not in ("count", "weight") or _sum(agree, [Vote(None, weight) for weight in weights]) >= agree.need


def votes_of(tasks: Iterable[Task]) -> list[Vote]:
    """The votes among the tasks of one visit, oldest first; an approval to which somebody was added after counts when they have too."""
    all_ = list(tasks)
    held = {task.parent for task in all_ if task.kind == "after" and task.waits}
    counting = [task for task in all_ if task.kind in VOTING and task.status not in ("cancelled", "transferred") and not _left_out(task)]
    return [Vote(None if task.id in held else task.decision, task.weight) for task in sorted(counting, key=_when)]


def _left_out(task: Task) -> bool:
    """A task that somebody else took for all."""
    return task.status == "waiting" and task.reason == "claimed"


def _when(task: Task) -> tuple[bool, object, int]:
    return (task.done_at is None, task.done_at or 0, task.id)
