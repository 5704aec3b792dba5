"""Values as they come in and go out: from JSON or the text of a form to the type of the field, and back to JSON.

One reader per field type, the same for form, API, import and scenario. What does not fit raises `Unfit` with the words for
the person; ranges and rules are checked later, on the whole record.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.errors import Message, Unfit
from engine.formula import FormulaFailure
from engine.metadata import Field, Value, ValueBase

from .data import plain_json, plain_place, read_json, read_place
from .markup import clean_markup

NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?\Z", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?\Z", re.ASCII)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
DURATION = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,6})?) ?(seconds?|minutes?|hours?|days?|weeks?)\Z", re.ASCII)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What no database holds: zero, and halves of surrogate pairs."""
NUMERAL, WHOLE = "Please enter a number, such as 1250.00.", "Please enter a whole number, such as 1250."
DIGITS = 18
"""How many digits a number has where its type does not say."""
LINKED = 1000
"""How many records one field may lead to."""
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
SHOWN = {"minutes": "minute", "hours": "hour", "days": "day"}


def read_value(field: Field, raw: object, zone: ZoneInfo) -> Value:
    """`raw` (JSON, form text or a value already of the right type) as a value of `field`; blank is None, or zero where it counts as that.

    Raises Unfit.
    """
    if raw is None or raw == ():
        return _blank(field)
    if isinstance(raw, str) and not raw.strip():
        if getattr(field.declared, "keep_empty", False):
            return ""
        if not raw:
            return _blank(field)
    value = READERS[field.kind](field, raw, zone)
    return field.declared.kept(value) if value is not None and isinstance(field.declared, ValueBase) else value


def plain_value(field: Field, value: Value) -> object:
    """A value as JSON: whole numbers as numbers, others as exact text, instants as RFC 3339 in UTC, durations as ISO 8601 seconds."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return PLAIN[field.kind](value) if field.kind in PLAIN else value
    if isinstance(value, Decimal):
        return int(value) if field.kind == "integer" else format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return plain_length(value)
    return list(value) if isinstance(value, tuple) else value


def plain_length(value: timedelta) -> str:
    """A length of time as JSON."""
    return f"PT{format(Decimal(value // timedelta(microseconds=1)).scaleb(-6).normalize(), 'f')}S"


def fit(field: Field, value: Value) -> Value:
    """A computed value as the field stores it. Raises FormulaFailure for a number that has more digits than a column."""
    return fitting(field)(value)


@lru_cache(maxsize=4096)
def fitting(field: Field) -> Callable[[Value], Value]:
    """The same for every value of a field."""
    step, whole, blank = _step(field.type.scale or 0), DIGITS - (field.type.scale or 0), _blank(field)

    def fit_one(value: Value) -> Value:
        if not isinstance(value, Decimal):
            return blank if value is None else value
        found = _in_steps(value, step)
        if found.adjusted() >= whole:
            raise FormulaFailure("FX605", Message("At most {count:digit is|digits are} possible before the point.", {"count": whole}))
        return found

    return fit_one


def _blank(field: Field) -> Value:
    """What stands in a field of which nothing is said: nothing, or zero (`blank: zero`)."""
    return _step(field.type.scale or 0) * 0 if field.counts_as_zero else None


def rounded(field: Field, value: Value) -> Value:
    """A computed value as it is shown: numbers rounded half-up to the field's scale, texts as they are."""
    if isinstance(value, Decimal):
        return _in_steps(value, _step(field.type.scale or 0))
    return value


def _in_steps(value: Decimal, step: Decimal) -> Decimal:
    """Rounded half-up; zero has no sign."""
    found = value if value.same_quantum(step) else value.quantize(step, ROUND_HALF_UP)
    return found or found.copy_abs()


@lru_cache
def _step(scale: int) -> Decimal:
    return Decimal(1).scaleb(-scale)


def _text(field: Field, raw: object, zone: ZoneInfo) -> Value:
    if not isinstance(raw, str):
        raise Unfit("Please enter a text.")
    if UNSTORABLE.search(raw):
        raise Unfit("This text holds a character that cannot be stored.")
    return raw.replace("\r\n", "\n").strip() or None


def _rich_text(field: Field, raw: object, zone: ZoneInfo) -> Value:
    text = _text(field, raw, zone)
    return clean_markup(text) if isinstance(text, str) else None


def _bank(field: Field, raw: object, zone: ZoneInfo) -> Value:
    text = _text(field, raw, zone)
    return re.sub(r"[ -]", "", text).upper() if isinstance(text, str) else None


def _barcode(field: Field, raw: object, zone: ZoneInfo) -> Value:
    text = _text(field, raw, zone)
    symbology = getattr(field.declared, "symbology", "")
    return text.replace(" ", "") if isinstance(text, str) and symbology in ("ean13", "ean8", "upca") else text


def _number(field: Field, raw: object, zone: ZoneInfo) -> Value:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise Unfit("Please enter a number.")
    scale = field.type.scale or 0
    number = raw if isinstance(raw, Decimal) else _decimal(str(raw), WHOLE if field.type.scale == 0 else NUMERAL)
    whole = (field.type.digits or DIGITS) - scale
    if not number.is_finite() or number.adjusted() >= whole:
        raise Unfit("At most {count:digit is|digits are} possible before the point.", count=whole)
    rounded = _in_steps(number, _step(scale))
    if rounded != number:
        raise Unfit("Please enter a number with at most {digits:digit|digits} after the point." if scale else WHOLE, digits=scale)
    return rounded


