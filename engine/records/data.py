"""Values that stand for more than words, kept as canonical text: places on earth and data of other systems."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.errors import Unfit
from engine.metadata import Field, Value

DEGREES = re.compile(r"\s*([+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?)\s*\Z", re.ASCII)
STEP = Decimal("0.000001")
"""Eleven centimetres at the equator."""
MOST = 100_000
"""Characters of data in one field."""
DEEPEST = 50
"""How many levels data may have."""
PLACE = "Please enter latitude and longitude in degrees, such as 31.2304, 121.4737."


def read_place(field: Field, raw: object, zone: ZoneInfo) -> Value:
    """`31.2304,121.4737` from such a text or from `{latitude, longitude}`. Raises Unfit."""
    if isinstance(raw, Mapping):
        parts = [str(raw.get(key, "")) for key in ("latitude", "longitude")] if raw.keys() <= {"latitude", "longitude"} else []
    else:
        parts = re.split("[,，]", raw) if isinstance(raw, str) else []
    matches = [DEGREES.match(part) for part in parts]
    if len(matches) != 2:
        raise Unfit(PLACE)
    degrees = [Decimal(match[1]) for match in matches if match]
    if len(degrees) != 2 or abs(degrees[0]) > 90 or abs(degrees[1]) > 180:
        raise Unfit(PLACE)
    return ",".join(_degrees(each) for each in degrees)


def _degrees(value: Decimal) -> str:
    text = format(value.quantize(STEP), "f").rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def plain_place(text: str) -> dict[str, str]:
    """A place as JSON."""
    latitude, _, longitude = text.partition(",")
    return {"latitude": latitude, "longitude": longitude}


def read_json(field: Field, raw: object, zone: ZoneInfo) -> Value:
    """An object or a list, or its JSON text, with sorted keys and no spaces. Raises Unfit."""
    try:
        data = json.loads(raw, parse_constant=_no_number) if isinstance(raw, str) else raw
        text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_number)
        text.encode()
        _refuse_unanswerable(data)
    except (ValueError, TypeError, RecursionError):
        raise Unfit("Please enter data as JSON, such as {example}.", example='{"size": 3}') from None
    if not isinstance(data, dict | list | tuple):
        raise Unfit("Please enter data as JSON, such as {example}.", example='{"size": 3}')
    if len(text) > MOST:
        raise Unfit("At most {count:character is|characters are} possible here.", count=MOST)
    return text


def _refuse_unanswerable(data: object, depth: int = 1) -> None:
    """Raise ValueError for what no answer could hold, nor most programs that read one: deep nests, numbers of more than 64 bits."""
    if isinstance(data, int) and data.bit_length() > 63:
        raise ValueError(data)
    if isinstance(data, dict | list | tuple):
        if depth > DEEPEST:
            raise ValueError(depth)
        for each in data.values() if isinstance(data, dict) else data:
            _refuse_unanswerable(each, depth + 1)


def plain_json(text: str) -> object:
    """The data of a text; the text itself where a formula made one that is no data."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _no_number(name: str) -> object:
    raise ValueError(name)


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)
