"""Names and times for messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from engine.errors import Message
from engine.records import in_portal, titles
from engine.unit_of_work import View

LEFT = Message("somebody who has left")
STAFF = Message("Staff")
Name = str | Message


def names_of(view: View, people: Iterable[int | None]) -> Mapping[int | None, Name]:
    """What people are called, in one statement; the engine itself (None) has no entry."""
    unknown = STAFF if in_portal(view) else LEFT
    return {person: name or unknown for person, name in titles(view, "user", {person for person in people if person is not None}).items()}


def in_languages(view: View, message: Message) -> dict[str, str]:
    """A message as it can be kept: in every language of the application."""
    return {language: message.render(language) for language in view.metadata.languages}


def moment(view: View, instant: datetime) -> str:
    """An instant in the zone of the application, to the minute."""
    return instant.astimezone(view.zone).strftime("%Y-%m-%d %H:%M")
