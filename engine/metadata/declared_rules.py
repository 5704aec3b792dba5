"""What an analyst writes to say what must hold, and who may do what."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .written import Declaration, FormulaText, Label, Name, Names


class Check(Declaration, kw_only=True):
    """A condition that must not be false, and what to say when it is; `level: warn` lets it pass and shows it."""

    require: FormulaText
    say: Label | None = None
    field: str | None = None
    level: Literal["error", "warn"] = "error"


class History(Declaration, kw_only=True):
    """What is kept of records beside their changes: with `reads`, who read them."""

    reads: bool = False


class Retention(Declaration, kw_only=True):
    """How long records are kept, counted from a day or an instant of theirs, and what becomes of them then."""

    after: Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,3} (day|month|year)s?$", description="a length of time such as 3 years")]
    since: Name
    do: Literal["anonymise", "archive", "delete"]


class Sealed(Declaration, kw_only=True):
    """Until when nobody reads a value but those whom `except` names: an instant (blank: not yet known), and for which records at all."""

    until: FormulaText
    when: FormulaText | None = None
    except_: FormulaText = msgspec.field(name="except")


class Retry(Declaration, kw_only=True):
    """How often a connector call is tried, and how long to wait between the tries (`2 minutes`)."""

    times: Annotated[int, Meta(ge=1, le=50)] = 3
    wait: str = "1 minute"


class Access(Declaration, kw_only=True):
    """One rule of a role: which rows it grants each verb on, and which fields it hides, masks or lets be edited."""

    read: FormulaText | None = None
    create: FormulaText | None = None
    update: FormulaText | None = None
    delete: FormulaText | None = None
    share: FormulaText | None = None
    export: FormulaText | None = None
    print: FormulaText | None = None
    hide: Names = ()
    mask: dict[str, Literal["last4", "all"]] = {}
    edit: Names | None = None


class RowAccess(Declaration, kw_only=True):
    """One rule of a role on the rows of a table: on which it grants each verb, which of their fields it hides, masks or lets be edited."""

    read: FormulaText | None = None
    create: FormulaText | None = None
    update: FormulaText | None = None
    delete: FormulaText | None = None
    hide: Names = ()
    mask: dict[str, Literal["last4", "all"]] = {}
    edit: Names | None = None


class Guard(Declaration, kw_only=True):
    """A condition of an action with the reason that is shown when it does not hold; null is no."""

    require: FormulaText
    say: Label | None = None
