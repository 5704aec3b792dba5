"""The smallest parts of pages: what is escaped, and that no template asks for a part that is not there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

import engine.web
from engine.web.marks import Marks, attributes, state
from engine.web.table_rows import TableRows
from engine.web.views import Cell, Choice, Grid, GridColumn, Heading, Input, ListPage, ListRow, Look

TEMPLATES = Path(engine.web.__file__).parent / "templates"
EVIL = '"><script>alert(1)</script>'
LOOKS = [look for look in get_args(Look) if look != "rich"]
"""All but formatted text: that is markup, cleaned when it is written (records/markup.py)."""


@pytest.mark.parametrize("look", LOOKS)
def test_no_value_becomes_markup(look: Look) -> None:
    """Texts, addresses and choices of every look."""
    value = Cell(look, EVIL, f"/{EVIL}", (Choice(EVIL, EVIL),), f"/{EVIL}", (Cell("link", EVIL, EVIL),))
    marks = Marks(lambda: "en")
    for made in (marks.cell(value), marks.why(value, EVIL), state(Choice(EVIL, EVIL)), attributes(Input(EVIL, EVIL, "text"), named=True)):
        assert "<script" not in made
        assert EVIL not in made


def test_templates_import_only_what_is_there() -> None:
    """A part that is gone would be nothing, and the page fail only when it is shown."""
    for template in TEMPLATES.rglob("*.html"):
        for source, names in re.findall(r"{% from '([^']+)' import ([\w, ]+?)(?: with context)? %}", template.read_text()):
            made = set(re.findall(r"{% macro (\w+)", (TEMPLATES / source).read_text()))
            assert {name.strip() for name in names.split(",")} <= made, (template.name, source)


def test_no_row_becomes_markup() -> None:
    """Rows of lists and of grids: titles, addresses, keys, headings."""
    value = Cell("text", EVIL, why=f"/{EVIL}")
    listed = (ListRow(f"/{EVIL}", (value, value), EVIL),)
    page = ListPage("", "", "", (), (Heading(EVIL), Heading(EVIL, typed=EVIL)), listed, "/", verbs=(Choice(EVIL),))
    rows = TableRows(Marks(lambda: "en"))
    for made in (rows.listed(page, listed), rows.of_grid(Grid(EVIL, (GridColumn(EVIL),), ((value,),)))):
        assert "<script" not in made
        assert EVIL not in made
