"""What can be wrong with a value of the right type, by itself: its length, form, check digits; and quick tests that most values pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.errors import Message, Unfit
from engine.formula import match_pattern
from engine.metadata import ROLES, BankField, BarcodeField, Entity, Field, TaxNumberField, Value

from .data import read_json, read_place
from .values import Reader

EMAIL = re.compile(r'[^@\s<>()\[\],;:\\"]{1,64}@[^@\s.<>()\[\],;:\\"]+(\.[^@\s.<>()\[\],;:\\"]+)+\Z')
"""One address: without the signs by which a letter would go to several."""
URL = re.compile(r"https?://[^\s/?#]+[^\s]*\Z", re.IGNORECASE)
PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{2,30}[0-9]\Z", re.ASCII)
ACCOUNT = re.compile(r"[0-9A-Z]{4,34}\Z", re.ASCII)
BARCODES = {
    "code128": (re.compile(r"[\x20-\x7e]{1,80}\Z"), False),
    "code39": (re.compile(r"[0-9A-Z .$/+%-]{1,43}\Z"), False),
    "ean13": (re.compile(r"[0-9]{13}\Z"), True),
    "ean8": (re.compile(r"[0-9]{8}\Z"), True),
    "upca": (re.compile(r"[0-9]{12}\Z"), True),
    "qr": (re.compile(r"(?s).{1,2000}\Z"), False),
}
"""What a barcode of each kind can say, and whether its last digit checks the others (all as EAN-13 with zeros in front)."""
UTC = ZoneInfo("UTC")
Test = Callable[[Value], bool]
Tester = Callable[[Field, Value], Message | None]


def fault(field: Field, value: Value) -> Message | None:
    """What is wrong with a value of the right type: its length, pattern or check digits; None if nothing is."""
    tester = TESTERS.get(field.kind)
    return tester(field, value) if tester else None


@lru_cache(maxsize=1024)
def tests_of(entity: Entity) -> tuple[tuple[str, Field, Test], ...]:
    """The fields whose values may be wrong, each with a test that most values pass: nothing can be wrong with those, whatever the row."""
    return tuple(each for each in every_test(entity) if each[2] is not _passes)


@lru_cache(maxsize=1024)
def every_test(entity: Entity) -> tuple[tuple[str, Field, Test], ...]:
    """The same with the fields that are right whatever their value, but may be needed at a step."""
    return tuple((field.name, field, _test_of(field)) for field in entity.tested)


def _test_of(field: Field) -> Test:
    if field.table is not None and field.table.max_rows is None and not field.table.min_rows:
        return _passes
    if field.rows is not None or field.type.choice_set == ROLES:
        return lambda value: False
    blank = field.required is False
    if field.least is not None or field.most is not None:
        return lambda value: value is None and blank
    tester = TESTERS.get(field.kind)
    if tester is None:
        return _passes if blank else lambda value: value is not None
    return _valued(field, tester, blank=blank)


def _passes(value: Value) -> bool:
    return True


def _valued(field: Field, tester: Tester, *, blank: bool) -> Test:
    """The test of a value that has one of its own; most are short texts and numbers far from the limit."""
    if tester is _digits:
        digits = (field.type.digits or 18) - (field.type.scale or 0)
        return lambda value: blank if value is None else value.adjusted() < digits  # type: ignore[attr-defined]
    if tester is _text and getattr(field.declared, "pattern", None) is None:
        most = getattr(field.declared, "max", 255)
        return lambda value: blank if value is None else isinstance(value, str) and len(value) <= most
    return lambda value: blank if value is None else tester(field, value) is None


def _text(field: Field, value: Value) -> Message | None:
    most = getattr(field.declared, "max", 255)
    if len(str(value)) > most:
        return Message("At most {count:character is|characters are} possible here.", {"count": most})
    pattern = getattr(field.declared, "pattern", None)
    if pattern is not None and not match_pattern(pattern).fullmatch(str(value)):
        return Message("{field} does not have the expected form.", {"field": field.label})
    return None


def _matches(pattern: re.Pattern[str], words: str) -> Callable[[Field, Value], Message | None]:
    def test(field: Field, value: Value) -> Message | None:
        return None if len(str(value)) <= 255 and pattern.match(str(value)) else Message(words)

    return test


def _tax_number(field: Field, value: Value) -> Message | None:
    assert isinstance(field.declared, TaxNumberField)
    good = _digits_fit(field.declared.check, str(value))
    return None if good else Message("This is not a valid number; its check digits do not fit.")


def _bank(field: Field, value: Value) -> Message | None:
    assert isinstance(field.declared, BankField)
    if not ACCOUNT.match(str(value)):
        return Message("The number of an account has 4 to 34 letters and digits.")
    good = field.declared.check == "none" or _digits_fit(field.declared.check, str(value))
    return None if good else Message("This is not a valid number; its check digits do not fit.")


def _barcode(field: Field, value: Value) -> Message | None:
    assert isinstance(field.declared, BarcodeField)
    pattern, checked = BARCODES[field.declared.symbology]
    if not pattern.match(str(value)):
        return Message("A barcode of this kind ({kind}) cannot say this.", {"kind": field.declared.symbology})
    good = not checked or _digits_fit("ean", str(value).zfill(13))
    return None if good else Message("This is not a valid number; its check digits do not fit.")


def _digits_fit(rule: str, number: str) -> bool:
    from .check_digits import RULES  # noqa: PLC0415 - python-stdnum, which only such numbers need

    return RULES[rule](number)


def _as_read(read: Reader) -> Callable[[Field, Value], Message | None]:
    """A test for values that may have come from a default or a formula, past the reader of input."""

    def test(field: Field, value: Value) -> Message | None:
        try:
            read(field, value, UTC)
        except Unfit as unfit:
            return unfit.message
        return None

    return test


def _digits(field: Field, value: Value) -> Message | None:
    assert isinstance(value, Decimal)
    digits = (field.type.digits or 18) - (field.type.scale or 0)
    if value and value.adjusted() >= digits:
        return Message("At most {count:digit is|digits are} possible before the point.", {"count": digits})
    return None


TESTERS: Mapping[str, Tester] = {
    "text": _text,
    "long_text": _text,
    "rich_text": _text,
    "email": _matches(EMAIL, "Please enter an e-mail address, such as name@example.com."),
    "url": _matches(URL, "Please enter a web address that begins with https://."),
    "phone": _matches(PHONE, "Please enter a telephone number."),
    "tax_number": _tax_number,
    "bank": _bank,
    "barcode": _barcode,
    "location": _as_read(read_place),
    "json": _as_read(read_json),
    "integer": _digits,
    "decimal": _digits,
    "percent": _digits,
    "money": _digits,
}
