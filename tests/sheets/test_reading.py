"""Files that nobody should have to trust: each is refused in words, before a row of it is used."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from engine.errors import Invalid
from engine.sheets import Column, CsvBook, Part, XlsxBook, open_book, xlsx_reading
from engine.sheets.cells import guarded, unguarded

MORNING = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001 - a cell has no zone


def book(path: Path, fill: Callable[[Any, Any], object], **options: object) -> Path:
    made = Workbook(str(path), options)
    sheet = made.add_worksheet("A")
    sheet.write(0, 0, "h")
    fill(made, sheet)
    made.close()
    return path


def read_all(path: Path) -> None:
    for sheet in open_book(path).sheets:
        list(sheet.rows())


def refused(path: Path) -> str:
    with pytest.raises(Invalid) as found:
        read_all(path)
    return found.value.problems[0].code


def test_days_of_both_calendars(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet.write_datetime(1, 0, MORNING, made.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write_datetime(2, 0, date(2026, 3, 2), made.add_format({"num_format": "yyyy-mm-dd"}))

    for since_1904 in (False, True):
        found = open_book(book(tmp_path / "x.xlsx", fill, date_1904=since_1904))
        assert list(found.sheets[0].rows()) == [(2, [MORNING]), (3, [date(2026, 3, 2)])]


@pytest.mark.parametrize(
    ("fill", "code"),
    [
        (lambda made, sheet: sheet.write_formula(1, 0, "=1+1"), "formula"),
        (lambda made, sheet: sheet.merge_range(1, 0, 2, 1, "x"), "merged"),
        (lambda made, sheet: sheet.write(1, 3, "x"), "ragged"),
        (lambda made, sheet: sheet.write(0, 1, "H"), "heading_twice"),
        (lambda made, sheet: sheet.write(1_048_575, 0, "x"), "too_many"),
        (lambda made, sheet: sheet.write(1_048_575, 16_383, "x"), "too_far"),
        (lambda made, sheet: [sheet.write(0, 600, "y"), sheet.write(30_000, 0, "x")], "too_far"),
    ],
)
def test_what_a_workbook_must_not_have(tmp_path: Path, fill: Callable[[Any, Any], object], code: str) -> None:
    assert refused(book(tmp_path / "x.xlsx", fill)) == code


def test_a_bomb_is_refused_by_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_reading, "MOST_BYTES", 20 << 20)
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as out:
            for _ in range(24):
                out.write(b" " * (1 << 20))
    assert path.stat().st_size < 1 << 16
    assert refused(path) == "bomb"


def test_what_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert refused(path) == "no_workbook"
    whole = book(path, lambda made, sheet: sheet.write(1, 0, "x")).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(path) == "broken"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000))
    assert refused(path) == "old_format"


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.decimals(-(10**12), 10**12, places=2),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).filter(
        str.strip
    ),
)


DAYS = st.none() | st.dates(date(1800, 1, 1), date(9998, 12, 31))


def test_what_is_written_is_read(tmp_path: Path, effort: Callable[[int, int], int]) -> None:
    @settings(max_examples=effort(25, 1000), deadline=None)
    @given(rows=st.lists(st.tuples(CELLS, DAYS).map(list), min_size=1, max_size=4))
    def holds(rows: list[list[Any]]) -> None:
        path = tmp_path / "x.xlsx"
        with path.open("wb") as stream:
            made = XlsxBook(stream, Part("A", (Column("a"), Column("b"), Column("c", "date"))))
            for row in rows:
                made.add(["x", *row])
            made.close()
        early = date(1900, 3, 1)
        expected = [[cell, day.isoformat() if day and day < early else day] for cell, day in rows]
        assert [cells[1:] for _, cells in open_book(path).sheets[0].rows()] == expected

    holds()


@given(text=st.text(max_size=30))
def test_guarding_is_undone_by_reading(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_csv_numbers_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("wb") as stream:
        made = CsvBook(stream, Part("A", (Column("n", "number"), Column("p", "percent"))))
        made.add([Decimal("-123456789012345.678"), Decimal("0.125")])
        made.close()
    assert path.read_bytes() == b"\xef\xbb\xbfn,p\r\n-123456789012345.678,12.5%\r\n"
