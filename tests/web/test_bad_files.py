"""Files that nobody should have to trust, on the page that takes them: each problem in the reader's words, nothing kept, little memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine import storage
from engine.errors import Invalid
from engine.sheets import open_book
from tests.applications import World
from tests.transfer.bad_files import book, text
from tests.transfer.test_bad_files import BAD, memory
from tests.web.test_import import upload
from tests.web.without_script import Person

At = Callable[..., Person]
MEGABYTES = 24
"""How many more the process may hold while files of 2 GB, a million rows and 10,000 columns are refused."""


def said(path: Path, language: str) -> str:
    """What is wrong with a file, where that can be told without knowing what is imported."""
    try:
        found = open_book(path)
        for sheet in found.sheets:
            for _ in sheet.rows():
                pass
    except Invalid as refused:
        return refused.problems[0].message.render(language)
    return ""


def test_what_cannot_be_read_is_told_in_the_readers_words(at_browser: At, world: World, tmp_path: Path) -> None:
    people = {language: at_browser("bea", language) for language in ("en", "zh")}
    for name, (make, _) in BAD.items():
        make(tmp_path / "x")
        content = (tmp_path / "x").read_bytes()
        words = {language: said(tmp_path / "x", language) for language in people}
        assert words["en"] != words["zh"] or not words["en"], name
        Path("/proc/self/clear_refs").write_text("5")
        before = memory("VmRSS")
        for language, person in people.items():
            upload(person, "orders.xlsx", content)
            assert person.status == 422, name
            assert " ".join(words[language].split()) in " ".join(person.page.words.split()), name
        assert memory("VmHWM") - before < MEGABYTES + 4 * len(content) / 2**20, name
    with world.look("system") as view:
        number = view.metadata.identity.number("entity:order") or 0
        assert storage.imports_by(view.connection, world.people["bea"], number, 5) == []
        assert storage.first_staged(view.connection, 1, 1, 9) == []
    assert world.find("system", "order") == []


ONE = "Subject\n螺栓\n"


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("a.csv", text(ONE, "gb18030"), ["螺栓"]),
        ("a.xlsx", text(ONE, "utf-16"), ["螺栓"]),
        ("a.csv", book(lambda made, sheet: sheet.write(1, 0, "螺栓")), ["螺栓"]),
        ("a.csv", text("Subject\n"), ["There are headings, but no rows below them."]),
        ("a.csv", text("Nonsense\n1\n"), ["None of the headings is a field"]),
    ],
    ids=["GB18030", "text called a workbook", "a workbook called text", "only headings", "no heading that is known"],
)
def test_what_is_read_says_what_it_is(at_browser: At, tmp_path: Path, name: str, make: Callable[[Path], object], words: list[str]) -> None:
    bea = at_browser("bea")
    make(tmp_path / "x")
    upload(bea, name, (tmp_path / "x").read_bytes())
    assert bea.status == 200
    for each in words:
        assert each in " ".join(bea.page.words.split())
