"""From text to the untyped tree; the first syntax error becomes an issue that says what to write."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import cast

from lark import Lark, Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from engine.errors import Message

from .issues import FormulaErrors, FormulaIssue
from .source import prepare
from .syntax import Binary, Builder, Call, In, Name, Syntax, Unary, below

RESERVED = frozenset({"and", "or", "not", "in", "true", "false", "null"})
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


@lru_cache(maxsize=1)
def _parser() -> Lark:
    """The parser; what Lark makes of the grammar is kept beside the bytecode of this module, since that takes as long as many formulas."""
    grammar = Path(__file__).with_name("formula.lark")
    kept = not sys.dont_write_bytecode and cache_from_source(f"{grammar}.py")
    text = grammar.read_text(encoding="utf-8")
    return Lark(text, parser="lalr", transformer=Builder(), propagate_positions=False, maybe_placeholders=True, cache=kept)


@lru_cache(maxsize=8192)
def parse(text: str, limit: int = 4000) -> tuple[str, Syntax]:
    """The normalised text and its tree; raises FormulaErrors with the first syntax error."""
    source = prepare(text, limit)
    if not source.strip(" \t\r\n="):
        raise FormulaErrors([FormulaIssue("FX106", Message("the formula is empty"), 0, len(source))])
    try:
        tree: Syntax = _parser().parse(source)  # type: ignore[assignment]
    except UnexpectedInput as error:
        raise FormulaErrors([_explained(source, error)]) from None
    _refuse_ambiguous(source, tree)
    return source, tree


def names_in(text: str) -> frozenset[tuple[str, ...]]:
    """All paths that a formula mentions, unresolved; for ordering formulas before they are checked. Raises FormulaErrors."""
    found: set[tuple[str, ...]] = set()
    todo = [parse(text)[1]]
    while todo:
        node = todo.pop()
        if isinstance(node, Name):
            found.add(node.parts)
        todo.extend(below(node))
    return frozenset(found)


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


def _refuse_ambiguous(source: str, tree: Syntax) -> None:
    todo = [tree]
    while todo:
        node = todo.pop()
        issue = _ambiguous(source, node)
        if issue:
            raise FormulaErrors([issue])
        todo.extend(reversed(below(node)))


def _ambiguous(source: str, node: Syntax) -> FormulaIssue | None:
    match node:
        case Unary(op="-" | "+", value=Binary(op="^") as power):
            base, exponent = source[power.left.start : power.left.end], source[power.right.start : power.right.end]
            shown = {"sign": node.op, "base": base, "exponent": exponent}
            hint = Message("write ({sign}{base})^{exponent} or {sign}({base}^{exponent})", shown)
            return FormulaIssue("FX104", Message("{sign}{base}^{exponent} is ambiguous", shown), node.start, node.end, hint)
        case Binary(left=Call(name="NOT") as call) if node.op in COMPARISONS:
            return _loose_not(source, call, node)
        case In(value=Call(name="NOT") as call):
            return _loose_not(source, call, node)
        case Name(parts=(word,)) if word.lower() in RESERVED:
            return FormulaIssue("FX108", Message('a value is missing before "{found}"', {"found": word}), node.start, node.end)
    return None


def _loose_not(source: str, call: Call, node: Binary | In) -> FormulaIssue:
    rest = source[call.end : node.end].strip()
    inner = source[call.head : call.end].strip("( )\t\r\n")
    hint = Message("write not ({inner} {rest}) or (not {inner}) {rest}", {"inner": inner, "rest": rest})
    return FormulaIssue("FX110", Message("it is not clear what NOT belongs to"), node.start, node.end, hint)
