"""Public forms: the form itself, and the pages around it that only say something."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import Fact
from .form_page import FormSection, ProblemLink


@frozen
class PublicPage:
    """A public form. `shown` are what is only read, `hidden` what the form sends along; `later` offers to go on another time."""

    title: str
    help: str
    sections: tuple[FormSection, ...]
    address: str
    live: str
    shown: tuple[Fact, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    problems: tuple[ProblemLink, ...] = ()
    trap: str = ""
    later: bool = True


@frozen
class PublicMessage:
    """A page that says something: thanks, or why the form is not there; `link` is an address to keep, `icon` what it looks like."""

    title: str
    words: str
    icon: str = "circle-check"
    number: str = ""
    link: str = ""
    again: str = ""
