"""The small types of which declarations are written: names, labels, formulas, lists that may be a single item.

A number with a fraction arrives from the reader as its text, so that `3.10` stays exact; `Decimal` fields take that text.
"""

from __future__ import annotations

import atexit
import gc
from typing import Annotated, TypeAlias, TypeVar, dataclass_transform

import msgspec
from msgspec import Meta, Struct

# msgspec's types can be collected in an order that crashes the interpreter while it ends, so nothing is collected then.
atexit.register(gc.freeze)

Item = TypeVar("Item")
OneOrMore: TypeAlias = Item | tuple[Item, ...]

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*(?!\n)$", max_length=60, description="a name in ASCII snake_case")]
Code = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]*(?!\n)$", max_length=60, description="a code of letters, digits and `_`")]
Names = tuple[str, ...]
Was = str | tuple[str, ...]
Label = Annotated[str | dict[str, str], Meta(description="words, or a mapping from language to words")]
Scalar = str | bool | int | None
FormulaText = Annotated[str | bool | int, Meta(description="a formula")]
LiteralOrFormula = Annotated[str | bool | int | tuple[str | bool | int, ...] | None, Meta(description="a literal, or a formula after `=`")]


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class Declaration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of all structs: keys that are not declared are mistakes."""


def listed(value: object) -> tuple[object, ...]:
    """A key that holds one thing or a list of things, as a tuple."""
    return value if isinstance(value, tuple) else (value,)
