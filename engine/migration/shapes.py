"""The type of a column in words."""

from __future__ import annotations

from engine.errors import Message

_WORDS = {
    "text": "text",
    "markup": "formatted text",
    "choice": "a choice",
    "codes": "several choices",
    "boolean": "yes or no",
    "date": "a day",
    "instant": "a day and time",
    "duration": "a length of time",
    "link": "a link",
    "key": "a link",
    "location": "a place",
    "json": "data",
}


def shape_words(shape: str) -> Message:
    """`number(2)` as: a number with 2 digits after the point."""
    word, _, rest = shape.partition("(")
    if word == "number":
        digits = int(rest.rstrip(")"))
        return Message("a number with {digits:digit|digits} after the point", {"digits": digits}) if digits else Message("a whole number")
    return Message(_WORDS.get(word, word))
