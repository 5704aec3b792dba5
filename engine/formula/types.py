"""The types of the formula language: what a value is, whether it may be null, how many digits it has, whose money it is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from engine.errors import Message
from engine.frozen import frozen


class Kind(Enum):
    """What a value is; the words are those of error messages."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    DURATION = "duration"
    CHOICE = "choice"
    MULTI_CHOICE = "choices"
    REF = "link"
    COLLECTION = "collection"
    LIST = "list"
    OPAQUE = "file"
    NULL = "null"
    ERROR = "error"


ORDERED = frozenset({Kind.NUMBER, Kind.TEXT, Kind.DATE, Kind.DATETIME, Kind.DURATION})
"""Kinds that `<`, MIN and MAX compare."""


@frozen
class Currency:
    """Whose money: a `code`, or the `path` of the field that holds it, seen from `root` at scope `level`; neither = unknown."""

    code: str | None = None
    path: tuple[str, ...] = ()
    root: str = "row"
    level: int = 0

    @property
    def known(self) -> bool:
        """Whether two moneys of this currency may be added."""
        return self.code is not None or bool(self.path)


UNKNOWN_CURRENCY = Currency()


@frozen
class Type:
    """The static type of an expression, a field or a variable.

    `null` False promises that the value is never missing, also while a record is being made. `digits` counts all digits,
    `scale` those after the point; None means not known. `currency` marks money. `choices` are the codes, `choice_set` the
    name of their list, `entity` the target of a REF or COLLECTION, `element` what a LIST holds. Texts that `ignore_case` compare as
    those in small letters do; those that are `spelled` stand in lists as they are spoken.
    """

    kind: Kind
    null: bool = True
    digits: int | None = None
    scale: int | None = None
    currency: Currency | None = None
    choices: tuple[str, ...] = ()
    choice_set: str = ""
    entity: str | None = None
    element: Type | None = None
    ignore_case: bool = False
    spelled: bool = False

    def nullable(self, null: bool = True) -> Type:
        """The same type with another nullability."""
        return self if self.null == null else replace(self, null=null)

    def compared(self, value: Any) -> Any:
        """What a value of this type is compared by: a text that ignores case in small letters, anything else as it is."""
        return value.lower() if self.ignore_case and isinstance(value, str) else value

    @property
    def word(self) -> Message:
        """The type in a sentence about kinds: number, link to supplier."""
        if self.kind in (Kind.REF, Kind.COLLECTION) and self.entity:
            words = "link to {entity}" if self.kind is Kind.REF else "collection of {entity}"
            return Message(words, {"entity": self.entity})
        if self.kind is Kind.LIST and self.element:
            return Message("list of {element}", {"element": self.element.word})
        return Message(self.kind.value)

    def __str__(self) -> str:
        """The words of error messages: number(14,2), link to supplier, list of text."""
        if self.kind is Kind.NUMBER and self.digits is not None and self.scale is not None:
            return f"number({self.digits},{self.scale})"
        if self.kind in (Kind.REF, Kind.COLLECTION) and self.entity:
            return f"link to {self.entity}" if self.kind is Kind.REF else f"collection of {self.entity}"
        if self.kind is Kind.LIST and self.element:
            return f"list of {self.element}"
        return self.kind.value


NUMBER = Type(Kind.NUMBER)
TEXT = Type(Kind.TEXT)
BOOLEAN = Type(Kind.BOOLEAN)
TRUTH = Type(Kind.BOOLEAN, null=False)
DATE = Type(Kind.DATE)
DATETIME = Type(Kind.DATETIME)
DURATION = Type(Kind.DURATION)
NULL = Type(Kind.NULL)
ERROR = Type(Kind.ERROR)


def number(digits: int, scale: int, *, null: bool = True, currency: Currency | None = None) -> Type:
    """The type of a field with `digits` digits in all, `scale` of them after the point."""
    return Type(Kind.NUMBER, null, digits, scale, currency)


def number_literal(value: Decimal, currency: Currency | None = None) -> Type:
    """The type of a number literal."""
    _, digits, exponent = value.as_tuple()
    scale = max(0, -cast(int, exponent))
    return Type(Kind.NUMBER, False, max(len(digits) + max(0, cast(int, exponent)), scale), scale, currency)


def link(entity: str, *, null: bool = True) -> Type:
    """The type of a link to `entity`."""
    return Type(Kind.REF, null, entity=entity)


def collection(entity: str) -> Type:
    """The type of a table or of the other end of a link."""
    return Type(Kind.COLLECTION, False, entity=entity)


def list_of(element: Type) -> Type:
    """The type of a list of scalars."""
    return Type(Kind.LIST, False, element=element)


def _sized(whole: int, scale: int, null: bool, currency: Currency | None) -> Type:
    return Type(Kind.NUMBER, null, whole + scale, scale, currency)


def arithmetic(op: str, a: Type, b: Type, currency: Currency | None) -> Type:
    """The type of a number operation: digits and scale of the exact result, cut at 20 places; unknown sizes stay unknown."""
    null = a.null or b.null or op == "/"
    if a.digits is None or a.scale is None or b.digits is None or b.scale is None:
        return Type(Kind.NUMBER, null, currency=currency)
    whole_a, whole_b = a.digits - a.scale, b.digits - b.scale
    if op == "*":
        return _sized(whole_a + whole_b, min(20, a.scale + b.scale), null, currency)
    if op == "/":
        return _sized(whole_a + b.scale, 20, null, currency)
    return _sized(max(whole_a, whole_b) + 1, max(a.scale, b.scale), null, currency)
