"""Who can see a record: one person, what they may do with it, and which rule says so."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import Choice
from .why_page import WhyStep


@frozen
class Reason:
    """A rule or a fact that was looked at, and its condition taken apart."""

    words: str
    steps: tuple[WhyStep, ...] = ()


@frozen
class Verdict:
    """Whether the person may do something; `known` is False where that depends on what is closed to the reader of the page."""

    what: str
    allowed: bool
    known: bool
    reasons: tuple[Reason, ...]


@frozen
class ClosedField:
    """A field that the person does not see, or sees only a part of."""

    label: str
    path: str
    masked: bool
    because: tuple[str, ...]


@frozen
class AccessPage:
    """Everything on the page. `person` is whom it is about (blank: nobody was chosen), `reads` says that they see the record."""

    title: str
    back: str
    people: tuple[Choice, ...]
    lookup: str
    person: str = ""
    roles: str = ""
    closed_account: bool = False
    verdicts: tuple[Verdict, ...] = ()
    reads: bool = False
    fields: tuple[ClosedField, ...] = ()
