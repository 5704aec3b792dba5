"""From text to the untyped tree, and what the grammar allows though it can be read in two ways."""

from __future__ import annotations

from functools import lru_cache

from engine.errors import Message

from .issues import FormulaErrors, FormulaIssue
from .source import prepare
from .syntax import Binary, Call, In, Name, Syntax, Unary, below

RESERVED = frozenset({"and", "or", "not", "in", "true", "false", "null"})
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


@lru_cache(maxsize=8192)
def parse(text: str, limit: int = 4000) -> tuple[str, Syntax]:
    """The normalised text and its tree; raises FormulaErrors with the first syntax error."""
    source = prepare(text, limit)
    if not source.strip(" \t\r\n="):
        raise FormulaErrors([FormulaIssue("FX106", Message("the formula is empty"), 0, len(source))])
    from .grammar import read  # noqa: PLC0415 - lark, which who serves what is compiled already does without

    tree = read(source)
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
