"""What an analyst writes to say what must hold, and who may do what."""

from __future__ import annotations

from typing import Literal

from .written import Declaration, FormulaText, Label, Names


class Check(Declaration, kw_only=True):
    """A condition that must not be false, and what to say when it is; `level: warn` lets it pass and shows it."""

    require: FormulaText
    say: Label | None = None
    field: str | None = None
    level: Literal["error", "warn"] = "error"


class Access(Declaration, kw_only=True):
    """One rule of a role: which rows it grants each verb on, and which fields it hides, masks or lets be edited."""

    read: FormulaText | None = None
    create: FormulaText | None = None
    update: FormulaText | None = None
    delete: FormulaText | None = None
    share: FormulaText | None = None
    export: FormulaText | None = None
    hide: Names = ()
    mask: dict[str, Literal["last4", "all"]] = {}
    edit: Names | None = None
