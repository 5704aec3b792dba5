"""With whom one record is shared, and the form that shares it."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import Choice


@frozen
class Shared:
    """Somebody who has the record: who in words, what they may do with it, until when (blank: for good); `key` is what a form sends."""

    who: str
    may: str
    until: str = ""
    key: str = ""


@frozen
class Sharing:
    """What the page of a record says about it: to whom it is opened, and where that is changed."""

    href: str
    shared: tuple[Shared, ...] = ()


@frozen
class SharePage:
    """Everything on the page; `may_change` says whether writing can be shared too."""

    title: str
    back: str
    shared: tuple[Shared, ...]
    people: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    may_change: bool = False
    problem: str = ""
