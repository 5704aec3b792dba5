"""How many digits after the point an amount of each currency has (ISO 4217, list one, minor units that are not 2)."""

from __future__ import annotations

WIDEST = 4
"""Enough for an amount of any currency."""

_UNITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


def minor_units(code: str) -> int:
    """The digits after the point of amounts in the currency `code`: 2 for CNY, 0 for JPY."""
    return _UNITS.get(code, 2)
