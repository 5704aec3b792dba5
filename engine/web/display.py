"""Values as words: numbers, money, dates and links in the reader's language, in the zone of the application."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent

from engine.errors import in_language, translate
from engine.frozen import frozen
from engine.metadata import FILE, USER, Field, Value
from engine.records import clean_markup, ids_of, plain_json, words_of

from .digits import money, number
from .views import BLANK, Cell, Choice, Look

Titles = Mapping[tuple[str, int], str | None]
NUMERIC = frozenset({"integer", "decimal", "money", "percent", "duration"})
LOOKS: Mapping[str, Look] = {"long_text": "long", "json": "code", "barcode": "code", "bank": "code"}
_SECOND = timedelta(seconds=1)
JUST_NOW = 3
"""Up to how many seconds nobody counts."""
UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}


def always(entity: str, number: int) -> bool:
    """Every record has a page."""
    return True


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse("zh_Hans_CN" if language == "zh" else language)


@lru_cache(maxsize=4096)
def _day(value: date, language: str) -> str:
    return str(format_date(value, "medium" if language == "zh" else "d MMM yyyy", locale=_locale(language)))


@lru_cache(maxsize=4096)
def _instant(value: datetime, language: str, zone: ZoneInfo) -> str:
    form = "y年M月d日 HH:mm" if language == "zh" else "d MMM yyyy, HH:mm"
    return str(format_datetime(value, form, tzinfo=zone, locale=_locale(language)))


@lru_cache(maxsize=4096)
def _gone(seconds: int, language: str) -> str:
    if abs(seconds) < JUST_NOW:
        return translate("just now", language)
    return str(format_timedelta(timedelta(seconds=seconds), add_direction=True, locale=_locale(language), threshold=1.2))


@frozen(slots=False)
class Display:
    """One reader: a language, the zone of the application, the time of the page, and the titles of linked records.

    `opens` says whether a record whose title the reader knows has a page for them.
    """

    language: str
    zone: ZoneInfo
    now: datetime
    words: Mapping[str, str]
    titles: Titles = field(default_factory=dict)
    opens: Callable[[str, int], bool] = always

    @property
    def locale(self) -> Locale:
        """The locale of babel for this language."""
        return _locale(self.language)

    def cell(self, described: Field, value: Value, row: Mapping[str, Value]) -> Cell:
        """A value of a field of `row` for reading."""
        value = ids_of(described, value) if described.several else value
        if value is None or value in ("", ()):
            return BLANK
        if described.link is not None:
            return self._linked(described, value)
        if described.kind in ("choice", "multi_choice"):
            return self._badges(described, value)
        if described.kind == "boolean":
            return Cell("text", self.words["yes" if value else "no"])
        if described.kind in ("email", "phone", "url", "location"):
            return _address(described.kind, str(value))
        if described.kind == "rich_text":
            return Cell("rich", str(clean_markup(str(value)) or ""))
        return Cell(_look(described.kind), self.text(described, value, row))

    def text(self, described: Field, value: Value, row: Mapping[str, Value]) -> str:
        """A value of a field of `row` as plain words; blank for nothing."""
        value = ids_of(described, value) if described.several else value
        if value is None:
            return ""
        if described.link is not None:
            return self._linked(described, value).text
        if described.kind in ("choice", "multi_choice"):
            return ", ".join(choice.text for choice in self._badges(described, value).choices)
        if described.kind == "boolean":
            return self.words["yes" if value else "no"]
        if isinstance(value, Decimal):
            return self._number(described, value, row)
        if isinstance(value, timedelta):
            return self.duration(value, getattr(described.declared, "unit", "hours"))
        return self.moment(value) if isinstance(value, (date, datetime)) else read(described.kind, str(value))

    def _number(self, described: Field, value: Decimal, row: Mapping[str, Value]) -> str:
        if described.kind == "money":
            code = currency_of(described, row)
            return money(value, code, self.locale) if code else number(value, self.locale, described.type.scale or 0)
        if described.kind == "percent":
            return format_percent(value, "#,##0.##%", locale=self.locale, decimal_quantization=False)
        words = number(value, self.locale)
        unit = getattr(described.declared, "unit", None)
        return f"{words} {in_language(unit, self.language) if isinstance(unit, Mapping) else unit}" if unit else words

    def link(self, entity: str, value: Value) -> Cell:
        """A record that is linked to, by its title where the reader may know it."""
        title = self.titles.get((entity, int(str(value))))
        if title is None:
            if entity == USER and "hidden_person" in self.words:
                return Cell("text", self.words["hidden_person"])
            return Cell("secret", self.words["hidden_record"])
        if "." in entity or not self.opens(entity, int(str(value))):
            return Cell("text", title or self.words["untitled"])
        return Cell("link", title or self.words["untitled"], f"/records/{entity}/{value}")

    def _linked(self, described: Field, value: Value) -> Cell:
        """The record or file that a field leads to, or all of them."""
        assert described.link is not None
        if isinstance(value, tuple):
            cells = tuple(self._linked(described, number) for number in value)
            return Cell("links", ", ".join(cell.text for cell in cells), links=cells)
        if described.link.entity != FILE:
            return self.link(described.link.entity, value)
        name = self.titles.get((FILE, int(str(value)))) or self.words["untitled"]
        return Cell("file" if described.kind == "file" else "picture", name, f"/files/{value}")

    def _badges(self, described: Field, value: Value) -> Cell:
        codes = value if isinstance(value, tuple) else (value,)
        chosen = (described.choice.get(str(code)) for code in codes)
        badges = tuple(Choice(in_language(c.label, self.language), c.color, c.code) for c in chosen if c is not None)
        return Cell("badges" if isinstance(value, tuple) else "badge", ", ".join(b.text for b in badges), choices=badges)

    def moment(self, value: date | datetime) -> str:
        """A day, or an instant in the zone of the application."""
        return _instant(value, self.language, self.zone) if isinstance(value, datetime) else _day(value, self.language)

    def hour(self, value: datetime) -> str:
        """The time of an instant of today, in the zone of the application."""
        return f"{value.astimezone(self.zone):%H:%M}"

    def ago(self, value: datetime) -> str:
        """How long ago something was, for the eye; the exact instant stands beside it for those who look."""
        gone = value - self.now
        if abs(gone) > timedelta(days=20):
            return self.moment(value.astimezone(self.zone).date())
        return _gone(gone // _SECOND, self.language)

    def lasted(self, value: timedelta) -> str:
        """A length of time for the eye."""
        return str(format_timedelta(value, locale=self.locale, threshold=1.2))

    def instant(self, value: datetime) -> str:
        """The exact instant, for machines and for those who look."""
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def duration(self, value: timedelta, unit: str) -> str:
        """A length of time in the unit of its field."""
        amount = Decimal(value // timedelta(microseconds=1)) / Decimal(UNITS[unit] // timedelta(microseconds=1))
        shown = format_decimal(round(amount, 2).normalize(), "#,##0.##", locale=self.locale)
        return f"{shown} {self.words[unit]}"


def currency_of(described: Field, row: Mapping[str, Value]) -> str:
    """The currency of a money field on this row; blank where it is not known here."""
    currency = described.type.currency
    if currency is None:
        return ""
    if currency.code:
        return currency.code
    return str(row.get(currency.path[0]) or "") if len(currency.path) == 1 else ""


def _look(kind: str) -> Look:
    return LOOKS.get(kind, "number" if kind in NUMERIC else "text")


def read(kind: str, text: str) -> str:
    """A text as it is read: an account in groups of four, data in lines, formatted text as its words."""
    if kind == "bank":
        return " ".join(text[place : place + 4] for place in range(0, len(text), 4))
    return words_of(text) if kind == "rich_text" else written(kind, text)


def written(kind: str, text: str) -> str:
    """A text as it is typed."""
    if kind == "location":
        return text.replace(",", ", ")
    data = plain_json(text) if kind == "json" else text
    return data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, indent=2)


def _address(kind: str, value: str) -> Cell:
    href = {"email": f"mailto:{value}", "phone": f"tel:{value.replace(' ', '')}", "location": f"geo:{value}"}.get(kind, value)
    safe = href.startswith(("http://", "https://", "mailto:", "tel:", "geo:"))
    return Cell("url" if kind == "url" else "link", written(kind, value), href if safe else "")
