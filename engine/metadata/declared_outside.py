"""Public forms and portals as an analyst writes them: what people from outside see."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .declared_screens import FieldItem
from .written import Declaration, Label, LiteralOrFormula, Name, Names

Address = Annotated[str, Meta(pattern=r"^/[a-z][a-z0-9-]{0,58}(/[a-z][a-z0-9_-]{0,58})?$", description="a path such as /suppliers")]
Picture = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\.svg$", description="an SVG picture beside this file, such as acme.svg")
]
Color = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$", description="a color such as #0f6e56")]


class PublicForm(Declaration, kw_only=True):
    """A form that is filled in without signing in: nothing can be read or written but what it names."""

    public: Name
    label: Label | None = None
    help: Label | None = None
    for_: Name | None = msgspec.field(name="for", default=None)
    fields: Annotated[tuple[str | FieldItem, ...], Meta(min_length=1)]
    show: Names = ()
    set: dict[Name, LiteralOrFormula] = {}
    lookup: Names = ()
    by: Literal["new", "link"] = "new"
    once: bool | None = None
    expires: str | None = None
    opens: LiteralOrFormula = None
    closes: LiteralOrFormula = None
    limit: str = "20 per hour"
    resume: str = "7 days"
    thanks: Label | None = None


class PortalItem(Declaration, kw_only=True):
    """A line of the menu of a portal, called as its people call it."""

    item: Name
    label: Label | None = None
    icon: str | None = None


class Portal(Declaration, kw_only=True):
    """Pages for people from outside: a menu of their own, and nothing that is meant for staff."""

    portal: Name
    label: Label | None = None
    roles: Annotated[Names, Meta(min_length=1)]
    home: Name | None = None
    menu: tuple[str | PortalItem, ...] = ()
    address: Address | None = None
    logo: Picture | None = None
    color: Color | None = None
    languages: tuple[Literal["en", "zh"], ...] = ()
    join: Name = "invite"
