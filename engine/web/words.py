"""The words of the engine in the language of the request, for Python; templates have the same two functions."""

from __future__ import annotations

from flask import g

from engine.errors import FALLBACK, translate, translate_count


def _(text: str, **holes: object) -> str:
    """`text` (English, with `%(named)s` holes) in the reader's language."""
    words = translate(text, g.get("language", FALLBACK))
    return words % holes if holes else words


def N_(text: str) -> str:  # noqa: N802 - the name by which translators' tools know it
    """`text` itself: marks words that are translated later."""
    return text


def ngettext(one: str, many: str, count: int) -> str:
    """The form of the words for `count` things; `%(num)s` is the count."""
    return translate_count(one, many, count, g.get("language", FALLBACK)) % {"num": count}
