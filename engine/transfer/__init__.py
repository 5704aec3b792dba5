"""Data on the move: records out into files, and files in."""

from .columns import Plan, complete, shown
from .export import MIMES, Kind, everything, export

__all__ = ["MIMES", "Kind", "Plan", "complete", "everything", "export", "shown"]
