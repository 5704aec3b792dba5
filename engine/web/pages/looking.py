"""Seeing the pages as somebody else sees them."""

from __future__ import annotations

from flask import redirect

from engine.errors import Forbidden, Message, Refusal, Unauthorised
from engine.records import begin_look, end_look
from engine.web.accounts import look_as, look_as_oneself
from engine.web.visit import visit

from .blueprint import Answer, pages


@pages.post("/look-as/<int:person>")
def begin(person: int) -> Answer:
    """Look as a person; for administrators."""
    here = visit()
    if not here.actor.administrator or person == here.actor.id:
        raise Forbidden(Message("Only administrators may look as somebody else."))
    try:
        here.app.people.actor(person)
    except Unauthorised as closed:
        raise Refusal(Message("This account is closed.")) from closed
    here.run(lambda uow: begin_look(uow, person))
    look_as(here.actor, person)
    return redirect("/", 303)


@pages.post("/look-as/end")
def end() -> Answer:
    """Be oneself again."""
    here = visit()
    person = look_as_oneself()
    if person is None or here.behind is None:
        return redirect("/", 303)
    here.app.run(here.behind, lambda uow: end_look(uow, person), request_id=here.request_id)
    return redirect(f"/records/user/{person}", 303)
