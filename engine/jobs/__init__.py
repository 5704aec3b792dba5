"""Work for later: jobs are rows, written in the transaction that wants them, run at least once by whoever is alive."""

from .job import Job, LeaseLost
from .queue import Standing, Work, again, cancel, failed, move, put, standing
from .runner import GaveUp, Handler, Runner

__all__ = ["GaveUp", "Handler", "Job", "LeaseLost", "Runner", "Standing", "Work", "again", "cancel", "failed", "move", "put", "standing"]
