"""The keys that fields of every type have."""

from __future__ import annotations

from typing import Any, Literal

from .declared_rules import Sealed
from .written import Declaration, FormulaText, Label, LiteralOrFormula, Was


class FieldBase(Declaration, kw_only=True, tag_field="type"):
    """Keys of every field type."""

    label: Label | None = None
    help: Label | None = None
    required: FormulaText = False
    show: FormulaText | None = None
    readonly: FormulaText | None = None
    was: Was = ()


class ValueBase(FieldBase, kw_only=True):
    """Keys of every field type that holds a value (all but tables)."""

    def kept(self, value: Any) -> Any:
        """What is kept of a value that came in and is of the right type. A type of a plugin says more here, or raises Unfit."""
        return value

    default: LiteralOrFormula = None
    formula: FormulaText | None = None
    keep: Literal["stored", "virtual", "deferred"] | None = None
    unique: bool = False
    index: bool = False
    search: bool | None = None
    discloses: bool = False
    sealed: Sealed | None = None
    placeholder: Label | None = None


class WordsBase(ValueBase, kw_only=True):
    """Keys of texts that people write in their own words."""

    pattern: str | None = None
    compare: Literal["exact", "ignore_case"] = "exact"
    sort: Literal["code", "pinyin"] = "code"
    keep_empty: bool = False
