"""Reports that people want to be sent: begun, told and ended by the person, and ended from a mail by who holds it.

A subscription has one job, which waits for its next time. What is sent is made with the rights of the person at that moment.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from engine import jobs, storage
from engine.errors import Forbidden, Invalid, Invisible, Message, Problem, Refusal
from engine.frozen import frozen
from engine.jobs import Work
from engine.metadata import FileKind, Report
from engine.reports import given_by, may_open
from engine.storage import Subscription
from engine.unit_of_work import UnitOfWork, View

from .report_sheets import may_be_set

SUBSCRIBED = "report.subscription"
"""The name of the job that waits for the next time of a subscription."""
MOST = 20
"""How many a person may have."""
DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
LAST_DAY = 28
"""The last day that every month has."""


@frozen
class Rhythm:
    """How often: every `day`, every `workday`, on a weekday by its English name, or on a day of the month (`5`), at `hh:mm`."""

    every: str
    at: str = "08:00"

    @property
    def cron(self) -> str:
        """The same as minute, hour, day, month and weekday. Raises Invalid."""
        hour, colon, minute = self.at.partition(":")
        if not (colon and self.at.isascii() and hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
            raise Invalid([Problem("at", "type", Message("Please write a time such as 08:00."))])
        days = {"day": "* * *", "workday": "* * 1-5"} | {name: f"* * {at}" for at, name in enumerate(DAYS)}
        days |= {str(day): f"{day} * *" for day in range(1, LAST_DAY + 1)}
        if self.every not in days:
            raise Invalid([Problem("every", "type", Message("Please choose how often."))])
        return f"{int(minute)} {int(hour)} {days[self.every]}"


def rhythm_of(cron: str) -> Rhythm:
    """What the times of a subscription say."""
    minute, hour, day, _month, weekday = cron.split()
    every = day if day != "*" else {"*": "day", "1-5": "workday"}.get(weekday) or DAYS[int(weekday)]
    return Rhythm(every, f"{int(hour):02}:{int(minute):02}")


def may_subscribe(view: View) -> bool:
    """Whether the reader can be sent reports at all: one of our own, with an address."""
    actor = view.actor
    return actor.id is not None and bool(actor.row.get("email")) and view.metadata.portal_of(actor.roles) is None


def subscribe(uow: UnitOfWork, report: Report, texts: Mapping[str, str], wanted: tuple[Rhythm, FileKind]) -> Subscription:
    """The actor is sent the report with these parameters from now on, the same only once. Raises Forbidden, Invalid, Refusal."""
    rhythm, kind = wanted
    if not may_open(uow, report) or not may_subscribe(uow):
        raise Forbidden(Message("This report cannot be sent to you: that needs an e-mail address, and the right to open it."))
    given_by(uow, report.parameters, texts)
    if kind not in kinds():
        raise Invalid([Problem("as", "type", Message("There is no such kind of file."))])
    assert uow.actor.id is not None
    new = Subscription(0, uow.actor.id, report.name, dict(texts), rhythm.cron, kind, uow.now)
    own = storage.subscriptions_of(uow.connection, uow.actor.id)
    for same in (each for each in own if replace(each, id=0, made_at=uow.now) == new):
        return same
    if len(own) >= MOST:
        raise Refusal(Message("You have {count} subscriptions; please end one first.", {"count": MOST}))
    return _begun(uow, new)


def _begun(uow: UnitOfWork, new: Subscription) -> Subscription:
    number = storage.add_subscription(uow.connection, new)
    due = jobs.next_time(new.cron, uow.now, uow.zone)
    jobs.put(uow.connection, Work(SUBSCRIBED, due, {"subscription": number}, key_of(number), f"report:{new.report}"))
    return replace(new, id=number)


def kinds() -> tuple[FileKind, ...]:
    """The kinds of files that can be sent."""
    return ("xlsx", "csv", "pdf") if may_be_set() else ("xlsx", "csv")


def key_of(number: int) -> str:
    """The key of the job of a subscription."""
    return f"{SUBSCRIBED}:{number}"


def own_subscriptions(view: View) -> list[Subscription]:
    """Those of the reader."""
    return [] if view.actor.id is None else storage.subscriptions_of(view.connection, view.actor.id)


def unsubscribe(uow: UnitOfWork, number: int) -> None:
    """End one of the actor's own. Raises Invisible."""
    if all(each.id != number for each in own_subscriptions(uow)):
        raise Invisible(Message("There is no such subscription."))
    end(uow, number)


def end(uow: UnitOfWork, number: int) -> None:
    """It is over, whoever asks."""
    storage.drop_subscription(uow.connection, number)
    jobs.drop(uow.connection, [key_of(number)])


@frozen
class Endings:
    """Writes and reads the addresses that end subscriptions; whoever has one can end that one, and nothing else."""

    key: bytes
    address: str

    def link(self, number: int) -> str:
        """The address that ends a subscription."""
        token = base64.urlsafe_b64encode(self._seal(number) + str(number).encode()).decode().rstrip("=")
        return f"{self.address}/public/subscriptions/end/{token}"

    def read(self, token: str) -> int | None:
        """The subscription that an address ends; None for one that nobody was sent."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        number = int(raw[32:]) if raw[32:].isdigit() and len(raw) < 52 else 0
        return number if hmac.compare_digest(raw[:32], self._seal(number)) else None

    def _seal(self, number: int) -> bytes:
        return hmac.digest(self.key, f"subscription:{number}".encode(), sha256)
