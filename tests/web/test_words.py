"""The translations of the engine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from engine.errors import LOCALE
from engine.web.api.problems import FALLBACK_WORDS, WORDS

HOLE = re.compile(r"%\((\w+)\)s|\{(\w+)[:}]")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    """The Chinese words."""
    with (LOCALE / "zh" / "LC_MESSAGES" / "objectloom.po").open("rb") as file:
        return read_po(file, locale="zh")


def test_holes_are_those_of_the_english(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            english = message.id if isinstance(message.id, str) else message.id[-1]
            for chinese in [message.string] if isinstance(message.string, str) else message.string or []:
                assert set(HOLE.findall(chinese)) == set(HOLE.findall(english)), english


def test_every_word_of_a_template_is_translated(catalogue: Catalog) -> None:
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.string}
    missing = set()
    for template in (Path(LOCALE).parent / "web" / "templates").rglob("*.html"):
        text = template.read_text()
        missing |= {word for word in re.findall(r"\b_\('((?:[^'\\]|\\.)*)'", text) if word not in known}
        missing |= {word for word in re.findall(r"\bngettext\('((?:[^'\\]|\\.)*)'", text) if word not in known}
    assert missing == set()


def test_every_word_of_the_pages_is_translated(catalogue: Catalog) -> None:
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.string}
    missing = set()
    for module in [
        *Path(LOCALE).parent.glob("web/*.py"),
        *Path(LOCALE).parent.glob("web/pages/*.py"),
        *Path(LOCALE).parent.glob("web/accounts/*.py"),
    ]:
        missing |= {word for word in re.findall(r'\bN?_\(\s*"((?:[^"\\]|\\.)*)"', module.read_text()) if word not in known}
        missing |= {word for word in re.findall(r'\bngettext\("((?:[^"\\]|\\.)*)"', module.read_text()) if word not in known}
    assert missing == set()


SAYING = {"Message", "RequestProblem", "Refusal", "Forbidden", "Conflict", "Invisible", "Unfit", "wrong"}
"""What is called with words for people."""


def said(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in SAYING:
            words = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            yield from (each for each in words if " " in each and not re.fullmatch(r"(\{\w+\}\W*)+", each))


def test_what_people_and_programs_are_told_is_translated(catalogue: Catalog) -> None:
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.string}
    told = {words for module in Path(LOCALE).parent.rglob("*.py") for words in said(module)}
    assert len(told) > 500, "they are found"
    assert (told | {*WORDS.values(), *FALLBACK_WORDS.values()}) - known == set()
