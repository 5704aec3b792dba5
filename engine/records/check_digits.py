"""Numbers whose last digits check the others, by the rule that a field names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stdnum import ean, iban, luhn
from stdnum.cn import uscc
from stdnum.eu import vat

RULES: Mapping[str, Callable[[str], bool]] = {
    "ean": ean.is_valid,
    "iban": iban.is_valid,
    "luhn": luhn.is_valid,
    "uscc": uscc.is_valid,
    "vat": vat.is_valid,
}
"""Whether the digits of a number fit each other."""
