"""A page in Chinese says what its page in English says: the same examples, the same headings, each with a way to the other."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^(#+) ", re.MULTILINE)
PAGES = sorted(DOCS.glob("*.zh.md"))


def shape(text: str) -> list[str]:
    return HEADING.findall(BLOCK.sub("", text))


@pytest.mark.parametrize("chinese", PAGES, ids=lambda page: page.name)
def test_it_has_the_examples_of_the_original(chinese: Path) -> None:
    original = chinese.with_name(chinese.name.replace(".zh.md", ".md"))
    here, there = (page.read_text(encoding="utf-8") for page in (chinese, original))
    assert BLOCK.findall(here) == BLOCK.findall(there)
    assert shape(here) == shape(there)
    assert f"]({original.name})" in here
    assert f"]({chinese.name})" in there


def test_what_people_begin_with_is_there_in_chinese() -> None:
    begin = {
        "tutorial",
        "screens",
        "approvals",
        "scenarios",
        "reports",
        "outside",
        "changing",
        "accounts",
        "explaining",
        "exact",
        "plugins",
        "moving-data",
    }
    assert {page.name.removesuffix(".zh.md") for page in PAGES} >= begin
