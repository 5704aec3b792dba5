"""Asking for an import to be checked or done, changing what its columns mean, stopping it; and the job that works on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine import jobs, storage
from engine.access import SYSTEM, Actor
from engine.errors import Invalid, Message, Problem, Refusal
from engine.jobs import Job, Work
from engine.records import People
from engine.unit_of_work import Ground, UnitOfWork, look

from .course import Course
from .meanings import Meaning, check
from .model import READING, WORKING, Options, entity_numbered, keep, load_import

JOB = "import"
WHOLE = 2000
"""How many records can come in all or none: what one transaction may hold."""


def begin(uow: UnitOfWork, number: int, *, rehearse: bool, language: str = "") -> None:
    """Ask for an import to be checked, or done; problems are told in `language` (blank: the person's own).

    Raises Invisible, Invalid, Refusal while it is being worked on.
    """
    doing = load_import(uow, number, lock=True)
    if doing.state in (*WORKING, READING):
        raise Refusal(Message("This import is being worked on."))
    check(doing.entity, doing.meanings, doing.options.key)
    if doing.options.whole and doing.total > WHOLE:
        words = Message(
            "At most {count} records can come in all or none. Please import them row by row, or split the file.", {"count": WHOLE}
        )
        raise Invalid([Problem("whole", "too_many", words)])
    storage.wait_again(uow.connection, number)
    storage.change_import(uow.connection, number, {"state": "checking" if rehearse else "running", "error": None, "ended_at": None})
    jobs.put(uow.connection, Work(JOB, uow.now, {"import": number, "language": language or uow.actor.language}, cause=f"import:{number}"))


def change(uow: UnitOfWork, number: int, meanings: Sequence[Meaning], options: Options) -> None:
    """Say what the columns mean and how it is done; what was checked must be checked again. Raises Invisible, Invalid, Refusal."""
    doing = load_import(uow, number, counted=False, lock=True)
    if doing.state in (*WORKING, READING):
        raise Refusal(Message("This import is being worked on."))
    check(doing.entity, meanings, options.key)
    keep(uow.connection, number, meanings, options)
    storage.wait_again(uow.connection, number)
    storage.change_import(uow.connection, number, {"state": "staged"})


def cancel(uow: UnitOfWork, number: int) -> None:
    """Stop after the batch that is being done; what is done stays, and the rest can be done later. Raises Invisible."""
    doing = load_import(uow, number, counted=False, lock=True)
    if doing.state in WORKING:
        storage.change_import(uow.connection, number, {"state": "cancelled", "ended_at": uow.now})


def import_handler(ground: Ground, people: People) -> Callable[[Job], None]:
    """The handler of the job that works through an import; after a crash another worker goes on where it was."""

    def handle(job: Job) -> None:
        number, language = int(str(job.payload["import"])), str(job.payload["language"])
        with look(ground, SYSTEM) as view:
            row = storage.import_of(view.connection, number)
            there = row is not None and entity_numbered(view, row["entity_id"]) is not None
        if row is not None and there and row["state"] in WORKING:
            owner = row["owner"]
            work_through(ground, lambda: SYSTEM if owner is None else people.actor(owner, language), number)

    return handle


def work_through(ground: Ground, actor: Callable[[], Actor], number: int) -> None:
    """Check or do an import to its end, or until it is cancelled; who does it is asked again for every batch."""
    course = Course(ground, actor, number)
    while course.step():
        pass
