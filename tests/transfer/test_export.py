"""What leaves as a file: the records that somebody may read and export, exact, and nothing that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from engine.errors import Forbidden
from engine.records import Query
from engine.sheets import Cell, open_book
from engine.transfer import Kind, complete, export, shown
from tests.applications import World

LINES = [{"product": 1, "qty": "2", "price": "2.50"}, {"product": 2, "qty": "3", "price": "1.10"}]


def file_of(
    world: World, who: str, path: Path, *typed: str, columns: tuple[str, ...] = (), language: str = "en", entity: str = "order"
) -> Path:
    kind: Kind = "csv" if path.suffix == ".csv" else "xlsx"
    actor = replace(world.actor(who), language=language)
    with world.app.look(actor) as view, path.open("wb") as stream:
        described = view.metadata.entities[entity]
        plan = shown(view, described, columns) if columns else complete(view, described)
        export(view, Query(entity, typed=typed), plan, kind, stream)
    return path


def texts(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def sheet(path: Path, number: int = 0) -> tuple[tuple[str, ...], list[list[Cell]]]:
    book = open_book(path)
    found = book.sheets[number]
    return found.headings, [list(cells) for _, cells in found.rows()]


def test_a_list_leaves_as_it_is_shown(world: World, tmp_path: Path) -> None:
    world.save("bea", "order", subject="Bolts", urgency="high", favourite=1, lines=LINES)
    found = texts(file_of(world, "bea", tmp_path / "x.csv", columns=("number", "subject", "urgency", "favourite", "total"), language="zh"))
    assert found == [["编号", "主题", "紧急程度", "首选", "合计"], ["O-0001", "Bolts", "高", "Bolt", "8.30"]]


def test_rows_of_tables_have_a_sheet_of_their_own(world: World, tmp_path: Path) -> None:
    number = Decimal(str(world.save("bea", "order", subject="Bolts", discount="12.5%", wanted_on="2026-03-02", lines=LINES)["id"]))
    path = file_of(world, "bea", tmp_path / "x.xlsx")
    headings, records = sheet(path)
    assert headings[:2] == ("Id", "Version")
    assert dict(zip(headings, records[0], strict=True))["Discount"] == Decimal("0.125")
    headings, rows = sheet(path, 1)
    assert headings == ("Id", "Row", "Product", "Quantity", "Price", "Amount")
    assert [(row[0], row[2], row[5]) for row in rows] == [(number, "Bolt #1", Decimal(5)), (number, "Nut #2", Decimal("3.3"))]


def test_in_text_files_rows_stand_below_their_record(world: World, tmp_path: Path) -> None:
    world.save("bea", "order", subject="Bolts", lines=LINES)
    heading, first, second = texts(file_of(world, "bea", tmp_path / "x.csv"))
    at = heading.index("Lines: Product")
    assert (first[at], second[at]) == ("Bolt #1", "Nut #2")
    assert set(second[: at - 1]) == {""}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "'=1", "\t=1", "＝1"])
def test_nothing_in_a_file_is_calculated(world: World, tmp_path: Path, text: str) -> None:
    world.save("bea", "order", subject="x " + text, code=text)
    path = file_of(world, "bea", tmp_path / "x.csv", columns=("code",))
    assert texts(path)[1][0].startswith("'")
    assert sheet(path)[1] == sheet(file_of(world, "bea", tmp_path / "x.xlsx", columns=("code",)))[1] == [[text.strip()]]


def test_who_may_export_some_gets_those(world: World, tmp_path: Path) -> None:
    world.save("bea", "order", subject="mine")
    world.save("cleo", "order", subject="another's", secret="s")
    assert [row[0] for row in texts(file_of(world, "bea", tmp_path / "x.csv", columns=("subject", "secret")))] == ["Subject", "mine"]
    found = texts(file_of(world, "cleo", tmp_path / "y.csv", "secret <> null", columns=("subject", "secret")))
    assert found == [["Subject", "Secret"], ["another's", "s"]]
    assert "Secret" not in texts(file_of(world, "bea", tmp_path / "z.csv"))[0]
    with pytest.raises(Forbidden):
        file_of(world, "gus", tmp_path / "x.csv")


def test_numbers_that_a_spreadsheet_would_round_are_written_as_text(world: World, tmp_path: Path) -> None:
    world.save("bea", "order", subject="much", weight="123456789012345.678")
    assert sheet(file_of(world, "bea", tmp_path / "x.xlsx", columns=("weight",)))[1] == [["123456789012345.678"]]


def test_what_lies_behind_a_link_can_be_a_column(world: World, tmp_path: Path) -> None:
    world.save("bea", "order", subject="Bolts", favourite=2)
    found = texts(file_of(world, "bea", tmp_path / "x.csv", columns=("subject", "favourite.name", "created_by")))
    assert found == [["Subject", "Name", "Created by"], ["Bolts", "Nut", "Bea"]]
