"""The smallest parts of pages: what is escaped, and that no template asks for a part that is not there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

import engine.web
from engine.web.grid_rows import GridRows
from engine.web.marks import Marks, attributes, state, typed
from engine.web.table_rows import TableRows
from engine.web.views import Cell, Choice, FormRow, FormTable, Grid, GridColumn, Heading, Input, ListPage, ListRow, Look

TEMPLATES = Path(engine.web.__file__).parent / "templates"
EVIL = '"><script>alert(1)</script>'
ASKED = Input(EVIL, EVIL, "text", EVIL, EVIL, EVIL, problem=EVIL, prefix=EVIL, suffix=EVIL, cell=Cell("text", EVIL))
LOOKS = [look for look in get_args(Look) if look != "rich"]
"""All but formatted text: that is markup, cleaned when it is written (records/markup.py)."""


@pytest.mark.parametrize("look", LOOKS)
def test_no_value_becomes_markup(look: Look) -> None:
    """Texts, addresses and choices of every look."""
    value = Cell(look, EVIL, f"/{EVIL}", (Choice(EVIL, EVIL),), f"/{EVIL}", (Cell("link", EVIL, EVIL),))
    marks = Marks(lambda: "en")
    for made in (marks.cell(value), marks.why(value, EVIL), state(Choice(EVIL, EVIL)), attributes(ASKED, named=True), typed(ASKED)):
        assert "<script" not in made
        assert EVIL not in made


def test_templates_import_only_what_is_there() -> None:
    """A part that is gone would be nothing, and the page fail only when it is shown."""
    for template in TEMPLATES.rglob("*.html"):
        for source, names in re.findall(r"{% from '([^']+)' import ([\w, ]+?)(?: with context)? %}", template.read_text()):
            made = set(re.findall(r"{% macro (\w+)", (TEMPLATES / source).read_text()))
            assert {name.strip() for name in names.split(",")} <= made, (template.name, source)


def test_no_row_becomes_markup() -> None:
    """Rows of lists and of grids: titles, addresses, keys, headings, what was typed."""
    value = Cell("text", EVIL, why=f"/{EVIL}")
    listed = (ListRow(f"/{EVIL}", (value, value), EVIL),)
    page = ListPage("", "", "", (), (Heading(EVIL), Heading(EVIL, typed=EVIL)), listed, "/", verbs=(Choice(EVIL),))
    marks = Marks(lambda: "en")
    rows, asked = TableRows(marks), (ASKED, ASKED._replace(readonly=True))
    typed_in = GridRows(marks).made(FormTable(EVIL, EVIL, (), (FormRow(2, EVIL, asked, EVIL),)), lambda each, named: "")
    for made in (rows.listed(page, listed), rows.of_grid(Grid(EVIL, (GridColumn(EVIL),), ((value,),))), typed_in):
        assert "<script" not in made
        assert EVIL not in made
