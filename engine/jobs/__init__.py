"""Work for later: jobs are rows, written in the transaction that wants them, run at least once by whoever is alive."""

from .job import Job, LeaseLost, done_all
from .queue import Standing, Work, again, asked_by, cancel, drop, failed, known, move, put, renew, standing, waiting
from .runner import Batch, GaveUp, Handler, Runner, Works
from .schedule import next_time
from .traffic import Traffic

__all__ = [
    "Batch", "GaveUp", "Handler", "Job", "LeaseLost", "Runner", "Standing", "Traffic", "Work", "Works", "again", "asked_by", "cancel",
    "done_all", "drop", "failed", "known", "move", "next_time", "put", "renew", "standing", "waiting",
]  # fmt: skip
