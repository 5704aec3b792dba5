"""Who was shown which record, of entities whose reads are kept (LANGUAGE 4.1, `history: {reads: true}`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from engine.frozen import frozen

from .database import Connection
from .matching import new_row, newly
from .system_tables import reading

_ADD = new_row(reading)


@frozen
class Reading:
    """Somebody was shown a record."""

    at: datetime
    actor: int
    actor_name: str
    entity_id: int
    record_id: int


def note_reads(connection: Connection, reads: Iterable[Reading]) -> None:
    """Keep who was shown what."""
    _ADD.on(connection).each(connection, (newly(asdict(each)) for each in reads))
