"""Values in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.numbers import format_currency, format_decimal

from engine.metadata import Field, Metadata
from engine.web.digits import money, number
from engine.web.display import Display
from tests.applications import World

WORDS = {"yes": "Yes", "no": "No", "minutes": "min", "hours": "h", "days": "d", "untitled": "(untitled)", "hidden_record": "hidden"}


@dataclass
class Example:
    """A field with a value and what both languages make of it."""

    field: str
    value: object
    en: str
    zh: str


EXAMPLES = [
    Example("total", Decimal("1234567.50"), "CN¥1,234,567.50", "¥1,234,567.50"),
    Example("discount", Decimal("0.125"), "12.5%", "12.5%"),
    Example("wanted_on", date(2026, 3, 2), "2 Mar 2026", "2026年3月2日"),
    Example("urgency", "high", "High", "High"),
    Example("subject", "Bolts", "Bolts", "Bolts"),
    Example("total", None, "", ""),
]


def display(language: str, metadata: Metadata) -> Display:
    return Display(language, metadata.zone, datetime(2026, 3, 2, 1, tzinfo=UTC), WORDS, {("order", 7): "O-0007", ("order", 8): None})


def field(world: World, name: str) -> Field:
    return world.metadata.entities["order"].fields[name]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_values_in_both_languages(world: World, language: str) -> None:
    shown = {e.field + str(e.value): display(language, world.metadata).text(field(world, e.field), e.value, {}) for e in EXAMPLES}
    assert shown == {e.field + str(e.value): getattr(e, language) for e in EXAMPLES}


def test_a_link_shows_the_title_only_to_who_may_know_it(world: World) -> None:
    en = display("en", world.metadata)
    known = en.cell(field(world, "replaces"), 7, {})
    secret = en.cell(field(world, "replaces"), 8, {})
    assert (known.look, known.text, known.href) == ("link", "O-0007", "/records/order/7")
    assert (secret.look, secret.text, secret.href) == ("secret", "hidden", "")


def test_an_instant_stands_in_the_zone_of_the_application() -> None:
    shown = Display("en", ZoneInfo("Asia/Shanghai"), datetime(2026, 3, 2, 12, tzinfo=UTC), WORDS)
    assert shown.moment(datetime(2026, 3, 2, 6, 30, tzinfo=UTC)) == "2 Mar 2026, 14:30"
    assert shown.ago(shown.now) == "just now"
    assert shown.ago(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) == "3 hours ago"
    assert shown.instant(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) == "2026-03-02T09:00:00Z"
    assert shown.duration(timedelta(minutes=90), "hours") == "1.5 h"


def test_a_title_that_may_be_known_of_a_record_that_may_not_be_opened_is_no_link() -> None:
    titles = {("user", 3): "Ann", ("user", 4): "Bob"}
    shown = Display(
        "en", ZoneInfo("Asia/Shanghai"), datetime(2026, 3, 2, 12, tzinfo=UTC), WORDS, titles, lambda _entity, number: number == 3
    )
    assert (shown.link("user", 3).look, shown.link("user", 3).href) == ("link", "/records/user/3")
    assert (shown.link("user", 4).look, shown.link("user", 4).text) == ("text", "Bob")


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN", "de"])
def test_numbers_are_written_as_babel_writes_them(language: str) -> None:
    """Each in three languages, with their marks: positive, negative, rounded, and with the digits that they have."""
    locale = Locale.parse(language)
    values = [Decimal(text) for text in ("0", "-0.00", "0.005", "0.015", "-1234567.895", "1E+3", "-12.5000", "123456789.123456")]
    for value in values:
        for currency in ("CNY", "USD", "JPY", "KWD"):
            assert money(value, currency, locale) == format_currency(value, currency, locale=locale)
        assert number(value, locale) == format_decimal(value, "#,##0.###", locale=locale, decimal_quantization=False)
        assert number(value, locale, 2) == format_decimal(value, "#,##0.00", locale=locale)
