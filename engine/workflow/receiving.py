"""Messages from other systems come in (LANGUAGE 5.5): kept for every automation that listens, before the sender is answered.

What is sent again with the same key is known, and has no effect.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from engine import jobs
from engine.errors import Invalid, Invisible, Message, Problem
from engine.frozen import frozen
from engine.jobs import Work
from engine.metadata import Automation, Inbound, Metadata, Value
from engine.records import fetch, loose_values, save
from engine.storage import lock_key
from engine.unit_of_work import UnitOfWork, View

JOB = "message"
INBOUND = "inbound_message"
SIGNATURE = "sha256="
TOLERANCE = timedelta(minutes=5)
"""How far the clock of a sender may be from ours."""
_TIMED = re.compile(r"t=([0-9]{1,11}),(sha256=[0-9a-f]{64})")


@frozen
class Received:
    """A message that is kept: since when, and whether it had come before."""

    name: str
    key: str
    at: datetime
    again: bool = False


def is_signed(secret: str, body: bytes, signature: str) -> bool:
    """Whether `signature` is `sha256=` with the HMAC of the body in hexadecimal digits; never with a blank secret."""
    right = SIGNATURE + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(right.encode(), signature.encode())


def is_signed_now(secret: str, said: tuple[str, bytes], signature: str, now: datetime) -> bool:
    """Whether `signature` is `t=SECONDS,sha256=…` of `SECONDS.MESSAGE.BODY`, made within five minutes of `now`.

    `said` are the name of the message and the body: so what was overheard is good for that message and that moment alone.
    """
    name, body = said
    timed = _TIMED.fullmatch(signature)
    if timed is None or abs(now - datetime.fromtimestamp(int(timed[1]), UTC)) > TOLERANCE:
        return False
    return is_signed(secret, f"{timed[1]}.{name}.".encode() + body, timed[2])


@lru_cache(maxsize=8)
def heard(metadata: Metadata) -> Mapping[str, tuple[Automation, ...]]:
    """The automations that listen, by the names of messages."""
    found: dict[str, tuple[Automation, ...]] = {}
    for automation in metadata.automations.values():
        if automation.inbound is not None:
            found[automation.inbound.name] = (*found.get(automation.inbound.name, ()), automation)
    return found


def receive(uow: UnitOfWork, name: str, content: Mapping[str, object]) -> Received:
    """Keep a message for each automation that listens. Raises Invisible where none does, Invalid for what does not fit its fields."""
    listening = heard(uow.metadata).get(name)
    if not listening:
        raise Invisible
    inbound = listening[0].inbound
    assert inbound is not None
    values = read(uow, listening[0], inbound, content)
    key = str(values[inbound.key])
    lock_key(uow.connection, f"{JOB}:{name}:{key}")
    known = messages_of(uow, name, key)
    if known:
        return Received(name, key, _instant(fetch(uow, INBOUND, known[0])["created_at"]), again=True)
    for automation in listening:
        said = {"name": name, "key": key, "automation": automation.name, "content": content}
        save(uow, INBOUND, None, said)
    return Received(name, key, uow.now)


def read(uow: UnitOfWork, automation: Automation, inbound: Inbound, content: Mapping[str, object]) -> dict[str, Value]:
    """The values of a message by the types of its fields. Raises Invalid with every problem."""
    unknown = Message("This message carries: {names}", {"names": ", ".join(inbound.fields)})
    strange = [Problem(name, "unknown_field", unknown) for name in content if name not in inbound.fields]
    known = {name: value for name, value in content.items() if name in inbound.fields}
    values, problems = loose_values(uow, uow.metadata.entities[automation.entity], inbound.fields, known)
    if strange or problems:
        raise Invalid([*strange, *problems])
    return values


def ask(uow: UnitOfWork, number: int) -> None:
    """Let a message have its effect, now."""
    jobs.renew(uow.connection, Work(JOB, uow.now, {"message": number}, f"{JOB}:{number}", f"{JOB}:{number}"))


def messages_of(view: View, name: str, key: str) -> list[int]:
    """What is kept of a message, for each automation that listens."""
    table = view.tables.table(INBOUND)
    query = table.select().with_only_columns(table.c["id"]).where(table.c["name"] == name, table.c["key"] == key).order_by(table.c["id"])
    return list(view.connection.execute(query).scalars())


def _instant(value: Value) -> datetime:
    assert isinstance(value, datetime)
    return value
