"""The audit signed from time to time: what was there then must be there still, also the newest entries of every record.

A root covers the entries that were added since the root before, in their order, and continues its seal. The last seal is
logged by whoever signs: kept elsewhere, it shows even when roots are cut off together with their entries.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from engine.frozen import frozen

from .audit import Break
from .canonical import canonical_json
from .database import Connection
from .system_tables import audit, audit_root

SETTLED = timedelta(minutes=5)
"""Entries that are younger may stand beside others that are not committed yet; they are signed the next time."""


@frozen
class Root:
    """One signature: of how many entries, until which, and the seal that the next one continues."""

    number: int
    at: datetime
    up_to: int
    count: int
    digest: str
    seal: str


def sign_audit(connection: Connection, key: bytes, now: datetime) -> Root | None:
    """Sign what was added since the last root; None when there is nothing."""
    row = connection.execute(sa.select(audit_root).order_by(audit_root.c.number.desc()).limit(1)).mappings().first()
    last = Root(**row) if row else Root(0, now, 0, 0, "", "")
    up_to = connection.execute(sa.select(sa.func.max(audit.c.id)).where(audit.c.at <= now - SETTLED, audit.c.id > last.up_to)).scalar()
    if up_to is None:
        return None
    digest, count = _digest(connection, last.up_to, up_to)
    header = {"number": last.number + 1, "at": now, "up_to": up_to, "count": count, "digest": digest}
    root = Root(**header, seal=_seal(key, last.seal, header))
    connection.execute(sa.insert(audit_root).values(asdict(root)))
    return root


def verify_roots(connection: Connection, key: bytes | None) -> Iterator[Break]:
    """Every root that was changed or is missing, and every one whose entries are not those that were signed; `record_id` is its number.

    Without a key nothing is said of seals.
    """
    seal, number, up_to = "", 0, 0
    for row in list(connection.execute(sa.select(audit_root).order_by(audit_root.c.number)).mappings()):
        header = {name: row[name] for name in ("number", "at", "up_to", "count", "digest")}
        if row["number"] != number + 1:
            yield Break(0, row["number"], 0, "a signature before this one is missing")
        elif key is not None and not hmac.compare_digest(row["seal"], _seal(key, seal, header)):
            yield Break(0, row["number"], 0, "the signature was changed")
        elif _digest(connection, up_to, row["up_to"]) != (row["digest"], row["count"]):
            yield Break(0, row["number"], 0, "entries that were signed are missing or were changed")
        seal, number, up_to = row["seal"], row["number"], row["up_to"]


def _digest(connection: Connection, after: int, up_to: int) -> tuple[str, int]:
    found, count = sha256(), 0
    query = sa.select(audit.c.id, audit.c.hash).where(audit.c.id > after, audit.c.id <= up_to).order_by(audit.c.id)
    for number, sealed in connection.execute(query.execution_options(yield_per=1000)):
        found.update(f"{number}:{sealed}\n".encode())
        count += 1
    return found.hexdigest(), count


def _seal(key: bytes, previous: str, header: Mapping[str, Any]) -> str:
    return hmac.new(key, f"{previous}\n{canonical_json(header)}".encode(), sha256).hexdigest()
