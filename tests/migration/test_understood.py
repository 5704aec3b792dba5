"""What a plan says is understood by whoever wrote the change: each thing once, values in words, and what may have been meant."""

from collections.abc import Iterator

import pytest

from engine import migration
from engine.loading import load_sources
from tests.applications import World, opened, sources

ORDER = """\
app: shop
roles: {buyer: {label: Buyer}}
---
choices: risk
values: {low: {label: Low}, high: {label: High}}
---
entity: order
title: name
number: {pattern: 'O-{0000}'}
fields:
  name: {type: text}
  risk: {type: choice, of: risk}
  code: {type: text, unique: true}
  grade: {type: decimal, digits: 1, index: true}
  lines: {type: table, fields: {product: {type: text}}}
access: {buyer: {read: true}}
"""
RENAMED = ORDER.replace("entity: order", "entity: purchase")
SAME = "If {} is the same under another name, write `was: {}` there: then it keeps what is in it."


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(ORDER, f"sqlite:///{tmp_path_factory.mktemp('understood') / 'test.db'}") as found:
        found.save("system", "order", name="a", risk="low", lines=[{"product": "x"}])
        yield found


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (RENAMED.replace("title:", "was: order\ntitle:"), ["entity order is now called purchase."]),
        (
            RENAMED,
            [
                "New: entity purchase.",
                "Gone: entity order. Its 1 record stays in the database, unseen; declared again it has them again.",
                SAME.format("entity purchase", "order"),
            ],
        ),
        (
            ORDER.replace("name: {type: text}", "called: {type: text}").replace("title: name", "title: called"),
            [
                "New: field order.called.",
                "Gone: field order.name. The values of 1 record stay in the database, unseen; declared again it has them again.",
                SAME.format("field order.called", "name"),
            ],
        ),
        (ORDER.replace(", unique: true", ""), ["code of order need not be unique any more."]),
        (ORDER.replace(", index: true", ""), ["order is no longer indexed by grade."]),
        (
            ORDER.replace("digits: 1", "digits: 2"),
            [
                (
                    "The type of field order.grade changes from a number with 1 digit after the point to "
                    "a number with 2 digits after the point."
                ),
                "The index of order by grade is made again.",
            ],
        ),
        (ORDER.replace("  lines: {", "  items: {was: lines, "), ["table order.lines is now called order.items."]),
        (
            ORDER.replace("type: choice", "type: multi_choice"),
            [
                (
                    "The type of field order.risk changes from a choice to several choices: the values of 1 record are converted, "
                    "the old ones stay in the database."
                ),
                "“low” becomes “low”.",
            ],
        ),
    ],
)
def test_a_change_in_words(world: World, wanted: str, said: list[str]) -> None:
    written = sources(wanted)
    with world.app.database.read() as connection:
        found = migration.plan(connection, written, load_sources(written))
    assert [text for line in migration.told(found, "en") if line.kind != "access" for text in (line.words, *line.details)] == said
