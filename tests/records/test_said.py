"""What the audit says of a new record is what it would say of the same values entered into a blank one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.loading import load_sources
from engine.records.said import said
from engine.records.write import changes
from engine.storage import canonical_json
from tests.applications import sources

YAML = """
    app: shop
    languages: [en]
    currency: CNY
    ---
    entity: order
    title: subject
    fields:
      subject: {type: text}
      tags: {type: multi_choice, of: [a, b]}
      others: {type: links, to: order}
      lines:
        type: table
        fields:
          qty: {type: decimal, digits: 2}
          pieces: {type: integer}
          on: {type: date}
          urgent: {type: boolean}
          words: {type: text}
"""


def test_rows_are_written_as_canonical_json() -> None:
    entity = load_sources(sources(YAML)).entities["order"]
    row = {"id": 1, "qty": Decimal("12.50"), "pieces": Decimal(3), "on": None, "urgent": False, "words": 'é "x"\n'}
    new: dict[str, Any] = {
        "id": 1,
        "subject": "s",
        "tags": ("a",),
        "others": [{"others": 2}],
        "lines": [row, {"id": 2, "qty": Decimal("1E-2")}],
    }
    blank: dict[str, Any] = {"id": 1, "subject": None, "tags": None, "others": [], "lines": []}
    told = changes(entity, blank, new)
    assert said(entity, [new, blank]) == [_written(told), {}]


def _written(changes: Mapping[str, tuple[object, object]]) -> dict[str, str]:
    return {name: ",".join(canonical_json(value) for value in pair) for name, pair in changes.items()}
