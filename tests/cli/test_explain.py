"""`loom explain value`: the parts of a computed value as a tree, and as data; for one person only what they may know."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli import loom
from tests.applications import opened, write

YAML = """
    app: shop
    roles:
      buyer: {label: Buyer}
      clerk: {label: Clerk}
    ---
    entity: order
    fields:
      discount: {type: percent}
      lines:
        type: table
        fields:
          qty: {type: integer}
          price: {type: decimal, digits: 2}
      total: {type: decimal, digits: 2, discloses: true, formula: 'SUM(lines, qty * price) * (1 - discount)'}
    access:
      buyer: {read: true, create: true}
      clerk: {read: true, hide: [discount, lines.price]}
"""

Explain = Callable[..., Result]


@pytest.fixture
def explain(tmp_path: Path, database_url: str) -> Iterator[Explain]:
    write(YAML, tmp_path)
    with opened(YAML, database_url) as world:
        world.person("bea", roles=["buyer"])
        world.person("cleo", roles=["clerk"])
        world.save("bea", "order", discount="5%", lines=[{"qty": 2, "price": "10"}, {"qty": 1, "price": "0.50"}])
        yield lambda *arguments: CliRunner().invoke(loom, ["explain", "value", *arguments, str(tmp_path), "--db", database_url])


def test_a_tree_of_parts(explain: Explain) -> None:
    found = explain("order/1.total")
    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        "order/1.total = 19.48",
        "  formula: SUM(lines, qty * price) * (1 - discount)",
        "  SUM(lines, qty * price) = 20.5",
        "    1. order/1 lines #1: qty * price = 20",
        "      qty = 2",
        "      price = 10",
        "    2. order/1 lines #2: qty * price = 0.5",
        "      qty = 1",
        "      price = 0.5",
        "  1 - discount = 0.95",
        "    discount = 0.05",
    ]


def test_a_person_learns_only_what_they_may_know(explain: Explain) -> None:
    shown = explain("order/1.total", "--as", "cleo").stdout
    assert "order/1.total = 19.48" in shown
    assert "discount = (not visible to this person)" in shown
    assert "0.95" not in shown
    assert "20.5" not in shown
    assert "price = (not visible to this person)" in shown


def test_the_same_as_data(explain: Explain) -> None:
    found = json.loads(explain("order/1.total", "--json").stdout)
    assert (found["value"], found["drifted"], found["parts"][0]["rows"][1]["value"]) == ("19.48", False, "0.5")


@pytest.mark.parametrize(
    ("target", "code"), [("order", 2), ("order/1", 2), ("order/2.total", 1), ("nothing/1.total", 1), ("order/1.discount", 1)]
)
def test_what_cannot_be_explained(explain: Explain, target: str, code: int) -> None:
    assert explain(target).exit_code == code
