"""Cells there and back: what is written is read, and no text is calculated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.sheets import Column, CsvBook, Part, XlsxBook, open_book
from engine.sheets.cells import guarded, unguarded

MORNING = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001 - a cell has no zone


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
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_csv_numbers_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("wb") as stream:
        made = CsvBook(stream, Part("A", (Column("n", "number"), Column("p", "percent"))))
        made.add([Decimal("-123456789012345.678"), Decimal("0.125")])
        made.close()
    assert path.read_bytes() == b"\xef\xbb\xbfn,p\r\n-123456789012345.678,12.5%\r\n"
