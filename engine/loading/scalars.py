"""What an unquoted word of YAML means here: YAML 1.2 booleans, whole numbers, null; everything else is text.

A number with a fraction stays text, so that `3.10` keeps its zero; the field that takes it makes it an exact decimal. `012`,
`1:30`, `no` and `2026-01-01` are text too.
"""

from __future__ import annotations

import re

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL"), None),
}
_BEGINS = frozenset("+-0123456789")
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})", re.ASCII)


def plain(text: str) -> str | bool | int | None:
    """The value of the unquoted scalar `text`."""
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if text[:1] in _BEGINS and _WHOLE.fullmatch(text) else text
