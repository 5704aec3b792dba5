"""A record as it was."""

from __future__ import annotations

from dataclasses import dataclass

from .cells import FactSection


@dataclass(frozen=True, slots=True)
class PastField:
    """A field that held something else; `open` where it may be brought back."""

    name: str
    label: str
    then: str
    now: str
    open: bool


@dataclass(frozen=True, slots=True)
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
