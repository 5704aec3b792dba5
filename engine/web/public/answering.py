"""Taking an answer: once, by whoever may give it; and keeping one that is not finished."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from flask import request, session

from engine import storage
from engine.access import SYSTEM
from engine.errors import Refusal
from engine.forms import answer
from engine.records import RecordFrame, Row, finished
from engine.storage import UnfinishedAnswer
from engine.unit_of_work import UnitOfWork
from engine.web.composing import Composed, Typed
from engine.web.drafts import without_sealed
from engine.web.visit import visit

from .asking import ANSWERED, DRAFT, LATER, Asking, key_of
from .counting import count_answer

TRAP = "_homepage"
"""An input that people do not see, and programs fill in."""
ONCE = "_once"
"""The input that makes a form different each time it is opened, so that the same one sent twice is taken once."""
SENT = "sent"
RECEIPT = "receipt"
KEPT = 20
OWN = frozenset({TRAP, ONCE, DRAFT, LATER, "csrf_token", "_changed"})
"""Inputs of every form that are no answers."""


def was_sent() -> bool:
    """Whether this very form was taken before."""
    return bool(request.form.get(ONCE)) and request.form.get(ONCE) in session.get(SENT, ())


def save_answer(asking: Asking, typed: Typed) -> None:
    """Make or fill in the record, and remember the thanks for the next page.

    Raises Invalid with every problem, Refusal where the form is not to be sent any more, TooMany.
    """
    here = visit()
    with here.look() as view:
        composed = asking.compose(view, typed, offer=False)
    values = {name: value for name, value in composed.sent.values.items() if composed.filled.states[name].shown}
    count_answer(asking.form.name)
    words, number = here.run(lambda uow: _take(uow, asking, values, _needed(composed)))
    session[RECEIPT] = [asking.form.name, words, number]
    session[SENT] = [*session.get(SENT, ()), request.form.get(ONCE, "")][-KEPT:]


def _needed(composed: Composed) -> frozenset[str]:
    """The fields that the form itself asks for."""
    states = composed.filled.states
    return frozenset(placed.name for placed in composed.filled.layout.placed() if states[placed.name].required)


def _take(uow: UnitOfWork, asking: Asking, values: Mapping[str, object], must: frozenset[str]) -> tuple[str, str]:
    """The words of the last page, and the number that the record has."""
    link, form = asking.link, asking.form
    if link is not None and not storage.use_link(uow.connection, link.id, uow.now) and form.once:
        raise Refusal(ANSWERED)
    asking.row(uow)
    entity = asking.entity(uow)
    row = finished(uow, entity, answer(uow, form, asking.record, values, must))
    if asking.begun is not None:
        storage.drop_answer(uow.connection, asking.begun.key)
    return _thanks(uow, asking, row), str(row.get("number") or "") if entity.number is not None else ""


def _thanks(uow: UnitOfWork, asking: Asking, row: Row) -> str:
    thanks = asking.form.thanks
    return visit().words(thanks.message(row, RecordFrame(uow))) if thanks is not None else ""


def keep_for_later(asking: Asking, texts: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """The secret address under which the answer can be gone on with, and until when."""
    here, form = visit(), asking.form
    secret = asking.secret or secrets.token_urlsafe(32)

    def work(uow: UnitOfWork) -> UnfinishedAnswer:
        typed = {name: list(values) for name, values in without_sealed(asking.entity(uow), texts).items() if name not in OWN}
        ends = uow.metadata.calendar_named("").after(uow.now, form.resume)
        kept = UnfinishedAnswer(key_of(secret), form.name, asking.link.id if asking.link else None, typed, ends)
        storage.put_answer(uow.connection, kept)
        return kept

    kept = here.app.run(SYSTEM, work)
    until = kept.expires_at.astimezone(here.app.metadata.zone).strftime("%Y-%m-%d %H:%M")
    return f"{request.url_root}public/{form.name}/later/{secret}", until
