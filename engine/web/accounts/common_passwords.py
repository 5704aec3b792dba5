"""Passwords that everybody tries first (ASVS 2.1.7): leaked ones, names and words, dressed up with digits and signs.

zxcvbn knows the thirty thousand that lists of leaked passwords hold most often, and how they are dressed up; nothing is asked of anybody
else. What it does not know is ours: what is left of a password without its digits and signs, with look-alikes read as letters, is
compared with words that are common in China and elsewhere; so is a password that is one short piece again and again.
"""

from __future__ import annotations

import re
from decimal import Decimal

_WORDS = frozenset(
    "password passwort passw passwd pass qwerty qwertz azerty qwertyuiop asdfgh asdfghjkl asdfghjk zxcvbn zxcvbnm qazwsx qazwsxedc qweasd"
    " qweasdzxc qwer asdf zxcv admin administrator root user guest test testing login welcome letmein iloveyou iloveu loveyou love lovely"
    " princess sunshine monkey dragon master shadow superman batman football baseball soccer hello hallo secret changeme default"
    " computer internet server system manager company office summer winter spring autumn january december monday friday abc abcd abcde"
    " abcdef abcdefg abcdefgh abcdefghij woaini woaiwojia aini nihao mima buzhidao caonima xiaoming zhongguo shanghai beijing trustno"
    " whatever freedom pokemon starwars google facebook microsoft apple samsung objectloom a aa aaa q qq qqq w x z asd zxc qwe qaz".split()
)
_LOOKS = str.maketrans("@4301!5$7", "aaeoiisst")
_RUNS = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
)
_SHORT = 4


FEWEST = 10**6
"""How many guesses a password must need at least, if the guesser knows the lists."""
READ = 72
"""How much of a password the library reads."""


def is_common(password: str) -> bool:
    """Whether a password is one that is tried before all others."""
    return _is_dressed_up(password) or _guesses(password) < FEWEST


def _guesses(password: str) -> Decimal:
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its lists are large, and few processes ever set a password

    return Decimal(zxcvbn(password[:READ])["guesses"])


def _is_dressed_up(password: str) -> bool:
    plain = re.sub(r"[\s._-]", "", password.lower())
    if any(plain in run for run in _RUNS) or _repeats(plain):
        return True
    bare = {re.sub(r"[^a-z]", "", plain), re.sub(r"[^a-z]", "", re.sub(r"\d+\W*$|^\W*\d+", "", plain).translate(_LOOKS))}
    if not plain.isascii():
        return False
    return any(left == "" or left in _WORDS or any(left == word * 2 for word in _WORDS if len(word) >= _SHORT) for left in bare)


def _repeats(text: str) -> bool:
    """Whether a text is one piece of at most a third of its length again and again."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 3 + 1))
