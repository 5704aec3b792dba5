"""Reuse inside a file: what is used stands there as if it had been written, and a mistake is told where it was written."""

import pytest

from engine.loading import Sources, check_sources

ORDER = """\
entity: order
blocks:
  amount: {type: money, currency: CNY, min: 0}
  address:
    street: {type: text, max: 80}
    city: {type: text}
  reader: [{read: true}]
fields:
  price: {use: amount, label: Price}
  discount: {use: amount, min: -5}
  use: address
  city: {type: long_text}
  lines: {type: table, fields: {cost: {use: amount}}}
access: {buyer: {use: reader}, seller: {use: reader}}
"""


def checked(text: str) -> tuple[object, list[tuple[str, int, str]]]:
    files = {"app.yaml": "app: shop\nroles: {buyer: {}, seller: {}}\n", "models/order.yaml": text}
    report = check_sources(Sources({path: text.encode() for path, text in files.items()}))
    return report.metadata, [(issue.code, issue.line, str(issue.message)) for issue in report.issues]


def test_a_block_stands_where_it_is_used() -> None:
    metadata, issues = checked(ORDER)
    assert issues == []
    order = metadata.entities["order"]  # type: ignore[attr-defined]
    kinds = {name: field.kind for name, field in order.fields.items()}
    assert kinds == {"price": "money", "discount": "money", "street": "text", "city": "long_text", "lines": "table"}
    least = [order.fields[name].least.literal for name in ("price", "discount")]
    assert (least, order.fields["price"].label) == ([0, -5], {"en": "Price"})
    assert order.fields["lines"].table.fields["cost"].kind == "money"
    assert {rule.role for rule in order.rules} == {"buyer", "seller"}


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("use: amount, label", "use: amuont, label", "N301", 9),
        ("street: {type: text, max: 80}", "street: {type: txet}", "S204", 5),
        ("min: 0}", "min: 0, use: amount}", "N309", 3),
        ("{use: reader}, s", "{use: reader, read: true}, s", "S203", 14),
        ("fields:\n  price", "  more: {type: text}\nfields:\n  price", "N310", 8),
    ],
)
def test_a_mistake_stands_where_it_was_written(old: str, new: str, code: str, line: int) -> None:
    assert old in ORDER
    _, issues = checked(ORDER.replace(old, new))
    assert [issue[:2] for issue in issues] == [(code, line)]
