"""A text as words that can be looked for: without case and accents, Chinese as pairs and single characters, and by pinyin.

No database takes texts apart for us, so both find the same: what is stored and what is asked go through here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec

LONGEST = 40
"""Characters of a word that count; what begins alike up to there is one word."""
SPELLED = 16
"""Characters of a run of Chinese that can be found by pinyin; titles and names are shorter."""
ASKED = 8
"""Words of a question that count."""
_IDEOGRAPHS = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"[{_IDEOGRAPHS}]+|[^\\W_{_IDEOGRAPHS}]+")
_PLAIN_RUNS = re.compile("[a-z0-9]+")
"""The same in ASCII without capitals."""
_IS_IDEOGRAPHIC = re.compile(f"[{_IDEOGRAPHS}]")


def words_of(text: str, *, spelled: bool = True) -> set[str]:
    """The words under which `text` can be found; with `spelled` also the pinyin of Chinese, whole and by initials."""
    if text.isascii():
        return set(_runs(text)) if len(text) <= LONGEST else {run[:LONGEST] for run in _runs(text)}
    found: set[str] = set()
    for run in _runs(text):
        if _IS_IDEOGRAPHIC.match(run):
            found |= {*run, *_pairs(run)}
            if spelled:
                found |= set(_spellings(run[:SPELLED]))
        else:
            found.add(run[:LONGEST])
    return found


def asked_words(text: str) -> list[str]:
    """The words of a question; a text fits when for each it has a word that begins so."""
    found: list[str] = []
    for run in _runs(text):
        found += _pairs(run) if len(run) > 1 and _IS_IDEOGRAPHIC.match(run) else [run[:LONGEST]]
    return list(dict.fromkeys(found))[:ASKED]


def _runs(text: str) -> list[str]:
    if text.isascii():
        return _PLAIN_RUNS.findall(text.lower())
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in folded if unicodedata.category(character) != "Mn")
    return _RUNS.findall(unicodedata.normalize("NFC", plain))


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _spellings(run: str) -> Iterator[str]:
    """Pinyin from each character to the end, so that a question may begin at any of them."""
    spell = _speller()
    syllables = spell(run) if spell else []
    for at in range(len(syllables)):
        yield "".join(syllables[at:])[:LONGEST]
        yield "".join(syllable[0] for syllable in syllables[at:])


@lru_cache(maxsize=1)
def _speller() -> Callable[[str], Sequence[str]] | None:
    """What gives the syllables of Chinese text; None where the extra `zh` is not installed."""
    if find_spec("pypinyin") is None:
        return None
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - a fifth of a second that only Chinese texts need

    return lambda run: [syllable for syllable in lazy_pinyin(run, errors="ignore") if syllable]
