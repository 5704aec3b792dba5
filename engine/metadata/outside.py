"""Public forms and portals, compiled: what people from outside see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from engine.errors import Text
from engine.formula import Formula, Wording
from engine.frozen import frozen

from .links import Given
from .views import Form
from .working_time import Span


@frozen(slots=False, eq=False)
class PublicForm:
    """A form that needs no account: `form` is what it asks, `shown` are paths that are only read, `set` what is written besides.

    `lookup` are the links whose records may be searched (`lines.product` in a table). One that comes `by_link` answers to a
    secret address of one record, which ends after `expires`, and is good `once`. `limit` is how often one network address may
    send it in how long.
    """

    name: str
    entity: str
    label: Text
    help: Text
    form: Form
    shown: tuple[tuple[str, Formula], ...]
    set: Mapping[str, Given]
    lookup: frozenset[str]
    by_link: bool
    once: bool
    expires: Span
    resume: Span
    limit: tuple[int, timedelta]
    opens: Given | None = None
    closes: Given | None = None
    thanks: Wording | None = None


@frozen
class PortalEntry:
    """A line of the menu of a portal."""

    item: str
    label: Text
    icon: str | None = None


@frozen(slots=False, eq=False)
class Portal:
    """Pages for people from outside, at `address`; `home` is their first page (blank: an overview).

    `logo` is an SVG picture, `join` a public form; either may be blank.
    """

    name: str
    label: Text
    roles: frozenset[str]
    address: str
    home: str = ""
    menu: tuple[PortalEntry, ...] = ()
    logo: str = ""
    color: str = ""
    languages: tuple[str, ...] = ()
    join: str = ""
