"""A record as it was."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import FactSection


@frozen
class PastField:
    """A field that held something else; `open` where it may be brought back."""

    name: str
    label: str
    then: str
    now: str
    open: bool


@frozen
class PastPage:
    """The record at an instant, and what differs from now."""

    title: str
    when: str
    address: str
    back: str
    at: str
    version: str
    fields: tuple[PastField, ...]
    sections: tuple[FactSection, ...]
