"""How many digits after the point an amount of each currency has (ISO 4217, list one, minor units that are not 2)."""

from __future__ import annotations

WIDEST = 4
"""Enough for an amount of any currency."""

_NONE = ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF")
_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_FOUR = ("CLF", "UYW")
_UNITS = {**dict.fromkeys(_NONE, 0), **dict.fromkeys(_THREE, 3), **dict.fromkeys(_FOUR, 4)}


def minor_units(code: str) -> int:
    """The digits after the point of amounts in the currency `code`: 2 for CNY, 0 for JPY."""
    return _UNITS.get(code, 2)
