"""How a value came about: the parts with their values, and what of it each reader may know. On both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.errors import Forbidden, Invisible, Refusal
from engine.formula import FormulaErrors, Step
from engine.records import explain, tried
from tests.applications import World, opened

YAML = """
    app: shop
    currency: CNY
    timezone: Asia/Shanghai
    roles:
      buyer: {label: Buyer}
      clerk: {label: Clerk}
      outsider: {label: Outsider}
    ---
    entity: customer
    title: name
    fields:
      name: {type: text}
      rate: {type: percent}
      grade: {type: text, keep: virtual, formula: 'IF(rate >= 10%, "A", "B")'}
      orders: {type: integer, formula: 'COUNT(purchases, total > 0)'}
      open_total: {type: decimal, digits: 2, keep: virtual, formula: 'SUM(purchases.total)'}
    access:
      buyer: {read: true, create: true, update: true}
      clerk: {read: true, hide: [rate]}
    ---
    entity: order
    title: subject
    fields:
      subject: {type: text}
      customer: {type: link, to: customer, inverse: purchases}
      confidential: {type: boolean, default: false}
      lines:
        type: table
        fields:
          qty: {type: decimal, digits: 2}
          price: {type: decimal, digits: 2}
          amount: {type: decimal, digits: 2, formula: 'ROUND(qty * price, 2)'}
      total: {type: decimal, digits: 2, discloses: true, formula: 'ROUND(SUM(lines.amount, qty > 0) * (1 - customer.rate), 2)'}
      each: {type: decimal, digits: 2, keep: virtual, formula: 'COALESCE(total / SUM(lines.qty, qty < 0), 0) + 1'}
      words: {type: text, keep: virtual, discloses: true, formula: 'customer.grade & "-" & IF(total > 100, "large", "small")'}
    access:
      buyer: {read: true, create: true, update: true}
      clerk: {read: NOT confidential, hide: [lines]}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as world:
        for name, role in (("bea", "buyer"), ("cleo", "clerk"), ("odo", "outsider")):
            world.person(name, roles=[role])
        world.save("bea", "customer", name="Acme", rate="10%")
        lines = [{"qty": "2", "price": "50"}, {"qty": "0", "price": "9"}, {"qty": "1", "price": "5.55"}]
        world.save("bea", "order", subject="Bolts", customer=1, lines=lines)
        world.save("bea", "order", subject="Secret", customer=1, lines=[{"qty": "1", "price": "1"}], confidential=True)
        yield world


def steps_of(world: World, who: str, entity: str, number: int, path: str) -> Step:
    with world.look(who) as view:
        return explain(view, world.metadata.entities[entity], number, path).step


def told(step: Step) -> dict[str, object]:
    """Every part below a step by its text."""
    found: dict[str, object] = {}
    for child in step.children:
        found |= {child.text: child.value if child.known else "closed"} | told(child)
    return found


def test_each_part_has_its_value_and_an_aggregate_its_rows(world: World) -> None:
    step = steps_of(world, "bea", "order", 1, "total")
    assert str(step.value) == "95.00"
    shown = {text: str(value) for text, value in told(step).items()}
    assert shown["1 - customer.rate"] == "0.9000"
    assert shown["SUM(lines.amount, qty > 0)"] == "105.55"
    rows = next(part for part in step.parts[0].parts if part.rows).rows
    assert [str(row.step.value) for row in rows if row.step] == ["100.00", "5.55"]


def test_rows_of_a_table_are_explained_in_their_place(world: World) -> None:
    step = steps_of(world, "bea", "order", 1, "lines.3.amount")
    assert {text: str(value) for text, value in told(step).items()} == {"qty * price": "5.5500", "qty": "1.00", "price": "5.55"}


def test_a_part_that_gives_nothing_says_why(world: World) -> None:
    step = steps_of(world, "bea", "order", 1, "each")
    lost = [part for part in step.parts[0].parts if part.why_null]
    assert [(part.text, str(part.why_null)) for part in lost] == [("total / SUM(lines.qty, qty < 0)", "division by zero")]
    assert str(step.value) == "1"


def test_only_the_branch_that_was_taken_is_told(world: World) -> None:
    assert "rate >= 10%" in told(steps_of(world, "bea", "customer", 1, "grade"))
    assert told(steps_of(world, "bea", "order", 1, "words"))["customer.grade"] == "A"


def test_what_is_hidden_closes_what_is_made_of_it(world: World) -> None:
    found = told(steps_of(world, "cleo", "order", 1, "total"))
    assert found["customer.rate"] == found["1 - customer.rate"] == found["SUM(lines.amount, qty > 0)"] == "closed"
    assert told(steps_of(world, "cleo", "customer", 1, "grade")) == {"rate >= 10%": "closed", "rate": "closed"}


def test_rows_that_the_reader_may_not_see_are_left_out_and_said_to_be(world: World) -> None:
    everything, some = (steps_of(world, who, "customer", 1, "open_total") for who in ("bea", "cleo"))
    assert (len(everything.rows), everything.unseen, everything.known) == (2, False, True)
    assert (len(some.rows), some.unseen, some.known, some.value) == (1, True, False, None)


def test_who_may_not_see_the_field_learns_nothing(world: World) -> None:
    with pytest.raises(Invisible):
        steps_of(world, "odo", "order", 1, "total")
    with pytest.raises(Invisible):
        steps_of(world, "cleo", "order", 2, "total")
    with pytest.raises(Forbidden):
        steps_of(world, "cleo", "order", 1, "lines.1.amount")
    with pytest.raises(Refusal, match="entered"):
        steps_of(world, "bea", "order", 1, "subject")
    for path in ("nothing", "lines.9.amount", "lines.x.amount", "lines", "lines.1.nothing", "subject.1.x"):
        with pytest.raises((Invisible, Refusal)):
            steps_of(world, "bea", "order", 1, path)


def test_a_typed_formula_sees_what_the_person_sees(world: World) -> None:
    def answer(who: str, text: str) -> Step:
        with world.look(who) as view:
            return tried(view, world.metadata.entities["order"], 1, text)[0]

    assert str(answer("bea", "total * 2 + COUNT(lines)").value) == "193.00"
    assert answer("bea", "customer.grade").value == "A"
    closed = answer("cleo", 'IF(customer.rate > 5%, "high", "low")')
    assert (closed.known, closed.value) == (False, None)
    assert not answer("cleo", "COUNT(customer.purchases)").known
    assert answer("cleo", "user.name").value == "Cleo"
    with pytest.raises(FormulaErrors):
        answer("bea", "nonsense + 1")
    with pytest.raises(Invisible):
        answer("odo", "total")
