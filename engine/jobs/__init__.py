"""Work for later: jobs are rows, written in the transaction that wants them, run at least once by whoever is alive."""

from .job import Job, LeaseLost
from .queue import Work, again, cancel, failed, move, put
from .runner import GaveUp, Handler, Runner

__all__ = ["GaveUp", "Handler", "Job", "LeaseLost", "Runner", "Work", "again", "cancel", "failed", "move", "put"]
