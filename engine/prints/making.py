"""The job that makes the file of a print: of the same words the same bytes, so that who dies in between changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO

from engine.access import SYSTEM
from engine.files import Kept, Store
from engine.jobs import Job
from engine.records import keep_print, name_of_print
from engine.storage import print_row
from engine.unit_of_work import Ground, UnitOfWork, look, run

from .sheet import pdf_of

MOST = 20 * 1024 * 1024


def print_handler(ground: Ground, store: Store) -> Callable[[Job], None]:
    """What makes the files of prints."""

    def handle(job: Job) -> None:
        number = int(str(job.payload["print"]))
        with look(ground, SYSTEM, snapshot=False) as view:
            row = print_row(view.connection, number)
            language = view.metadata.languages[0]
        if row is None or row["file"] is not None:
            return
        name = name_of_print(row["label"], language, row["at"], number)
        kept = store.put(BytesIO(pdf_of(row["content"], row["hash"], row["at"])), name, MOST)
        run(ground, SYSTEM, partial(_keep, job=job, number=number, file=(name, kept)))

    return handle


def _keep(uow: UnitOfWork, job: Job, number: int, file: tuple[str, Kept]) -> None:
    row = print_row(uow.connection, number, lock=True)
    if row is not None and row["file"] is None:
        keep_print(uow, number, *file)
    job.done(uow.connection)
