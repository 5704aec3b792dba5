"""One deliberate mistake at a time in a small application: the code, the place, and what to write instead."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.errors import Issue, in_words
from engine.loading import Sources, check_sources, read_sources
from engine.plugins import Plugins

HERE = Path(__file__).parent
SHOP = read_sources(HERE / "shop")
PLUGINS = Plugins.discover(HERE / "shop")


def cases() -> Iterator[Any]:
    for table in sorted((HERE / "mistakes").glob("*.yaml")):
        for case in yaml.safe_load(table.read_text("utf-8")):
            yield pytest.param(case, id=f"{table.stem}: {case['name']}")


def with_mistake(sources: Sources, case: dict[str, Any]) -> Sources:
    text = sources.files[case["in"]].decode()
    change, to = case["change"], case["to"].replace("\\n", "\n")
    assert change in text, "the table names a text that is not in the file"
    return replace(sources, files={**sources.files, case["in"]: text.replace(change, to, 1).encode()})


def issues_of(sources: Sources) -> tuple[Issue, ...]:
    return check_sources(sources, plugins=PLUGINS).issues


CHINESE = re.compile("[\u4e00-\u9fff]")

USUAL = {(issue.code, issue.message) for issue in issues_of(SHOP)}
"""Warnings that the shop has without any mistake."""


def test_the_shop_is_in_order() -> None:
    assert [issue for issue in issues_of(SHOP) if issue.level == "error"] == []


@pytest.mark.parametrize("case", list(cases()))
def test_mistake(case: dict[str, Any]) -> None:
    sources = with_mistake(SHOP, case)
    found = [issue for issue in issues_of(sources) if (issue.code, issue.message) not in USUAL]
    issue = next((i for i in found if i.code == case["code"]), None)
    assert issue is not None, found
    assert issue.file == case["in"]
    assert issue.level == case.get("level", "error")
    assert issue.hint.find(case.get("hint", "")) >= 0, issue.hint
    assert case.get("message", "") in issue.message
    assert case.get("expected", "") in issue.expected
    assert CHINESE.search(in_words(issue.message, "zh")), f"not translated: {issue.message}"
    text = sources.files[case["in"]].decode()
    assert rest_from(text, issue).startswith(case["at"]), rest_from(text, issue)[:60]
    assert [i for i in found if i.level == "error" and i != issue] == [], "a mistake is told once, without what follows from it"


def rest_from(text: str, issue: Issue) -> str:
    lines = text.split("\n")
    return "\n".join(lines[issue.line - 1 :])[issue.column - 1 :]


def test_many_mistakes_at_once() -> None:
    """One mistake in each file: all of them are told in one run, by file and line."""
    chosen: dict[str, dict[str, Any]] = {}
    for param in cases():
        case = param.values[0]
        if case["code"][0] not in "YS":
            chosen.setdefault(case["in"], case)
    sources = SHOP
    for case in chosen.values():
        sources = with_mistake(sources, case)
    issues = issues_of(sources)
    found = {(issue.file, issue.code) for issue in issues}
    assert {(file, case["code"]) for file, case in chosen.items()} <= found
    assert [(i.file, i.line) for i in issues] == sorted((i.file, i.line) for i in issues)
