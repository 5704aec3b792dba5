"""What a formula reads, and which changes make its value stale."""

from __future__ import annotations

from engine.formula import Context, Formula, Member, Names, Trigger, compile
from engine.formula.types import number
from tests.formula.application import Application, made


def said(trigger: Trigger) -> str:
    return f"{trigger.entity}.{trigger.field or '*'} via {'.'.join(hop.name for hop in trigger.path) or '-'}"


def stale(formula: Formula) -> set[str]:
    return {said(trigger) for trigger in formula.dependencies}


def test_own_fields() -> None:
    assert stale(made("IF(urgent, qty, rate)")) == {"purchase_order.urgent via -", "purchase_order.qty via -", "purchase_order.rate via -"}


def test_a_path_depends_on_every_link_and_its_end() -> None:
    assert stale(made("supplier.parent.name")) == {
        "purchase_order.supplier via -", "supplier.parent via supplier", "supplier.name via supplier.parent",
    }  # fmt: skip


def test_own_rows() -> None:
    assert stale(made("SUM(lines, qty * price, taxable)")) == {
        "purchase_order.lines.* via lines", "purchase_order.lines.qty via lines", "purchase_order.lines.price via lines",
        "purchase_order.lines.taxable via lines",
    }  # fmt: skip


def test_rows_of_other_records_also_depend_on_their_link() -> None:
    received = compile('SUM(receipts.qty, receipt.state = "posted")', Names("purchase_order.lines"), Application(), Context.STORED)
    assert stale(received) == {
        "receipt.lines.* via receipts", "receipt.lines.order_line via receipts", "receipt.lines.qty via receipts", "receipt.state via receipts.receipt",
    }  # fmt: skip


def test_counting_depends_on_the_rows_alone() -> None:
    assert stale(made("COUNT(supplier.orders)")) == {
        "purchase_order.supplier via -", "purchase_order.* via supplier.orders", "purchase_order.supplier via supplier.orders",
    }  # fmt: skip


def test_what_is_outside_the_record_is_no_trigger() -> None:
    assert stale(made("user.name & today()")) == set()
    assert stale(made("SUM(lines, qty * parent.rate)")) >= {"purchase_order.rate via -"}


def test_virtual_fields_count_as_what_they_are_made_of() -> None:
    double = compile("score * 2", Names("supplier"), Application(), Context.VIRTUAL)
    app = Application(more={"supplier": [Member("double", number(9, 2), True, "virtual", double)]})
    formula = compile("supplier.double", Names("purchase_order"), app, Context.STORED)
    assert stale(formula) == {"purchase_order.supplier via -", "supplier.score via supplier"}


def test_references_name_fields_links_and_rows() -> None:
    formula = made("SUM(lines, qty) + supplier.score")
    assert {(r.entity, r.field, tuple(hop.name for hop in r.hops)) for r in formula.references} == {
        ("purchase_order.lines", "id", ("lines",)), ("purchase_order.lines", "qty", ("lines",)), ("purchase_order", "supplier", ()),
        ("supplier", "score", ("supplier",)),
    }  # fmt: skip
