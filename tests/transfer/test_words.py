"""Whatever an import says to a person is there in Chinese."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from engine import records, sheets, transfer
from engine.errors import LOCALE

SAYING = ("Message", "Unfit", "problem")


def said(module: Path) -> Iterator[str]:
    """The words of every message, where they stand in the call."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield from (
                each.value
                for each in node.args
                if name in SAYING and isinstance(each, ast.Constant) and isinstance(each.value, str) and " " in each.value
            )


def test_every_sentence_of_an_import_is_translated() -> None:
    with (LOCALE / "zh" / "LC_MESSAGES" / "objectloom.po").open("rb") as file:
        known = {message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file, locale="zh") if message.string}
    modules = [module for room in (records, sheets, transfer) for module in Path(str(room.__file__)).parent.glob("*.py")]
    found = {words for module in modules for words in said(module)}
    assert found - known == set()
    assert len(found) > 100
