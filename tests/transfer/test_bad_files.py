"""Files that nobody should have to trust: each is refused in words, and nothing of it is kept; what only looks strange is read."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from engine import storage
from engine.errors import Invalid
from engine.sheets import Cell, open_book
from tests.applications import World
from tests.transfer.bad_files import HEADINGS, MAIN, Make, bomb, book, half, liar, raw, text, xml
from tests.transfer.test_import import done, staged, wrong

MORNING = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001 - a cell has no zone
SECOND = HEADINGS.replace("1", "2")
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'

BAD: dict[str, tuple[Make, str]] = {
    "nothing at all": (text(""), "empty"),
    "blank headings": (text("\n1,2\n"), "no_headings"),
    "two headings alike": (text("Subject,subject\na,b\n"), "heading_twice"),
    "a cell without heading": (text("Subject\na,b\n"), "ragged"),
    "a cell without heading, far below": (text("Subject\n" + "a\n" * 600 + "a,b\n"), "ragged"),
    "too many rows below a record": (text("Subject;Lines: Item\nx;\n" + ";a\n" * 1001), "too_many"),
    "a quote without end": (text('Subject\n"a\n'), "bad_csv"),
    "ten thousand columns": (text(",".join(f"h{at}" for at in range(10_000)) + "\n"), "too_wide"),
    "no encoding": (text("Prénom\né,\n", "latin-1"), "encoding"),
    "no text": (text("Subject\n\x00\n"), "no_text"),
    "an old workbook": (raw(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)), "old_format"),
    "an archive of something else": (raw(b"PK\x05\x06" + bytes(18)), "no_workbook"),
    "half a workbook": (half(book(lambda made, sheet: sheet.write(1, 0, "x"))), "broken"),
    "2 GB of blanks": (bomb, "bomb"),
    "64 MB that say they are 1 kB": (liar, "broken"),
    "a formula": (book(lambda made, sheet: sheet.write_formula(1, 0, "=1+1")), "formula"),
    "a formula far below": (book(lambda made, sheet: sheet.write_formula(40_000, 0, "=1+1")), "formula"),
    "merged cells": (book(lambda made, sheet: sheet.merge_range(1, 0, 2, 1, "x")), "merged"),
    "a sheet filled to its last row": (book(lambda made, sheet: sheet.write(1_048_575, 0, "x")), "too_many"),
    "a cell without heading in a sheet": (book(lambda made, sheet: sheet.write(1, 3, "x")), "ragged"),
    "two headings alike in a sheet": (book(lambda made, sheet: sheet.write(0, 1, "SUBJECT")), "heading_twice"),
    "headings that never end": (book(lambda made, sheet: sheet.write(0, 600, "y")), "too_wide"),
    "an empty sheet": (xml("", f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'), "empty"),
    "headings in the second row": (xml("", f'<worksheet xmlns="{MAIN}"><sheetData>{SECOND}</sheetData></worksheet>'), "no_headings"),
    "an error in a cell": (xml('<row r="2"><c r="A2" t="e"><v>#REF!</v></c></row>'), "error_cell"),
    "no such string": (xml('<row r="2"><c r="A2" t="s"><v>7</v></c></row>'), "broken"),
    "no number": (xml('<row r="2"><c r="A2"><v>x</v></c></row>'), "broken"),
    "an endless number": (xml('<row r="2"><c r="A2"><v>inf</v></c></row>'), "broken"),
    "rows in no order": (xml('<row r="3"/><row r="2"/>'), "broken"),
    "XML without end": (xml("<row"), "broken"),
    "entities": (xml("", ENTITIES + f'<worksheet xmlns="{MAIN}"><sheetData>%s</sheetData>&b;</worksheet>'), "broken"),
    "a tag without end": (xml(f'<row r="2" x="{"y" * 5_000_000}"/>'), "broken"),
    "a text without end": (xml(f'<row r="2"><c r="A2" t="str"><v>{"y" * 300_000}</v></c></row>'), "too_long"),
}


def test_a_file_that_cannot_be_read_leaves_nothing_behind(world: World, tmp_path: Path) -> None:
    for name, (make, code) in BAD.items():
        make(tmp_path / "x")
        assert _refused(world, tmp_path / "x") == [("file", code)], name
    with world.look("system") as view:
        number = view.metadata.identity.number("entity:order") or 0
        assert storage.imports_by(view.connection, world.people["cleo"], number, 5) == []
        assert storage.first_staged(view.connection, 1, 1, 9) == []
    assert world.find("cleo", "order") == []


def _refused(world: World, path: Path) -> list[tuple[str, str]]:
    try:
        staged(world, "cleo", path)
    except Invalid as refused:
        return [(problem.path, problem.code) for problem in refused.problems]
    return []


def test_what_a_file_lacks_is_told(world: World, tmp_path: Path) -> None:
    text("Weight\n1\n")(tmp_path / "x")
    number = staged(world, "cleo", tmp_path / "x")
    assert dict(done(world, "cleo", number).counts) == {"failed": 1}
    assert wrong(world, number) == [(2, "subject", "Subject is needed.", "")]
    text("Nonsense,Rubbish\n1,2\n")(tmp_path / "x")
    with pytest.raises(Invalid) as refused:
        done(world, "cleo", staged(world, "cleo", tmp_path / "x"))
    assert "nothing" in [problem.code for problem in refused.value.problems]
    assert world.find("cleo", "order") == []


def _days(made: object, sheet: object) -> None:
    for at, (value, code) in enumerate([(MORNING, "yyyy-mm-dd hh:mm"), (MORNING.date(), 'd"."mmm yy'), (MORNING, "yyyy年m月d日")]):
        sheet.write_datetime(at + 1, 0, value, made.add_format({"num_format": code}))  # type: ignore[attr-defined]


def _hidden(made: object, sheet: object) -> None:
    unseen = made.add_worksheet("B")  # type: ignore[attr-defined]
    unseen.write(0, 0, "Other")
    unseen.hide()


def _numbers(made: object, sheet: object) -> None:
    for at, (value, code) in enumerate([(0.5, "hh:mm"), (1.5, "[h]:mm"), (12, '0 "days"'), (0.1, "[Red]0.00E+00"), (2, "General")]):
        sheet.write_number(at + 1, 0, value, made.add_format({"num_format": code}))  # type: ignore[attr-defined]


ROWS = '<row r="2"><c r="A2" t="s"><v>1</v></c></row><row><c t="inlineStr"><is><t>c</t></is></c></row><row/><row r="9"><c r="A9" t="b"><v>1</v></c></row>'
PREFIXED = f'<p:worksheet xmlns:p="{MAIN}"><p:sheetData>{HEADINGS.replace("<", "<p:").replace("<p:/", "</p:")}</p:sheetData></p:worksheet>'
GOOD: dict[str, tuple[Make, list[tuple[int, Cell]]]] = {
    "China": (text("Subject\n螺栓\n", "gb18030"), [(2, "螺栓")]),
    "UTF-16": (text("\ufeffSubject\n螺栓\n", "utf-16-le"), [(2, "螺栓")]),
    "from 1900": (book(_days), [(2, MORNING), (3, MORNING.date()), (4, MORNING)]),
    "from 1904": (book(_days, date_1904=True), [(2, MORNING), (3, MORNING.date()), (4, MORNING)]),
    "formats": (book(_numbers), [(2, "12:00:00"), (3, "1 day, 12:00:00"), (4, Decimal(12)), (5, Decimal("0.1")), (6, Decimal(2))]),
    "rich and inline texts": (xml(ROWS), [(2, "a b"), (3, "c"), (9, True)]),
    "a sheet that nobody sees": (book(_hidden), []),
    "prefixes": (xml("", PREFIXED), []),
    "a day as ISO 8601": (xml('<row r="2"><c r="A2" t="d"><v>2026-03-02</v></c></row>'), [(2, date(2026, 3, 2))]),
}


def test_whatever_happens_to_a_workbook_it_is_read_or_refused(tmp_path: Path, effort: Callable[[int, int], int]) -> None:
    book(_days)(tmp_path / "x")
    with zipfile.ZipFile(tmp_path / "x") as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    chance, refused = Random(7), set()  # noqa: S311 - not a secret
    for _ in range(effort(80, 5000)):
        name = chance.choice(list(whole))
        at, bit = chance.randrange(len(whole[name])), chance.choice((b"", b"<", b"&", b"\xff", b"-1", b"NaN", b"1e999", b"<v>", b"<f>"))
        with zipfile.ZipFile(tmp_path / "x", "w") as archive:
            for each, content in whole.items():
                archive.writestr(each, content[:at] + bit + content[at + chance.choice((0, 3)) :] if each == name else content)
        try:
            found = open_book(tmp_path / "x")
            assert all(len(list(sheet.rows())) < 5 for sheet in found.sheets)
        except Invalid as problem:
            refused.add(problem.problems[0].code)
    assert "broken" in refused


def test_what_only_looks_strange_is_read(tmp_path: Path) -> None:
    for name, (make, rows) in GOOD.items():
        make(tmp_path / "x")
        found = open_book(tmp_path / "x")
        assert [sheet.headings for sheet in found.sheets] == [("Subject",)], name
        assert [(line, *cells) for line, cells in found.sheets[0].rows()] == rows, name
        found.close()


def test_a_large_workbook_is_read_in_littlememory(tmp_path: Path, effort: Callable[[int, int], int]) -> None:
    count = effort(40_000, 1_000_000)
    lines = "".join([f'<row r="{at}"><c r="A{at}" t="inlineStr"><is><t>{at} {"x" * 200}</t></is></c></row>' for at in range(2, count + 2)])
    xml(lines)(tmp_path / "x")
    del lines
    Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    found = open_book(tmp_path / "x")
    assert sum(1 for _ in found.sheets[0].rows()) == count
    found.close()
    assert memory("VmHWM") - before < 8, "megabytes for a sheet whose texts alone are 8 or 200"


def memory(what: str) -> float:
    """Megabytes of this process: held now, or the most since it was asked to begin anew."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:")) / 1024
