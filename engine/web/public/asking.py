"""One request for a public form: which form, about which record, begun by whom, and what was typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from hashlib import sha256

from flask import abort, request

from engine import storage
from engine.access import SYSTEM
from engine.errors import Message, Refusal
from engine.forms import opened_by, public_layout, standing, stranger
from engine.frozen import frozen
from engine.metadata import Entity, PublicForm
from engine.records import WAITING, Row, fetch_if_there
from engine.storage import SecretLink, UnfinishedAnswer
from engine.unit_of_work import View
from engine.web.composing import FULL, Blank, Composed, Typed, fill_in
from engine.web.composing import Occasion as Offering
from engine.web.visit import visit

from .files import only_own

LATER = "_later"
"""The button that keeps an unfinished answer."""
DRAFT = "_draft"
"""The input that holds the secret of the answer that was begun before."""


@frozen(slots=False)
class Asking:
    """A public form as it is asked for: by its open address, or by a secret one about one record; `begun` is an unfinished answer."""

    form: PublicForm
    link: SecretLink | None = None
    begun: UnfinishedAnswer | None = None
    secret: str = ""

    @property
    def address(self) -> str:
        """Where the form is sent."""
        return visit().app.links.path(self.link) if self.link is not None else f"/public/{self.form.name}"

    @cached_property
    def record(self) -> int | None:
        """The record that it is about; None for a new one."""
        return self.link.record_id if self.link is not None else None

    @property
    def waiting(self) -> timedelta:
        """How long a file that came along waits for its record: as long as the unfinished answer may be kept."""
        here = visit().app
        now = here.ground.clock.now()
        return here.metadata.calendar_named("").after(now, self.form.resume) - now + WAITING

    def row(self, view: View) -> Row | None:
        """The record as it is. Raises Refusal when it is gone, or the form is not to be sent now."""
        row = None if self.record is None else fetch_if_there(view, self.form.entity, self.record)
        if self.record is not None and row is None:
            raise Refusal(GONE)
        self._refuse_closed(view, row)
        return row

    def _refuse_closed(self, view: View, row: Row | None) -> None:
        if self.link is not None and self.form.once and self.link.used_at is not None:
            raise Refusal(ANSWERED)
        if (when := standing(view, self.form, row or {})) != "open":
            raise Refusal(EARLY if when == "early" else LATE)

    def compose(self, view: View, typed: Typed, *, offer: bool = True) -> Composed:
        """The form with what was typed. Raises Refusal when it is not to be sent now."""
        entity, row = self.entity(view), self.row(view)
        layout = public_layout(entity, self.form)
        texts = None if typed.texts is None else only_own(layout, typed.texts, row, self.begun)
        blank = Blank(layout, row, opened_by(entity, self.form), self.address, opens=False)
        return fill_in(view, blank, replace(typed, texts=texts), FULL if offer else Offering(offer=False))

    def entity(self, view: View) -> Entity:
        """The entity that it is for."""
        return view.metadata.entities[self.form.entity]


GONE = Message("What this form is about does not exist any more.")
ANSWERED = Message("This form was answered already. Thank you.")
EARLY = Message("This form is not open yet.")
LATE = Message("This form is closed.")


def form_named(name: str) -> PublicForm:
    """The form of that name; the visit is that of a stranger who fills it in from here on. 404 where there is none."""
    here = visit()
    form = here.app.metadata.publics.get(name)
    if form is None:
        abort(404)
    here.actor = stranger(here.app.metadata, form, here.language)
    return form


def asking_for(name: str, token: str = "") -> Asking:
    """The form at an address. 404 for what is no form, or no address that is good."""
    here = visit()
    form = form_named(name)
    if form.by_link and not token:
        abort(404)
    with here.app.look(SYSTEM, snapshot=False) as view:
        link = here.app.links.read(view, name, token) if token else None
        begun = _begun(view, form, request.form.get(DRAFT, ""))
    if token and (link is None or not form.by_link):
        abort(404)
    return Asking(form, link, begun, request.form.get(DRAFT, "") if begun else "")


def asking_again(name: str, secret: str) -> Asking:
    """The form of an answer that was begun. 404 for a secret that is nobody's, or whose time is over."""
    here = visit()
    form = form_named(name)
    with here.app.look(SYSTEM, snapshot=False) as view:
        begun = _begun(view, form, secret)
        link = storage.link_of(view.connection, begun.link) if begun is not None and begun.link is not None else None
        over = link is not None and link.expires_at <= view.now
    if begun is None or over or form.by_link != (link is not None):
        abort(404)
    return Asking(form, link, begun, secret)


def key_of(secret: str) -> str:
    """What is kept of the secret of an unfinished answer."""
    return sha256(secret.encode()).hexdigest()


def _begun(view: View, form: PublicForm, secret: str) -> UnfinishedAnswer | None:
    found = storage.unfinished_answer(view.connection, key_of(secret)) if secret else None
    return found if found is not None and found.form == form.name and found.expires_at > view.now else None
