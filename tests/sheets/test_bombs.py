"""Workbooks made to take the memory, the time or the disk of whoever opens them: small files that say much."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import Invalid
from engine.sheets import open_book

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
ROOM = 40_000_000
"""Bytes that reading may take."""
BOOK, RELATIONS, STRINGS, STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml"
SHEET = "xl/worksheets/sheet1.xml"
PLAIN = {
    BOOK: '<workbook xmlns:r="r"><sheets><sheet name="A" r:id="a"/></sheets></workbook>',
    RELATIONS: '<Relationships><Relationship Id="a" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/>'
    '<Relationship Id="t" Type="x/styles" Target="styles.xml"/></Relationships>',
    STRINGS: "<sst><si><t>a</t></si></sst>",
    STYLES: "<styleSheet><cellXfs/></styleSheet>",
    SHEET: '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>',
}


def workbook(path: Path, **parts: str) -> Path:
    """A workbook with some of its parts replaced."""
    names = {"book": BOOK, "relations": RELATIONS, "strings": STRINGS, "styles": STYLES, "sheet": SHEET}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**PLAIN, **{names[each]: text for each, text in parts.items()}}.items():
            archive.writestr(name, HEAD + text)
    return path


def rows(path: Path) -> int:
    book = open_book(path)
    try:
        return sum(1 for sheet in book.sheets for _ in sheet.rows())
    finally:
        book.close()


def numbered(text: str, count: int) -> str:
    """So many of an element, each with a number of its own for `#`."""
    return "".join(text.replace("#", str(at)) for at in range(count))


def sheet(more: str) -> str:
    return f'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>{more}</sheetData></worksheet>'


BOMBS: dict[str, Callable[[], dict[str, str]]] = {
    "wide rows": lambda: {"sheet": sheet('<row><c r="XFD1"><v>1</v></c></row>' * 2000)},
    "links": lambda: {"relations": "<Relationships>" + numbered('<Relationship Id="#"/>', 200_000) + "</Relationships>"},
    "sheets": lambda: {"book": '<workbook xmlns:r="r"><sheets>' + '<sheet name="A" r:id="a"/>' * 3000 + "</sheets></workbook>"},
    "formats": lambda: {"styles": "<styleSheet>" + numbered('<numFmt numFmtId="#" formatCode="x"/>', 850_000) + "</styleSheet>"},
    "one string everywhere": lambda: {
        "strings": f"<sst><si><t>a</t></si><si><t>{'x' * 100_000}</t></si></sst>",
        "sheet": sheet('<row><c t="s"><v>1</v></c></row>' * 6000),
    },
}


def room_to_refuse(path: Path) -> int:
    """The most bytes that were held until the file was refused."""
    tracemalloc.start()
    try:
        with pytest.raises(Invalid):
            rows(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_says_much_in_little_is_refused(tmp_path: Path, bomb: str) -> None:
    path = workbook(tmp_path / "x.xlsx", **BOMBS[bomb]())
    assert room_to_refuse(path) < ROOM


def test_more_strings_than_any_sheet_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.sheets.xlsx_parts.MOST_STRINGS", 1000)
    with pytest.raises(Invalid):
        rows(workbook(tmp_path / "x.xlsx", strings="<sst><si><t>a</t></si>" + "<si/>" * 1000 + "</sst>"))


def test_a_directory_of_countless_entries_is_not_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx")
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 0, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)
    entries = b"".join(entry + b"%c" % (65 + at % 26) for at in range(100_000))
    before = path.read_bytes()
    begin = before.rfind(b"PK\5\6")
    size, offset = struct.unpack("<2L", before[begin + 12 : begin + 20])
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, size + len(entries), offset, 0)
    path.write_bytes(before[:begin] + entries + end)
    assert room_to_refuse(path) < ROOM


def test_a_plain_workbook_is_read(tmp_path: Path) -> None:
    assert rows(workbook(tmp_path / "x.xlsx")) == 0
