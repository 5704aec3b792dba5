"""Messages have their effect: each finds its record by key and does to it what its automation says, once (LANGUAGE 5.5).

A message whose record is not there yet waits for it: it is looked for again when such a record is made, and from time to time. After a
while, or when a rule says no, the message is stuck: whoever looks after the connector is told, and tries again or leaves it out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from engine.access import SYSTEM
from engine.errors import Invalid, Message, ObjectloomError, Refusal
from engine.formula import FormulaFailure
from engine.frozen import frozen
from engine.jobs import Job
from engine.metadata import Automation, Match, Who
from engine.records import RecordFrame, change, create, fetch, fetch_if_there, no_match
from engine.storage import find_key
from engine.unit_of_work import Called, Cause, Ground, UnitOfWork, run

from .awaiting import sought_of
from .directory import Directory
from .effects import Input, Row, as_one, given_values
from .following import Occasion, carry_out, perform
from .people import resolve
from .receiving import INBOUND, read
from .words import in_languages

PATIENCE = timedelta(minutes=15)
"""How long a message waits for its record before somebody is told."""
SOON = timedelta(seconds=10)
LONGEST = 500
"""How many characters of a reason are kept with the message."""
ADMINISTRATORS = (Who("role", "admin"),)


@frozen
class Heard:
    """A message that has its turn, with the automation that answers it."""

    job: Job
    row: Row
    automation: Automation

    @property
    def match(self) -> Match:
        """How its record is found."""
        assert self.automation.match is not None
        return self.automation.match


def message_handler(ground: Ground) -> Callable[[Job], None]:
    """What works on a message; what is refused is kept with the reason, and nothing else of it."""

    def handle(job: Job) -> None:
        try:
            run(ground, SYSTEM, partial(_heed, job=job))
        except (Refusal, Invalid, FormulaFailure) as reason:
            run(ground, SYSTEM, partial(_refused, job=job, reason=reason))

    return handle


def _heed(uow: UnitOfWork, job: Job) -> None:
    row = fetch_if_there(uow, INBOUND, _number(job), lock=True)
    if row is None or row["state"] != "waiting":
        job.done(uow.connection)
        return
    automation = uow.metadata.automations.get(str(row["automation"]))
    if automation is None or automation.inbound is None:
        raise Refusal(Message("The automation “{automation}” listens no more.", {"automation": row["automation"]}))
    content = json.loads(str(row["content"]), parse_float=Decimal)
    _answer(uow, Heard(job, row, automation), read(uow, automation, automation.inbound, content))


def _answer(uow: UnitOfWork, heard: Heard, values: Row) -> None:
    automation, entity = heard.automation, heard.automation.entity
    key = given_values(heard.match.key, {}, RecordFrame(uow, message=values))
    found: Row | None = find_key(uow.connection, uow.tables, entity, key)
    if found is None and heard.match.missing == "error":
        _look_again(uow, heard, key)
        return
    with uow.because(Cause("automation", automation.name), SYSTEM):
        if found is None and heard.match.missing == "create":
            found = create(uow, entity, key)
        outcome = "—" if found is None else f"{entity}/{found['id']}"
        if found is not None:
            _act(uow, automation, fetch(uow, entity, int(str(found["id"])), lock=True), Occasion(message=values))
    _move(uow, heard.row, "settle", {"outcome": outcome, "sought": None})
    heard.job.done(uow.connection)


def _act(uow: UnitOfWork, automation: Automation, row: Row, occasion: Occasion) -> None:
    """Do to the record what the automation says."""
    if automation.when is None or automation.when.holds(row, occasion.frame(uow)):
        for effects in automation.do:
            row = carry_out(uow, automation.entity, row, effects, occasion)


def _look_again(uow: UnitOfWork, heard: Heard, key: Row) -> None:
    """Look for the record less and less often; raises Refusal when that has been long enough."""
    row, entity = heard.row, uow.metadata.entities[heard.automation.entity]
    came = row["created_at"]
    assert isinstance(came, datetime)
    sought = sought_of(entity, key)
    if row["sought"] != sought:
        change(uow, INBOUND, dict(row), {"sought": sought})
    if uow.now - came >= PATIENCE:
        raise NotThere(no_match(uow, entity, key), sought)
    heard.job.again(uow.connection, min(uow.now + max(SOON, uow.now - came), came + PATIENCE), heard.job.payload)


class NotThere(Refusal):
    """The record of a message is still not there; `sought` is how it is known when it comes."""

    def __init__(self, message: Message, sought: str) -> None:
        self.sought = sought
        super().__init__(message)


def _refused(uow: UnitOfWork, job: Job, reason: ObjectloomError) -> None:
    """Keep why a message has no effect, and tell those who look after its connector."""
    row = fetch_if_there(uow, INBOUND, _number(job), lock=True)
    if row is not None and row["state"] == "waiting":
        connector = uow.metadata.connectors.get(str(row["name"]).partition(".")[0])
        who = connector.admin if connector is not None and connector.admin else ADMINISTRATORS
        people = resolve(who, Directory(uow, INBOUND, row))
        words = _in_words(reason)
        outcome = words.render(uow.metadata.languages[0])[:LONGEST]
        sought = reason.sought if isinstance(reason, NotThere) else None
        _move(uow, row, "halt", {"outcome": outcome, "sought": sought, "helpers": [{"helpers": person} for person in people]})
        uow.emit(Called(INBOUND, int(str(row["id"])), people, "failed", words=in_languages(uow, words)))
    job.done(uow.connection)


def _in_words(reason: ObjectloomError) -> Message:
    """Every problem of a message in one sentence."""
    if not isinstance(reason, Invalid):
        return reason.message
    return as_one([Message("{field}: {words}", {"field": p.path, "words": p.message}) if p.path else p.message for p in reason.problems])


def _move(uow: UnitOfWork, row: Row, action: str, values: Row) -> None:
    lifecycle = uow.metadata.entities[INBOUND].lifecycle
    assert lifecycle is not None
    perform(uow, INBOUND, row, lifecycle.actions[action], Input(values))


def _number(job: Job) -> int:
    return int(str(job.payload["message"]))
