"""Letters that let somebody in: a new password, an invitation. The link is made at the moment the letter is sent, and stands nowhere.

A link is signed for one person and one purpose, ends after a while, and is good once: what it was signed for is the password
of that moment (or that there is none), which following it changes, and the address that the letter went to.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from engine import jobs
from engine.access import AUTH
from engine.errors import Message
from engine.frozen import frozen
from engine.jobs import Job, Work
from engine.metadata import USER, Portal
from engine.records import Query, Row, fetch, find
from engine.storage import Connection
from engine.unit_of_work import Enrolled, Event, Ground, UnitOfWork, View, look

from .mail import Mail, Post

LETTER = "letter"
"""The name of the job."""
LIFE = {"reset": timedelta(hours=1), "invite": timedelta(days=7)}
SUBJECTS = {"reset": "A new password for {application}", "invite": "You are invited to {application}"}
TEXTS = {
    "reset": "Hello {name},\n\nsomebody, probably you, asked for a new password for {application}. Choose one here within an hour:\n\n"
    "{link}\n\nIf it was not you, nothing needs to be done; your password stays as it is.",
    "invite": "Hello {name},\n\nyou have an account at {application}; your sign-in name is {login}. Choose a password here within seven "
    "days:\n\n{link}",
}


BETWEEN = "\n\n—\n\n"


def put_letter(connection: Connection, kind: str, person: int, now: datetime) -> None:
    """Send a person a letter of this kind; 0 is nobody, for whom as much is done. What was typed to ask for it stands in no job."""
    jobs.put(connection, Work(LETTER, now, {"kind": kind, "person": person}))


def invite_made(uow: UnitOfWork, event: Event) -> None:
    """Subscriber: a person whom the definition makes for a portal is invited, if they have an address."""
    if isinstance(event, Enrolled):
        person = fetch(uow, USER, event.record)
        if person.get("email") and _portal(uow, person) is not None:
            put_letter(uow.connection, "invite", event.record, uow.now)


def _person(view: View, number: int) -> Row:
    """What is known of a person; nothing of one who is not there."""
    found = find(view, Query(USER, ids=(number,), limit=1, titles=False)).records
    return dict(found[0].values) if found else {}


def _portal(view: View, person: Mapping[str, object]) -> Portal | None:
    roles = view.metadata.held(frozenset(person.get("roles") or ()))  # type: ignore[call-overload]
    return view.metadata.portal_of(roles)


def _languages(view: View, person: Mapping[str, object]) -> tuple[str, ...]:
    """Somebody who has not chosen a language yet is written to in each that they may meet."""
    if chosen := person.get("language"):
        return (str(chosen),)
    portal = _portal(view, person)
    return (portal.languages if portal is not None else ()) or view.metadata.languages


@frozen(slots=False)
class Letters:
    """Writes and reads the links of letters, with a key outside the database; `address` is where people reach the pages."""

    ground: Ground
    key: bytes
    address: str
    post: Post

    def handle(self, job: Job) -> None:
        """Write a letter and hand it over. Raises what the server of mail raises."""
        kind, now = str(job.payload["kind"]), job.now()
        with look(self.ground, AUTH, snapshot=False) as view:
            number = int(str(job.payload["person"]))
            person = _person(view, number)
            if not person.get("email") or person.get("active") is False:
                return
            told = {
                "name": person["name"],
                "login": person["login"],
                "application": (_portal(view, person) or view.metadata).label,
                "link": self.link(view, kind, number, now),
            }
            languages = _languages(view, person)
        subject = " / ".join(Message(SUBJECTS[kind], told).render(language) for language in languages)
        text = BETWEEN.join(Message(TEXTS[kind], told).render(language) for language in languages)
        self.post.send(Mail(str(person["email"]), subject, text), f"{job.once}:{job.attempt}", now)

    @property
    def leave(self) -> bool:
        """Whether letters leave at all; else somebody hands their links on."""
        return bool(self.post.server)

    def link(self, view: View, kind: str, person: int, now: datetime) -> str:
        """The address that a letter leads to."""
        return f"{self.address}/letter/{kind}/{self.token(view, kind, person, now)}"

    def token(self, view: View, kind: str, person: int, now: datetime) -> str:
        """What follows the address in a link."""
        body = json.dumps([person, int((now + LIFE[kind]).timestamp())]).encode()
        return base64.urlsafe_b64encode(self._seal(view, kind, person, body) + body).decode().rstrip("=")

    def reader(self, view: View, kind: str, token: str) -> int | None:
        """The person whose link this is, if it is good; None for every other reason."""
        if kind not in LIFE:
            return None
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            person, ends = json.loads(raw[32:])
            late = datetime.fromtimestamp(ends, UTC) < view.now
        except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError):
            return None
        good = type(person) is int and 0 < person < 2**63 and hmac.compare_digest(raw[:32], self._seal(view, kind, person, raw[32:]))
        return person if good and not late else None

    def _seal(self, view: View, kind: str, person: int, body: bytes) -> bytes:
        found = find(view, Query("credential", typed=(f"person.id = {person}",), limit=1, titles=False)).records
        password = str(found[0].values.get("password") or "") if found else ""
        address = str(_person(view, person).get("email") or "")
        return hmac.digest(self.key, b"\n".join([kind.encode(), body, password.encode(), address.encode()]), sha256)
