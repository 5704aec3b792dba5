"""Secret addresses of public forms: asked for by an effect, sent in a letter, good for one record until they end.

What makes an address secret stands nowhere: it is sealed with a key outside the database when the letter is written, so that
the letter is the same at every attempt, and somebody who reads the database cannot answer in another's place.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import datetime
from functools import partial
from hashlib import sha256

from engine import jobs, storage
from engine.access import SYSTEM
from engine.errors import Message
from engine.frozen import frozen
from engine.jobs import Job, Work
from engine.metadata import PublicForm
from engine.storage import SecretLink
from engine.unit_of_work import Event, Ground, Linked, UnitOfWork, View, look, run

from .mail import Mail, Post

LINK = "public.link"
"""The name of the job."""
SUBJECT = "{form}: please fill in this form"
TEXT = "{words}\n\n{link}\n\nThis address is meant for you alone. It is good until {until}."


def remember_links(uow: UnitOfWork, event: Event) -> None:
    """Subscriber: everybody who is to get a secret address gets one of their own."""
    form = uow.metadata.publics.get(event.form) if isinstance(event, Linked) else None
    if form is None or not isinstance(event, Linked):
        return
    for reader, language in dict.fromkeys(event.readers):
        link = _made(uow, form, event, (reader, language))
        number = storage.add_link(uow.connection, link)
        jobs.put(uow.connection, Work(LINK, uow.now, {"link": number}, f"{LINK}:{number}"))


def _made(uow: UnitOfWork, form: PublicForm, event: Linked, to: tuple[str, str]) -> SecretLink:
    number = uow.metadata.identity.number(f"entity:{event.entity}") or 0
    words = dict(event.words) if isinstance(event.words, dict) else {}
    ends = uow.metadata.calendar_named("").after(uow.now, form.expires)
    return SecretLink(0, form.name, number, event.record, to[0], to[1], words, uow.now, ends)


@frozen(slots=False)
class SecretLinks:
    """Writes and reads secret addresses; `address` is where people reach the pages."""

    ground: Ground
    key: bytes
    address: str
    post: Post

    def handle(self, job: Job) -> None:
        """Write the letter and hand it over. Raises what the server of mail raises."""
        number = int(str(job.payload["link"]))
        with look(self.ground, SYSTEM, snapshot=False) as view:
            link = storage.link_of(view.connection, number)
            form = view.metadata.publics.get(link.form) if link is not None else None
            mail = None if link is None or form is None else self._letter(view, form, link)
        if mail is not None:
            self.post.send(mail, job.once, job.now())
        run(self.ground, SYSTEM, partial(_sent, job=job))

    def _letter(self, view: View, form: PublicForm, link: SecretLink) -> Mail:
        until = link.expires_at.astimezone(view.zone).strftime("%Y-%m-%d %H:%M")
        words = Message(link.words or form.help or form.label)
        told = {"form": form.label, "words": words, "link": f"{self.address}{self.path(link)}", "until": until}
        subject, text = (Message(each, told).render(link.language) for each in (SUBJECT, TEXT))
        return Mail(link.reader, subject, text)

    def path(self, link: SecretLink) -> str:
        """The path of the address."""
        raw = self._seal(link.id, link.form) + str(link.id).encode()
        return f"/public/{link.form}/for/{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"

    def read(self, view: View, form: str, token: str) -> SecretLink | None:
        """The address behind a token, used or not; None where it is nobody's, or has ended."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            number = int(raw[32:]) if raw[32:].isdigit() and len(raw) < 52 else 0
        except (binascii.Error, ValueError):
            return None
        if not hmac.compare_digest(raw[:32], self._seal(number, form)):
            return None
        link = storage.link_of(view.connection, number)
        return link if link is not None and link.form == form and _is_good(link, view.now) else None

    def _seal(self, number: int, form: str) -> bytes:
        return hmac.digest(self.key, f"{form}:{number}".encode(), sha256)


def _is_good(link: SecretLink, now: datetime) -> bool:
    return now < link.expires_at


def _sent(uow: UnitOfWork, job: Job) -> None:
    job.done(uow.connection)
