"""Whatever a plan says to a person is there in Chinese."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

import engine.migration
from engine.errors import LOCALE


def said(module: Path) -> Iterator[str]:
    """Sentences with holes, and the words of kinds and types; templates of SQL and addresses have none, and YAML is no sentence."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and "{" in node.value
            and " " in node.value
            and ": {type:" not in node.value
        ):
            yield node.value


def test_every_sentence_of_a_plan_is_translated() -> None:
    with (LOCALE / "zh" / "LC_MESSAGES" / "objectloom.po").open("rb") as file:
        known = {message.id for message in read_po(file, locale="zh") if message.string}
    found = {words for module in Path(engine.migration.__file__).parent.glob("*.py") for words in said(module)}
    assert found - known == set()
    assert len(found) > 40
