"""Names and times for messages."""

from __future__ import annotations

from datetime import datetime

from engine.errors import Message
from engine.records import RecordFrame
from engine.unit_of_work import View


def person_name(view: View, person: int) -> str | Message:
    """What a person is called."""
    return RecordFrame(view).title("user", person) or Message("somebody who has left")


def moment(view: View, instant: datetime) -> str:
    """An instant in the zone of the application, to the minute."""
    return instant.astimezone(view.zone).strftime("%Y-%m-%d %H:%M")
