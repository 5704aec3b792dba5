"""Numbers without gaps: given at the end, given back by what fails, never lost by deleting, whoever else is numbering."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import pytest

from engine import records, storage, workflow
from engine.errors import Invalid, Refusal
from engine.unit_of_work import UnitOfWork
from tests.applications import World, opened
from tests.racing import race

INVOICES = """
app: books
label: Books
timezone: Asia/Shanghai
roles: {clerk: {label: Clerk}}
---
entity: invoice
number: {pattern: 'INV-{YYYY}-{0000}', by: issued_on, gapless: true}
title: caption
fields:
  issued_on: {type: date, default: =today()}
  amount: {type: decimal, required: true}
  caption: {type: text, formula: '"Invoice " & number'}
checks:
  - {require: amount < 1000, say: Too much}
access: {clerk: {read: true, create: true, update: true, delete: true}}
---
entity: receipt
number: {pattern: 'R-{000}', at: issue, gapless: true}
fields:
  amount: {type: decimal}
access: {clerk: {read: true, create: true, update: true, delete: true}}
---
lifecycle: receipt
for: receipt
states: {draft: {}, issued: {}, cancelled: {}}
actions:
  issue: {from: draft, to: issued, who: role:clerk}
  cancel: {from: issued, to: cancelled, who: role:clerk}
---
entity: offer
number: {pattern: 'O-{000}', at: send}
fields: {amount: {type: decimal}}
access: {clerk: {read: true, create: true, update: true, delete: true}}
---
lifecycle: offer
for: offer
states: {draft: {}, sent: {}}
actions: {send: {from: draft, to: sent, who: role:clerk}}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(INVOICES, database_url) as world:
        world.person("cle", roles=["clerk"])
        yield world


def numbers(world: World, entity: str = "invoice") -> list[object]:
    with world.look("system") as view:
        pages = [records.find(view, records.Query(entity, limit=500))]
        while pages[-1].next is not None:
            pages.append(records.find(view, records.Query(entity, limit=500, after=pages[-1].next)))
        return [each.values["number"] for page in reversed(pages) for each in reversed(page.records)]


def fire(world: World, entity: str, number: int, action: str) -> records.Row:
    return world.app.run(world.actor("cle"), lambda uow: dict(workflow.fire(uow, entity, number, action)))


def test_a_number_is_given_at_the_end_and_read_by_what_is_computed_from_it(world: World) -> None:
    world.save("cle", "invoice", amount="1")
    with world.look("system") as view:
        row = records.fetch(view, "invoice", 1)
        assert (row["number"], row["caption"], row["version"]) == ("INV-2026-0001", "Invoice INV-2026-0001", 1)
    assert world.find("cle", "invoice", search="INV-2026-0001") == [1]


def test_who_answers_with_the_record_has_its_number(world: World) -> None:
    def work(uow: UnitOfWork) -> records.Row:
        return records.finished(uow, uow.metadata.entities["invoice"], records.save(uow, "invoice", None, {"amount": "1"}))

    assert world.app.run(world.actor("cle"), work)["number"] == "INV-2026-0001"


def test_the_dates_in_it_are_those_of_the_field(world: World) -> None:
    world.save("cle", "invoice", amount="1", issued_on=date(2025, 12, 31))
    world.save("cle", "invoice", amount="1")
    world.save("cle", "invoice", amount="1", issued_on=date(2025, 12, 30))
    assert numbers(world) == ["INV-2025-0001", "INV-2026-0001", "INV-2025-0002"]


def test_a_blank_date_is_asked_for(world: World) -> None:
    def blank(uow: UnitOfWork) -> None:
        records.change(uow, "invoice", records.save(uow, "invoice", None, {"amount": "1"}), {"issued_on": None})

    with pytest.raises(Invalid, match="needed for the number"):
        world.app.run(world.actor("cle"), blank)


def test_what_fails_gives_its_number_back(world: World) -> None:
    def two(uow: UnitOfWork) -> None:
        records.save(uow, "invoice", None, {"amount": "1"})
        records.finished(uow, uow.metadata.entities["invoice"], records.save(uow, "invoice", None, {"amount": "2"}))
        records.save(uow, "invoice", None, {"amount": "5000"})

    with pytest.raises(Invalid):
        world.app.run(world.actor("cle"), two)
    world.save("cle", "invoice", amount="1")
    assert numbers(world) == ["INV-2026-0001"]


def test_a_numbered_record_stays(world: World) -> None:
    world.save("cle", "invoice", amount="1")
    with pytest.raises(Refusal, match="INV-2026-0001 belongs to a series without gaps"):
        world.delete("cle", "invoice", 1)


def test_an_action_gives_the_number(world: World) -> None:
    for entity, action, expected in (("receipt", "issue", "R-001"), ("offer", "send", "O-001")):
        for _ in range(2):
            world.save("cle", entity, amount="1")
        fire(world, entity, 2, action)
        assert numbers(world, entity) == [None, expected]
        world.delete("cle", entity, 1)
    with pytest.raises(Refusal):
        world.delete("cle", "receipt", 2)
    fire(world, "receipt", 2, "cancel")
    assert numbers(world, "receipt") == ["R-001"]


def test_no_gap_and_no_double_whoever_numbers_at_the_same_time(world: World, effort: Callable[[int, int], int]) -> None:
    """Every third one fails after it was written."""
    turns = effort(50, 1000)
    amounts = [5000 if turn % 3 == 2 else 1 for turn in range(turns)]
    for start in range(0, turns, 10):
        some = amounts[start : start + 10]
        ended = race([partial(world.save, "cle", "invoice", amount=str(amount)) for amount in some])
        assert ended == ["done" if amount == 1 else "Invalid" for amount in some]
    expected = [f"INV-2026-{number:04}" for number in range(1, amounts.count(1) + 1)]
    assert sorted(map(str, numbers(world))) == expected
    with world.look("system") as view:
        assert not list(storage.verify(view.connection, world.ground.audit_key))
