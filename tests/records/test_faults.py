"""A value that passes the quick test of its field has nothing wrong with it; what no test is made for cannot be wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.loading import load_sources
from engine.metadata import Value
from engine.records import fault, faults
from tests.applications import sources

YAML = """
    app: shop
    languages: [en]
    currency: CNY
    ---
    entity: order
    title: subject
    fields:
      subject: {type: text, required: true, max: 5}
      code: {type: text, pattern: '[A-Z]+'}
      note: {type: long_text}
      mail: {type: email}
      site: {type: url}
      pieces: {type: integer}
      qty: {type: decimal, digits: 2, min: 1}
      on: {type: date}
      done: {type: boolean}
      lines:
        type: table
        fields:
          subject: {type: text}
"""
TEXTS: list[Value] = [None, "", "a", "ABC", "a longer text", "x" * 300, "ann@example.com", "https://example.com"]
NUMBERS: list[Value] = [None, Decimal(0), Decimal("0.00"), Decimal(999), Decimal(1000), Decimal(-1000), Decimal("1E+17"), Decimal("1E+30")]


@pytest.mark.parametrize("name", ["subject", "code", "note", "mail", "site", "pieces", "qty"])
def test_what_passes_is_right(name: str) -> None:
    entity = load_sources(sources(YAML)).entities["order"]
    field, test = next((field, test) for each, field, test in faults.every_test(entity) if each == name)
    values = NUMBERS if name in ("pieces", "qty") else TEXTS
    right = [value for value in values if (field.required is False if value is None else fault(field, value) is None)]
    passed = [value for value in values if test(value)]
    assert set(passed) <= set(right)
    assert name == "qty" or passed == right, "a value that is right is looked at again"


def test_what_can_never_be_wrong_is_not_asked() -> None:
    entity = load_sources(sources(YAML)).entities["order"]
    assert {each[0] for each in faults.every_test(entity)} - {each[0] for each in faults.tests_of(entity)} == {"on", "done", "lines"}
