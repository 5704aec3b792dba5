"""What stands around every page: menu, breadcrumbs, the person, and what happened a moment ago."""

from __future__ import annotations

from typing import Literal

from engine.frozen import frozen

from .plain_pages import IssueLine


@frozen
class NavItem:
    """A line of the menu."""

    label: str
    href: str
    icon: str
    current: bool = False
    count: str = ""


@frozen
class NavGroup:
    """A module of the menu; without a label its items stand on top."""

    label: str
    items: tuple[NavItem, ...]


@frozen
class Crumb:
    """A step of the path to this page; the last has no address."""

    label: str
    href: str = ""


@frozen
class Language:
    """A language the application speaks."""

    code: str
    label: str
    current: bool = False


@frozen
class Note:
    """Something that just happened, or that must be known."""

    text: str
    kind: Literal["good", "warn", "bad"] = "good"


@frozen
class Shell:
    """The frame of a page. `theme` is blank where the system's is followed; `new` are the records this person may make.

    `looking` names the person as whom an administrator sees the page. In a portal `portal` is its address, `logo`
    that of its picture, `look` that of a stylesheet with its color, `join` that of the form by which people apply. `issues` counts
    what is wrong in a folder that is being watched, `mistakes` are the first of it.
    """

    application: str
    language: str
    languages: tuple[Language, ...]
    theme: Literal["light", "dark", ""]
    system_theme: Literal["light", "dark"]
    groups: tuple[NavGroup, ...] = ()
    crumbs: tuple[Crumb, ...] = ()
    new: tuple[NavItem, ...] = ()
    person: str = ""
    initials: str = ""
    here: str = "/"
    notes: tuple[Note, ...] = ()
    issues: int = 0
    mistakes: tuple[IssueLine, ...] = ()
    watched: bool = False
    looking: str = ""
    portal: str = ""
    logo: str = ""
    look: str = ""
    join: str = ""

    @property
    def shown_theme(self) -> str:
        """The theme this page is drawn in."""
        return self.theme or self.system_theme