def _decimal(text: str, wanted: str = NUMERAL) -> Decimal:
    text = text.strip()
    if GROUPED.match(text):
        text = text.replace(",", "")
    if not NUMBER.match(text):
        raise Unfit(wanted)
    return Decimal(text)


def _percent(field: Field, raw: object, zone: ZoneInfo) -> Value:
    if isinstance(raw, str) and raw.strip().endswith("%"):
        return _number(field, _decimal(raw.strip()[:-1]).scaleb(-2), zone)
    return _number(field, raw, zone)


def _boolean(field: Field, raw: object, zone: ZoneInfo) -> Value:
    if isinstance(raw, bool):
        return raw
    if raw in ("true", "on", "1"):
        return True
    if raw in ("false", "off", "0"):
        return False
    raise Unfit("Please answer yes or no.")


def _date(field: Field, raw: object, zone: ZoneInfo) -> Value:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, str) and DATE.match(raw.strip()):
        try:
            return date.fromisoformat(raw.strip())
        except ValueError:
            raise Unfit("There is no such day.") from None
    raise Unfit("Please enter a date as year-month-day, such as 2026-03-02.")


def _datetime(field: Field, raw: object, zone: ZoneInfo) -> Value:
    try:
        moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw).strip())
    except ValueError:
        moment = datetime.min.replace(tzinfo=UTC)
    if not 1 < moment.year < MAXYEAR:  # a moment at the edge has no day in every zone
        raise Unfit("Please enter a date and time, such as 2026-03-02 14:30.")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _duration(field: Field, raw: object, zone: ZoneInfo) -> Value:
    if isinstance(raw, timedelta):
        return raw
    text = str(raw).strip()
    if iso := re.match(r"PT(-?[0-9.]+)S\Z", text):
        text = f"{iso[1]} seconds"
    if NUMBER.match(text):
        text = f"{text} {SHOWN[getattr(field.declared, 'unit', 'hours')]}"
    found = DURATION.match(text)
    if not found:
        raise Unfit("Please enter a length of time, such as 2 hours.")
    return timedelta(microseconds=int(Decimal(found[1]) * UNITS[found[2].rstrip("s")] * 1_000_000))


def _choice(field: Field, raw: object, zone: ZoneInfo) -> Value:
    if not isinstance(raw, str) or raw not in field.choice:
        raise Unfit("There is no such choice: {value}.", value=raw)
    return raw


def _choices(field: Field, raw: object, zone: ZoneInfo) -> Value:
    codes = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(codes, (list, tuple)):
        raise Unfit("Please choose from the list.")
    chosen = {_choice(field, code, zone) for code in codes}
    return tuple(choice.code for choice in field.choices if choice.code in chosen) or None


def _link(field: Field, raw: object, zone: ZoneInfo) -> Value:
    if type(raw) is int and 0 < raw < 2**63:
        return raw
    if not isinstance(raw, int | str) and isinstance(raw, Mapping):
        raw = raw.get("id")
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 19:
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw < 2**63:
        raise Unfit("Please choose a record.")
    return raw


def _links(field: Field, raw: object, zone: ZoneInfo) -> Value:
    items = [part for part in raw.split(",") if part.strip()] if isinstance(raw, str) else raw
    if not isinstance(items, (list, tuple)):
        raise Unfit("Please choose from the list.")
    if len(items) > LINKED:
        raise Unfit("At most {count} records are possible here.", count=LINKED)
    chosen = dict.fromkeys(_link(field, item, zone) for item in items if item not in (None, ""))
    return tuple(chosen) or None


def _file(field: Field, raw: object, zone: ZoneInfo) -> Value:
    return _link(field, raw, zone) if field.relation is None else _links(field, raw, zone)


def _email(field: Field, raw: object, zone: ZoneInfo) -> Value:
    """An address is the same in capitals and in wide letters, so that nobody has another's by writing it otherwise."""
    text = _text(field, raw, zone)
    return unicodedata.normalize("NFKC", text).lower() if isinstance(text, str) else text


Reader = Callable[[Field, object, ZoneInfo], Value]
READERS: dict[str, Reader] = {
    "text": _text,
    "long_text": _text,
    "rich_text": _rich_text,
    "email": _email,
    "phone": _text,
    "url": _text,
    "tax_number": _text,
    "bank": _bank,
    "barcode": _barcode,
    "location": read_place,
    "json": read_json,
    "integer": _number,
    "decimal": _number,
    "money": _number,
    "percent": _percent,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "duration": _duration,
    "choice": _choice,
    "multi_choice": _choices,
    "link": _link,
    "links": _links,
    "user": _link,
    "file": _file,
    "image": _file,
    "signature": _file,
}
"""How a value of each field type is read."""
PLAIN: dict[str, Callable[[str], object]] = {"location": plain_place, "json": plain_json}
"""How a text is given where it stands for more than words."""
