"""Every word that a formula's mistakes are told in has its Chinese."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

import engine.formula
from engine.errors import LOCALE
from engine.formula import Context, Kind

MAKERS = {"Message", "BadPattern", "translate"}
INTERNAL = {Kind.ERROR.value}


def literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def words() -> set[str]:
    found: set[str] = {context.value.name for context in Context} | {kind.value for kind in Kind} - INTERNAL
    for module in Path(engine.formula.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS and node.args:
                found.update(literals(node.args[0]))
    return found


def test_every_word_is_translated() -> None:
    with (LOCALE / "zh" / "LC_MESSAGES" / "objectloom.po").open("rb") as file:
        known = {message.id for message in read_po(file, locale="zh") if message.string}
    assert words() - known == set()
