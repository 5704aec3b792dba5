"""The place of a text among others by how it is spoken: Chinese by pinyin, all else by its letters, as in a telephone book.

`ant`, 安, `apple`, 百度, `Bosch`: each character stands by its syllable and tone, as it is read in its word (重庆 under C), and then by
itself, so that those who share a surname stay together. It is stored beside the text, because no database knows it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from typing import Any, cast

LONGEST = 100
"""Characters that count; texts that are alike up to there stand as they came."""
_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def with_spellings(columns: Mapping[str, str], values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Values of a row, and for each text among them that has a column beside its own what it is put in order by."""
    return {**values, **{column: spelled(values[name]) for name, column in columns.items() if name in values}} if columns else values


@lru_cache(maxsize=4096)
def spelled(text: str | None) -> str | None:
    """What `text` is put in order by, compared by code point: without case, width and accents. Chinese needs the extra `zh`."""
    if text is None:
        return None
    folded = unicodedata.normalize("NFKD", text[:LONGEST].lower())
    plain = "".join(character for character in folded if unicodedata.category(character) != "Mn")
    return _CHINESE.sub(_syllables, plain)


def _syllables(run: re.Match[str]) -> str:
    from pypinyin import Style, pinyin  # noqa: PLC0415 - a fifth of a second that only Chinese texts need

    characters = run.group()
    read = pinyin(characters, style=Style.TONE3, neutral_tone_with_five=True, errors=cast("Any", list))
    return "".join(chain.from_iterable(zip((each[0] for each in read), characters, strict=True)))
