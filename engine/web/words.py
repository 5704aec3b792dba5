"""The words of the engine in the language of the request, for Python; templates have the same two functions."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import ngettext as plural


def _(text: str, **holes: object) -> str:
    """`text` (English, with `%(named)s` holes) in the reader's language."""
    return str(gettext(text, **holes))


def N_(text: str) -> str:  # noqa: N802 - the name by which translators' tools know it
    """`text` itself: marks words that are translated later."""
    return text


def ngettext(one: str, many: str, count: int) -> str:
    """The form of the words for `count` things; `%(num)s` is the count."""
    return str(plural(one, many, count))
