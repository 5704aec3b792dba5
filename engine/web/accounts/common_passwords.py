"""Passwords that everybody tries first: a well-known word or run of keys, dressed up with digits and signs (ASVS 2.1.7).

Lists of leaked passwords are made of few patterns. What is left of a password without its digits and signs, with look-alikes
read as letters, is compared with the words of those patterns; so is a password that is one short piece again and again.
"""

from __future__ import annotations

import re

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


def is_common(password: str) -> bool:
    """Whether a password is one that is tried before all others."""
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
