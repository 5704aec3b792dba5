"""Formulas read with lark: the tree is built while it parses; the first syntax error becomes an issue that says what to write."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from engine.errors import Message

from .issues import FormulaErrors, FormulaIssue
from .syntax import Binary, Call, Group, In, Joined, Name, Number, Syntax, Text, Truth, Unary


def read(source: str) -> Syntax:
    """The tree of a normalised text; raises FormulaErrors with the first syntax error."""
    try:
        tree: Syntax = _parser().parse(source)  # type: ignore[assignment]
    except UnexpectedInput as error:
        raise FormulaErrors([_explained(source, error)]) from None
    return tree


@lru_cache(maxsize=1)
def _parser() -> Lark:
    """The parser; what Lark makes of the grammar is kept beside the bytecode of this module, since that takes as long as many formulas."""
    grammar = Path(__file__).with_name("formula.lark")
    kept = not sys.dont_write_bytecode and cache_from_source(f"{grammar}.py")
    text = grammar.read_text(encoding="utf-8")
    return Lark(text, parser="lalr", transformer=Builder(), propagate_positions=False, maybe_placeholders=True, cache=kept)


def _at(token: Token) -> tuple[int, int]:
    return token.start_pos or 0, token.end_pos or 0


class Builder(Transformer[Token, Syntax]):
    """One method per alias of the grammar."""

    def start(self, c: list[Syntax]) -> Syntax:
        return c[0]

    def orx(self, c: list[Syntax]) -> Syntax:
        return Joined(c[0].start, c[-1].end, "or", tuple(c))

    def andx(self, c: list[Syntax]) -> Syntax:
        return Joined(c[0].start, c[-1].end, "and", tuple(c))

    def cat(self, c: list[Syntax]) -> Syntax:
        return Joined(c[0].start, c[-1].end, "&", tuple(c))

    def notx(self, c: tuple[Token, Syntax]) -> Syntax:
        return Unary(_at(c[0])[0], c[1].end, "not", c[1])

    def sign(self, c: tuple[Token, Syntax]) -> Syntax:
        return Unary(_at(c[0])[0], c[1].end, str(c[0]), c[1])

    def arith(self, c: tuple[Syntax, Token, Syntax]) -> Syntax:
        return Binary(c[0].start, c[2].end, str(c[1]), c[0], c[2], _at(c[1])[0])

    power = arith

    def compare(self, c: tuple[Syntax, Token, Syntax]) -> Syntax:
        op = {"==": "=", "<>": "!="}.get(str(c[1]), str(c[1]))
        return Binary(c[0].start, c[2].end, op, c[0], c[2], _at(c[1])[0])

    def inx(self, c: tuple[Syntax, Token, tuple[Syntax, ...], Token]) -> Syntax:
        return In(c[0].start, _at(c[3])[1], c[0], c[2], False)

    def notinx(self, c: tuple[Syntax, Token, Token, tuple[Syntax, ...], Token]) -> Syntax:
        return In(c[0].start, _at(c[4])[1], c[0], c[3], True)

    def args(self, c: list[Syntax]) -> tuple[Syntax, ...]:
        return tuple(c)

    def call(self, c: tuple[Token, Token, tuple[Syntax, ...] | None, Token]) -> Syntax:
        return Call(_at(c[0])[0], _at(c[3])[1], str(c[0]).upper(), _at(c[0])[1], c[2] or ())

    def path(self, c: list[Token]) -> Syntax:
        return Name(_at(c[0])[0], _at(c[-1])[1], tuple(map(str, c)), tuple(_at(t)[0] for t in c))

    def group(self, c: tuple[Token, Syntax, Token]) -> Syntax:
        return Group(_at(c[0])[0], _at(c[2])[1], c[1])

    def number(self, c: list[Token]) -> Syntax:
        return Number(*_at(c[0]), str(c[0]), False)

    def percent(self, c: list[Token]) -> Syntax:
        return Number(_at(c[0])[0], _at(c[1])[1], str(c[0]), True)

    def text(self, c: list[Token]) -> Syntax:
        return Text(*_at(c[0]), str(c[0])[1:-1].replace('""', '"'))

    def true(self, c: list[Token]) -> Syntax:
        return Truth(*_at(c[0]), True)

    def false(self, c: list[Token]) -> Syntax:
        return Truth(*_at(c[0]), False)

    def null(self, c: list[Token]) -> Syntax:
        return Truth(*_at(c[0]), None)


def _explained(source: str, error: UnexpectedInput) -> FormulaIssue:
    if isinstance(error, UnexpectedCharacters):
        return _character(source, cast(int, error.pos_in_stream))
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return _token(source, error.token, frozenset(error.expected))
    end = len(source.rstrip())
    if _open(source) > 0:
        return FormulaIssue("FX107", Message('a closing ")" is missing'), max(0, end - 1), end, Message('add ")"'))
    return FormulaIssue("FX108", Message("the formula ends where a value is expected"), max(0, end - 1), end)


def _open(source: str) -> int:
    outside = "".join(part for i, part in enumerate(source.split('"')) if i % 2 == 0)
    return outside.count("(") - outside.count(")")


_HINTS = {
    "'": Message('texts stand between double quotes: "..."'),
    "?": Message("write IF(condition, yes, no)"),
    "#": Message('write DATE(2024, 2, 29) or "2024-02-29"'),
    "|": Message("write OR(a, b), or & to join texts"),
    "!": Message("write NOT(...), or <> for not equal"),
    "[": Message("write the name without brackets"),
    "{": Message("write the name without braces"),
    ";": Message("arguments are separated by commas"),
    "_": Message("a name begins with a letter"),
    "$": Message("write the name without $"),
}


def _character(source: str, at: int) -> FormulaIssue:
    char = source[at]
    if char == '"':
        hint = Message('add " at its end; a quote inside a text is doubled')
        return FormulaIssue("FX101", Message("this text is not closed"), at, len(source), hint)
    return FormulaIssue("FX100", Message('unexpected "{char}"', {"char": char}), at, at + 1, _HINTS.get(char))


def _token(source: str, token: Token, expected: frozenset[str]) -> FormulaIssue:
    start, end, shown = token.start_pos or 0, token.end_pos or 0, str(token)
    if token.type == "COMP" and "NAME" not in expected:
        return FormulaIssue("FX105", Message("comparisons do not chain"), start, end, Message("write AND(1 < x, x < 9)"))
    if token.type == "POW" and "NAME" not in expected:
        return FormulaIssue("FX104", Message("a^b^c is ambiguous"), start, end, Message("write (a^b)^c or a^(b^c)"))
    if token.type == "CLOSE" and _open(source[:end]) < 0:
        return FormulaIssue("FX107", Message('there is no "(" for this ")"'), start, end, Message('delete ")"'))
    if "NAME" in expected:
        return FormulaIssue("FX108", Message('a value is missing before "{found}"', {"found": shown}), start, end)
    return FormulaIssue("FX109", Message('an operator or a comma is missing before "{found}"', {"found": shown}), start, end)
