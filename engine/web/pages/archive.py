"""Putting a record into the archive, and taking it back."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect

from engine.errors import Refusal
from engine.records import Row, archive, take_back
from engine.unit_of_work import UnitOfWork
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, entity_of, pages, version


@pages.post("/records/<name>/<int:number>/archive")
def put_away(name: str, number: int) -> Answer:
    """Archive a record."""
    return _done(name, number, archive, _("Archived. It is out of the lists until somebody takes it back."))


@pages.post("/records/<name>/<int:number>/take-back")
def take_out(name: str, number: int) -> Answer:
    """Take a record back from the archive."""
    return _done(name, number, take_back, _("Taken back from the archive."))


def _done(name: str, number: int, work: Callable[[UnitOfWork, str, int, int | None], Row], said: str) -> Answer:
    here, seen = visit(), version()
    try:
        here.run(lambda uow: work(uow, entity_of(uow, name).name, number, seen))
    except Refusal as refusal:
        flash(here.words(refusal.message), "bad")
    else:
        flash(said, "good")
    return redirect(f"/records/{name}/{number}", 303)
