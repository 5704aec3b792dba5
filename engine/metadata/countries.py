"""The public holidays of countries, as they were decreed, and the weekend days that they made working days."""

from __future__ import annotations

from functools import lru_cache

from engine.frozen import frozen

from .working_time import PublicYear


@frozen
class Country:
    """The holidays of a country, by its code of two letters."""

    code: str

    def __call__(self, year: int) -> PublicYear:
        """What the country decreed for a year."""
        return _decreed(self.code, year)


def countries() -> list[str]:
    """The codes of the countries whose holidays are known."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - as below

    # Asking the library for its list would import every country.
    return [code for names in COUNTRIES.values() for code in names[1:] if len(code) < 4]


@lru_cache(maxsize=256)
def _decreed(code: str, year: int) -> PublicYear:
    import holidays  # noqa: PLC0415 - heavy, and few commands meet a calendar with a country

    found = holidays.country_holidays(code, years=year)
    return PublicYear(frozenset(found), frozenset(getattr(found, "weekend_workdays", ())))
