"""Rows that a scanner makes: it types a code and Enter, which adds a row or counts one more in the row that is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from engine.records import fetch
from tests.applications import World, opened
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

YAML = """
    app: store
    languages: [en, zh]
    roles: {keeper: {}, boss: {}}
    ---
    entity: product
    title: name
    fields:
      name: {type: text, required: true}
      code: {type: barcode, unique: true}
      shelf: {type: text}
    access: {keeper: {read: 'name <> "Secret"'}, boss: {read: true, create: true}}
    ---
    entity: count
    label: {en: Count, zh: 盘点}
    title: name
    fields:
      name: {type: text, required: true}
      lines:
        type: table
        fields:
          product: {type: link, to: product, required: true, fill: {shelf: =product.shelf}, label: {en: Product, zh: 产品}}
          qty: {type: integer, min: 0}
          shelf: {type: text}
      serials: {type: table, fields: {serial: {type: text, compare: ignore_case}}}
    access: {keeper: {read: true, create: true, update: true}}
    ---
    form: count
    sections: [{fields: [name, {field: lines, scan: product}, {field: serials, scan: serial}]}]
"""


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[tuple[World, Person]]:
    with opened(YAML, f"sqlite:///{tmp_path / 'store.db'}") as world:
        world.person("boss", roles=["boss"])
        world.person("kim", roles=["keeper"])
        for name, code, shelf in (("Bolt", "4711", "A1"), ("Nut", "4712", "B2"), ("Secret", "4713", "X")):
            world.save("boss", "product", name=name, code=code, shelf=shelf)
        person = Person(pages_of(world.app))
        come_in(person, world.people["kim"])
        yield world, person


def test_a_code_adds_a_row_or_counts_one_more(keeper: tuple[World, Person]) -> None:
    world, kim = keeper
    page = kim.open("/records/count/new")
    assert 'placeholder="Scan or type: Product"' in page.text
    for code in ("4711", "4712", " 4711 ", "4711"):
        page = kim.send("/new", ("_scan", "lines"), name="May", _scan__lines=code)
    assert " autofocus" in page.text, "the next code comes at once"
    for code in ("SN-1", "sn-1", "SN-2"):
        page = kim.send("/new", ("_scan", "serials"), _scan__serials=code)
    kim.send("/new")
    lines, serials = rows_of(world, "lines"), rows_of(world, "serials")
    assert [(line["product"], line["qty"], line["shelf"]) for line in lines] == [(1, 3, "A1"), (2, 1, "B2")]
    assert [line["serial"] for line in serials] == ["SN-1", "sn-1", "SN-2"], "there is nothing to count with"


def rows_of(world: World, table: str) -> list[dict[str, object]]:
    """The rows of the only count."""
    (number,) = world.find("kim", "count")
    with world.look("kim") as view:
        return cast("list[dict[str, object]]", fetch(view, "count", number)[table])


def test_what_nobody_knows_or_the_person_may_not_see_is_told_alike(keeper: tuple[World, Person]) -> None:
    _world, kim = keeper
    kim.open("/records/count/new")
    for code in ("4713", "9999"):
        page = kim.send("/new", ("_scan", "lines"), name="May", _scan__lines=code)
        assert f"Product: there is nothing with the code {code}." in page.words
        assert 'name="lines.1.product"' not in page.text
