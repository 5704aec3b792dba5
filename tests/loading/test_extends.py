"""A declaration that begins with another one of its kind: what it has from there, what is its own, and where mistakes are told."""

import pytest

from engine.loading import Sources, check_sources

FILES = {
    "app.yaml": "app: shop\nroles: {buyer: {}, seller: {}}\n",
    "models/order.yaml": """\
entity: order
label: Order
number: {pattern: 'O-{0000}'}
fields:
  partner: {type: link, to: partner, inverse: orders}
  amount: {type: integer}
  lines: {type: table, fields: {qty: {type: integer}}}
checks:
  - {require: amount > 0, field: amount, say: More}
access: {buyer: {read: true}}
""",
    "models/partner.yaml": "entity: partner\nfields: {name: {type: text}}\naccess: {buyer: {read: true}}\n",
    "models/rush_order.yaml": """\
entity: rush_order
extends: order
number: {pattern: 'R-{0000}'}
fields:
  due: {type: date}
checks:
  - {require: due <> null, field: due, say: When}
access: {seller: {read: true}}
""",
    "models/last_order.yaml": "entity: last_order\nextends: rush_order\n",
    "workflows/order.lifecycle.yaml": """\
lifecycle: order
for: order
states: {open: {}, done: {final: true}}
actions: {finish: {from: open, to: done, who: role:buyer, when: {require: amount > 1, say: More}}}
""",
    "workflows/rush_order.lifecycle.yaml": "lifecycle: rush_order\nextends: order\nactions: {skip: {from: open, to: done, who: role:seller}}\n",
    "forms/order.form.yaml": "form: order\nsections: [{fields: [partner, amount]}]\n",
    "forms/short.yaml": "form: short\nextends: order\nsections: [{fields: [amount]}]\n",
    "forms/all_orders.yaml": "list: all_orders\nfor: order\ncolumns: [amount]\n",
    "forms/large_orders.yaml": "list: large_orders\nextends: all_orders\nwhere: amount > 5\n",
}


def checked(files: dict[str, str]) -> tuple[object, list[tuple[str, str, int]]]:
    report = check_sources(Sources({path: text.encode() for path, text in files.items()}))
    return report.metadata, [(issue.code, issue.file, issue.line) for issue in report.issues if issue.level == "error"]


def test_what_begins_with_another_has_what_that_has() -> None:
    metadata, issues = checked(FILES)
    assert issues == []
    entities = metadata.entities  # type: ignore[attr-defined]
    rush, last = entities["rush_order"], entities["last_order"]
    assert list(rush.fields) == ["number", "partner", "amount", "lines", "due"] == list(last.fields)
    assert (rush.label["en"], last.label["en"], rush.number.parts[0][1], last.number.parts[0][1]) == (
        "Rush order",
        "Last order",
        "R-",
        "R-",
    )
    assert [check.require.text for check in rush.checks] == ["due <> null", "amount > 0"]
    assert {rule.role for rule in last.rules} == {"buyer", "seller"}
    assert list(entities["rush_order.lines"].fields) == ["qty"]
    assert list(rush.lifecycle.actions) == ["finish", "skip"]
    assert [entities[name].fields["partner"].link.inverse for name in ("order", "rush_order")] == ["orders", None]
    forms, lists = metadata.forms, metadata.lists  # type: ignore[attr-defined]
    assert (forms["short"].entity, lists["large_orders"].entity, lists["large_orders"].columns) == ("order", "order", ("amount",))


@pytest.mark.parametrize(
    ("path", "old", "new", "found"),
    [
        ("models/rush_order.yaml", "extends: order", "extends: odrer", [("N301", "models/rush_order.yaml", 2)]),
        ("models/rush_order.yaml", "  due: {", "  amount: {type: text}\n  due: {", [("N303", "models/rush_order.yaml", 5)]),
        ("models/rush_order.yaml", "{type: date}", "{type: dtae}", [("S204", "models/rush_order.yaml", 5)]),
        ("models/rush_order.yaml", "due <> null", "deu <> null", [("FX201", "models/rush_order.yaml", 7)]),
        ("models/order.yaml", "number:", "extends: last_order\nnumber:", [("N309", "models/last_order.yaml", 2), ("N309", "models/order.yaml", 3), ("N309", "models/rush_order.yaml", 2)]),
        ("models/order.yaml", "amount > 0", "amuont > 0", [("FX201", "models/order.yaml", 9)]),
        ("models/order.yaml", "amount: {type: integer}", "amount: {type: intger}", [("S204", "models/order.yaml", 6)]),
        ("models/partner.yaml", "entity: partner\n", "entity: partner\nextends: user\n", [("N301", "models/partner.yaml", 2)]),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_was_written(path: str, old: str, new: str, found: list[tuple[str, str, int]]) -> None:
    assert old in FILES[path]
    assert checked({**FILES, path: FILES[path].replace(old, new)})[1] == found  # once, however many begin with it
