"""One transaction: who acts, when, on which definition, and what happened."""

from .events import Called, Changed, Commented, Created, Deleted, Ended, Enrolled, Entered, Event, Fired, Linked, Restored
from .running import look, run
from .work import Cause, Definition, Ground, Subscriber, Touched, UnitOfWork, View, Waiting

__all__ = [
    "Called", "Cause", "Changed", "Commented", "Created", "Definition", "Deleted", "Ended", "Enrolled", "Entered", "Event", "Fired",
    "Ground", "Linked", "Restored", "Subscriber", "Touched", "UnitOfWork", "View", "Waiting", "look", "run",
]  # fmt: skip
