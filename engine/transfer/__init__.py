"""Data on the move: records out into files, and files in."""

from .columns import Plan, complete, shown
from .export import Kind, everything, export

__all__ = ["Kind", "Plan", "complete", "everything", "export", "shown"]
