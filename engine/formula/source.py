"""The text of a formula before it is parsed: normal form, refused characters, limits of length and nesting (2.2, 2.12)."""

from __future__ import annotations

import re
import unicodedata

from engine.errors import Message

from .issues import FormulaErrors, FormulaIssue

NESTING = 32
WORDS = 700
_STRING = re.compile(r'"(?:[^"\n]|"")*"?')
_MARKS = re.compile(r'"(?:[^"\n]|"")*"?|\(|\)|(?:[-+]\s*|\bnot\b\s*){2,}', re.IGNORECASE)
_WORD = re.compile(r'"(?:[^"\n]|"")*"|\w[\w.]*')
_SIGN = re.compile(r"[-+]|not", re.IGNORECASE)
_ALIKE = {
    "，": ",", "、": ",", "。": ".", "（": "(", "）": ")", "＝": "=", "“": '"', "”": '"', "„": '"', "‘": '"', "’": '"',
    "×": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "<>", "−": "-", "–": "-", "—": "-", "【": "(", "】": ")", "；": ",",
}  # fmt: skip


def prepare(text: str, limit: int) -> str:
    """The formula in normal form NFC; raises FormulaErrors for what is too long, nested too deep, or holds refused characters."""
    if len(text) > limit:
        raise _one(
            "FX601",
            Message("a formula may have {limit} characters here, this has {count}", {"limit": limit, "count": len(text)}),
            limit,
            len(text),
        )
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    _refuse_characters(text)
    if text.count("(") > NESTING or len(_SIGN.findall(text)) > NESTING:
        _refuse_nesting(text)
    if len(text) > 2 * WORDS and sum(1 for _ in _WORD.finditer(text)) > WORDS:
        hint = Message("put a part into a computed field of its own")
        raise _one("FX603", Message("a formula may have {limit} words", {"limit": WORDS}), 0, len(text), hint)
    return text


def _one(code: str, message: Message, start: int, end: int, hint: Message | None = None) -> FormulaErrors:
    return FormulaErrors([FormulaIssue(code, message, start, end, hint)])


def _refuse_characters(text: str) -> None:
    if text.isascii() and text.isprintable():
        return
    inside = [match.span() for match in _STRING.finditer(text)]
    for index, char in enumerate(text):
        quoted = any(start <= index < end for start, end in inside) if char > "~" or char < " " else True
        if not quoted or unicodedata.category(char) in ("Cc", "Cs"):
            _refuse(char, index)


def _refuse(char: str, index: int) -> None:
    if char in "\t\r\n":
        return
    instead = _alike(char)
    if instead:
        message = Message(
            'full-width character "{char}" at column {column}: write "{instead}"', {"char": char, "column": index + 1, "instead": instead}
        )
        raise _one("FX103", message, index, index + 1, Message('write "{instead}"', {"instead": instead}))
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp"):
        name = unicodedata.name(char, f"U+{ord(char):04X}")
        message = Message("invisible character {name} at column {column}", {"name": name, "column": index + 1})
        raise _one("FX102", message, index, index + 1, Message("delete it"))


def _alike(char: str) -> str:
    if char in _ALIKE:
        return _ALIKE[char]
    if "\uff01" <= char <= "\uff5e":
        return chr(ord(char) - 0xFEE0)
    return " " if char == "\u3000" else ""


def _refuse_nesting(text: str) -> None:
    depth = 0
    for match in _MARKS.finditer(text):
        mark = match.group()
        depth += {"(": 1, ")": -1}.get(mark, 0)
        chain = 0 if mark[0] in '"()' else len(_SIGN.findall(mark))
        if depth + chain > NESTING:
            message = Message("more than {limit} levels of nesting", {"limit": NESTING})
            raise _one("FX602", message, match.start(), match.end(), Message("put a part into a computed field of its own"))
