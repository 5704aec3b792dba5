"""What null counts as at each place, that null never grants, names and scopes, virtual fields, money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.formula import CollectionPath, Context, FormulaErrors, Hop, Member, Names, Path, Root, Via, compile
from engine.formula.nodes import Aggregate, Read
from engine.formula.types import TEXT, link, number
from tests.formula.application import ORDER, OWN, Application, Around, line, made, order

SUPPLIERS = {
    ("supplier", 7): {"id": 7, "name": "Ann", "parent": 8, "score": Decimal(3)},
    ("supplier", 8): {"id": 8, "name": "Bob", "parent": None},
}


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (Context.CHECK, True), (Context.SHOW, False), (Context.READONLY, True), (Context.REQUIRED, False), (Context.ROW_RULE, False),
        (Context.LINK_WHERE, False), (Context.WHO, False), (Context.GUARD, False), (Context.WHEN, False), (Context.WHERE, False), (Context.FILTER, False),
    ],
)  # fmt: skip
def test_what_null_counts_as(context: Context, expected: bool) -> None:
    formula = made("qty > 1", context)
    assert formula(order(), Around()) is None
    assert formula.holds(order(), Around()) is expected
    assert formula.holds(order(qty=Decimal(2)), Around()) is True
    assert formula.holds(order(qty=Decimal(0)), Around()) is False


GRANTING = (Context.ROW_RULE, Context.LINK_WHERE, Context.WHO, Context.GUARD)


@pytest.mark.parametrize("context", GRANTING)
@pytest.mark.parametrize(
    ("text", "user", "supplier", "holds"),
    [
        ("supplier = user.supplier", 7, 7, True),
        ("supplier = user.supplier", 7, 8, False),
        ("supplier = user.supplier", None, None, False),
        ("supplier = user.supplier", None, 7, False),
        ("ONEOF(supplier, user.supplier)", None, None, False),
        ("supplier in (user.supplier, customer)", None, None, False),
        ("supplier <> user.supplier", None, 7, True),
        ("NOT(supplier = user.supplier)", None, None, True),
        ("supplier = null", None, None, True),
        ('note = "x"', None, None, False),
        ("EXACT(supplier, user.supplier)", None, None, False),
    ],
)
def test_null_never_grants(context: Context, text: str, user: int | None, supplier: int | None, holds: bool) -> None:
    formula = made(text, context)
    frame = Around(user={"id": 1, "supplier": user})
    assert formula.holds(order(supplier=supplier), frame) is holds
    assert (formula.closure(order(supplier=supplier), frame) is True) is holds


def test_without_a_user_nothing_of_a_user_is_there() -> None:
    assert made("supplier = user.supplier", Context.ROW_RULE).holds(order(supplier=7), Around(user=None)) is False
    assert made("user = null")(order(), Around(user=None)) is True


def test_elsewhere_equality_is_total() -> None:
    assert made("supplier = customer", Context.CHECK).holds(order(), Around()) is True


def test_links_are_followed() -> None:
    around = Around(records=SUPPLIERS)
    assert made("supplier.name")(order(supplier=7), around) == "Ann"
    assert made("supplier.parent.name")(order(supplier=7), around) == "Bob"
    assert made("supplier.parent.parent.name")(order(supplier=7), around) is None
    assert made("supplier.parent = customer")(order(supplier=7, customer=8), around) is True


def test_old_and_new() -> None:
    frame = Around(old=order(qty=Decimal(1)))
    changed = made("new.qty > old.qty", Context.CHECK)
    assert changed(order(qty=Decimal(2)), frame) is True
    assert made("ISCHANGED(qty)", Context.CHECK)(order(qty=Decimal("1.000")), frame) is False
    assert made("ISNEW()", Context.CHECK)(order(), frame) is False
    assert made("ISNEW() AND ISCHANGED(qty)", Context.CHECK)(order(qty=Decimal(1)), Around()) is True


def test_this_and_parent() -> None:
    names = Names("purchase_order", parent="supplier")
    frame = Around(parent={"id": 7, "score": Decimal(3)})
    assert compile("supplier = parent AND parent.score > 2", names, Application(), Context.WHERE).holds(order(supplier=7), frame)
    assert compile("this = created_by.supplier", Names("supplier"), _with_creator(), Context.WHERE).type.null is False


def _with_creator() -> Application:
    return Application(more={"supplier": [Member("created_by", link("user"))]})


def test_a_row_reaches_its_document_by_name() -> None:
    names = Names("purchase_order.lines")
    formula = compile('purchase_order.status = "sent" AND purchase_order.supplier.name = "Ann"', names, Application(), Context.VIRTUAL)
    assert formula(line(), Around(owner=order(status="sent", supplier=7), records=SUPPLIERS)) is True
    (first,) = {node.path for node in formula.tree.walk() if isinstance(node, Read) and node.path.field == "status"}
    assert first == Path(
        Root.ROW, "purchase_order.lines", (Hop("purchase_order", "purchase_order.lines", "purchase_order", Via.DOCUMENT),), "status"
    )


def test_inside_a_collection_bare_names_are_the_rows_own() -> None:
    rows = [line(qty=Decimal(2)), line(qty=Decimal(5))]
    assert made("COUNT(lines, qty > parent.qty)")(order(qty=Decimal(3), lines=rows), Around()) == 1
    assert made("SUM(lines, qty * purchase_order.qty)")(order(qty=Decimal(3), lines=rows), Around()) == 21
    with pytest.raises(FormulaErrors):
        made("SUM(lines, discount)")


def test_collections_of_collections() -> None:
    receipts = [{"qty": Decimal(1)}, {"qty": Decimal(4)}]
    frame = Around(behind={"receipts": receipts})
    formula = made("SUM(lines, SUM(receipts.qty, qty < parent.qty))")
    assert formula(order(lines=[line(qty=Decimal(2)), line(qty=Decimal(9))]), frame) == 6
    assert formula.closure(order(lines=[line(qty=Decimal(2)), line(qty=Decimal(9))]), frame) == 6


def test_asked_values_parameters_and_messages() -> None:
    names = Names("purchase_order", extra={"reason": TEXT}, parameters={"qty": number(4, 0)}, message={"good": number(9, 0)})
    formula = compile("reason & qty & message.good & this.qty", names, Application(), Context.VALUE)
    frame = Around(extra={"reason": "r"}, parameters={"qty": Decimal(2)}, message={"good": Decimal(3)})
    assert formula(order(qty=Decimal(4)), frame) == "r234"


def test_a_measure_over_rows() -> None:
    names = Names(rows="purchase_order", parameters={"limit": number(9, 2)})
    formula = compile("COUNT(rows, total > limit) / COUNT(rows)", names, Application(), Context.MEASURE)
    (first, _) = [node for node in formula.tree.walk() if isinstance(node, Aggregate)]
    assert isinstance(first.source, CollectionPath)
    assert (first.source.root, first.source.target, first.level, first.inner) == (Root.ROWS, "purchase_order", 0, 1)


def test_case_is_ignored_where_the_field_says_so() -> None:
    assert made('code = "po-1"')(order(code="PO-1"), Around()) is True
    assert made('code in ("po-1", "x")')(order(code="Po-1"), Around()) is True
    assert made("code = number")(order(code="PO-1", number="po-1"), Around()) is True


def test_virtual_fields_are_inlined() -> None:
    base = Application()
    score = compile("score * 2", Names("supplier"), base, Context.VIRTUAL, number(9, 1))
    size = compile("SUM(lines.qty) + qty", Names("purchase_order"), base, Context.VIRTUAL)
    home = compile("purchase_order.qty + qty", Names("purchase_order.lines"), base, Context.VIRTUAL)
    app = Application(more={
        "supplier": [Member("double", number(9, 1), True, "virtual", score)],
        "purchase_order": [Member("size", number(9, 3), True, "virtual", size)],
        "purchase_order.lines": [Member("home", number(9, 3), True, "virtual", home)],
    })  # fmt: skip
    around = Around(records=SUPPLIERS)
    doubled = compile("supplier.double + 1", Names("purchase_order"), app, Context.VIRTUAL)
    assert doubled(order(supplier=7), around) == 7
    assert {str(node.path) for node in doubled.tree.walk() if isinstance(node, Read)} == {"supplier.score"}
    lines = [line(qty=Decimal(2)), line(qty=Decimal(5))]
    nested = compile("SUM(lines, home) + size + COUNT(lines, home > parent.size)", Names("purchase_order"), app, Context.VIRTUAL)
    row = order(qty=Decimal(1), lines=lines)
    assert nested(row, around) == nested.closure(row, around) == 9 + 8


def test_a_stored_field_may_not_hide_the_clock_in_a_virtual_one() -> None:
    overdue = compile("due < today()", Names("purchase_order"), Application(), Context.VIRTUAL)
    app = Application(more={"purchase_order": [Member("overdue", overdue.type, True, "virtual", overdue)]})
    with pytest.raises(FormulaErrors) as caught:
        compile("IF(overdue, 1, 0)", Names("purchase_order"), app, Context.STORED)
    assert caught.value.issues[0].code == "FX702"


def test_money_of_one_currency() -> None:
    assert made("total + budget").type.currency == made("total").type.currency
    assert made("SUM(lines.amount)").type.currency == made("total").type.currency
    assert made("SUM(lines.amount) <= budget", Context.CHECK).pushable
    assert made("total / budget").type.currency is None
    assert made("total * qty").type.currency is not None
    assert made("total > 1000 AND total - 0 > 0", Context.CHECK).type.null
    assert made("SUM(lines.amount)", Context.STORED, expect=number(18, 2, currency=OWN)).type.scale == 2


def test_money_is_converted() -> None:
    formula = made('CONVERT(fee, "CNY", order_date) + CONVERT(total, "CNY", rate)')
    row = order(fee=Decimal(10), total=Decimal(2), rate=Decimal(3), currency="USD", order_date=date(2024, 1, 1))
    assert formula(row, Around()) == formula.closure(row, Around()) == 78
    assert made("CONVERT(fee, currency, order_date)")(order(fee=Decimal(1), currency="USD", order_date=date(2024, 1, 1)), Around()) == 1
    frame = Around()
    assert made("CONVERT(fee, currency, order_date)")(order(fee=Decimal(1), currency="EUR", order_date=date(2024, 1, 1)), frame) is None
    assert frame.warnings == ["W905"]
    assert made("SUM(supplier.orders, CONVERT(total, parent.currency, order_date))").type.currency == made("total").type.currency


def test_labels_roles_decisions_calendars() -> None:
    frame = Around(language="zh", roles=frozenset({"buyer"}))
    assert made("LABEL(status)")(order(status="draft"), frame) == "草稿"
    assert made("LABEL(status)")(order(status="closed"), frame) == "closed"
    assert made('LABEL(IF(urgent, status, "sent"))')(order(urgent=False), frame) == "已发送"
    assert made('HASROLE("buyer") AND NOT HASROLE("purchasing_lead")', Context.GUARD).holds(order(), frame)
    assert made("DECIDE(approval_level)")(order(number="P1"), frame) == "approval_level:P1"
    assert made("DECIDE(hours, supplier)")(order(supplier=7), frame) == "hours:7"
    assert made("DECIDE(hours, supplier)")(order(), frame) is None
    march = order(order_date=date(2024, 3, 11), due=date(2024, 3, 17))
    assert made('NETWORKDAYS(order_date, due, "cn_office")')(march, frame) == 6
    assert made('WORKDAY(order_date, 5, "cn_office")')(march, frame) == date(2024, 3, 16)
    assert made('CONTAINS(tags, "vip")')(order(tags=("vip",)), frame) is True


def test_results_are_rounded_to_the_field() -> None:
    formula = made("qty / 3", expect=number(9, 2))
    assert formula(order(qty=Decimal(2)), Around()) == Decimal("0.67")
    assert made("qty", names=ORDER, expect=number(18, 3)).tree.type.scale == 3
