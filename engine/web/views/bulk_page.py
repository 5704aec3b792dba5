"""What is done with the records that were ticked in a list: asking before, and the result of each after."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import Choice
from .form_page import FormSection, ProblemLink


@frozen
class BulkPage:
    """Asking before: `records` are what was ticked (words, key), `fields` what may be changed in all of them, `chosen` one of them.

    `proof` is what somebody shows again who they are with, where the field asks for it.
    """

    title: str
    lead: str
    send: str
    verb: str
    address: str
    back: str
    records: tuple[Choice, ...]
    fields: tuple[Choice, ...] = ()
    chosen: str = ""
    sections: tuple[FormSection, ...] = ()
    danger: bool = False
    problems: tuple[ProblemLink, ...] = ()
    proof: str = ""


@frozen
class ResultLine:
    """One record and what became of it; `words` are blank where it was done."""

    title: str
    href: str
    words: str = ""
    key: str = ""


@frozen
class ResultPage:
    """The result of each record, those first where it did not work."""

    title: str
    done: str
    failed: str
    lines: tuple[ResultLine, ...]
    back: str
