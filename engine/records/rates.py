"""What currencies are worth: the dated entity `rate` of the engine holds what one unit is worth in the application's currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine import storage
from engine.unit_of_work import View

RATE = "rate"
ONE = Decimal(1)


def rate_on(view: View, currency: str, day: date) -> Decimal | None:
    """What one unit of a currency is worth on a day in the currency of the application; None where nobody has entered it."""
    if currency == view.metadata.currency:
        return ONE
    key = currency, day
    if key not in view.rates:
        found = storage.find_on(view.connection, view.tables, RATE, {"currency": currency}, day)
        view.rates[key] = None if found is None else found["rate"]
    return view.rates[key]


def forget_rates(view: View, entity: str) -> None:
    """Rates that were read are read again once one has been written."""
    if entity == RATE:
        view.rates.clear()
