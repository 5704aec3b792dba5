"""What a request carries: its JSON body, its version, its keys; read strictly, with exact numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal

from flask import Request

from engine.errors import Invalid, Message, Problem

from .problems import RequestProblem

LARGEST = 1024 * 1024
"""How many bytes a body may have."""
VERSION = re.compile(r'(?:W/)?"?([0-9]{1,18})"?\Z', re.ASCII)
KEY = re.compile(r"[\x21-\x7e]{1,200}\Z")
ANY = "*"


def read_object(request: Request) -> dict[str, object]:
    """The JSON object of the body; nothing at all is an empty one.

    Raises RequestProblem: 415 for another content type, 413 (from the framework) when it is too large, 400 for bad JSON.
    """
    raw = request.get_data(cache=True)
    if not raw:
        return {}
    if request.mimetype != "application/json":
        raise RequestProblem(415, "unsupported_media_type", "Please send JSON (Content-Type: application/json).")
    try:
        found = _STRICT.decode(raw.decode(json.detect_encoding(raw)))
        if b"\\u" in raw:
            json.dumps(found, ensure_ascii=False, default=str).encode()  # half a pair can be written, and answered to nobody
    except (ValueError, RecursionError) as error:
        raise RequestProblem(400, "bad_json", Message("The body is no valid JSON: {reason}", {"reason": _short(error)})) from error
    if not isinstance(found, dict):
        raise RequestProblem(400, "bad_json", "Please send a JSON object.")
    return found


class _Unwanted(ValueError):
    """What the standard library would read, and nobody means."""


def _no_number(text: str) -> object:
    raise _Unwanted(f"{text} is no number")


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Unwanted("a key stands twice in one object")
    return found


_STRICT = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_without_doubles)


def _short(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error)[:200] if isinstance(error, json.JSONDecodeError | UnicodeError | _Unwanted) else "a number is too long"


def only(values: Mapping[str, object], *names: str) -> None:
    """Raises Invalid when an object holds other keys than `names`."""
    unknown = [name for name in values if name not in names]
    if unknown:
        words = Message("Only these are possible here: {names}", {"names": ", ".join(names)})
        raise Invalid([Problem(name, "unknown_field", words) for name in unknown])


def text_of(values: Mapping[str, object], name: str) -> str:
    """A text of an object, blank where it is missing. Raises Invalid for anything else."""
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise Invalid([Problem(name, "type", Message("Please enter a text."))])
    return value or ""


def object_of(values: Mapping[str, object], name: str) -> Mapping[str, object]:
    """An object inside an object, empty where it is missing. Raises Invalid for anything else."""
    value = values.get(name)
    if value is not None and not isinstance(value, dict):
        raise Invalid([Problem(name, "type", Message("Please send an object of fields and values."))])
    return value or {}


def version_of(request: Request, *, required: bool) -> int | None:
    """The version in If-Match, None for `*` or where none is needed. Raises RequestProblem (428 missing, 400 unreadable)."""
    text = request.headers.get("If-Match", "").strip()
    if not text and required:
        raise RequestProblem(428, "version_required", "Please send the version you have seen (If-Match), or * to write whatever it is.")
    if not text or text == ANY:
        return None
    found = VERSION.match(text)
    if found is None:
        raise RequestProblem(400, "bad_version", "If-Match holds the version of the record as a number, or *.")
    return int(found[1])


def idempotency_key(request: Request) -> str:
    """The key of the request, blank where it has none. Raises RequestProblem for one that is too long or unreadable."""
    key = request.headers.get("Idempotency-Key", "")
    if key and not KEY.match(key):
        raise RequestProblem(400, "bad_key", "Idempotency-Key holds at most 200 visible characters.")
    return key
