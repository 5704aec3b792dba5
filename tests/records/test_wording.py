"""Words of checks and conditions name only what their reader may know: the rest of them shows as a mask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from engine import records
from engine.errors import Invalid, Refusal
from engine.unit_of_work import UnitOfWork
from engine.workflow import actions, fire
from tests.applications import World, opened

YAML = """
    app: words
    roles: {boss: {}, clerk: {}, sender: {}}
    ---
    entity: customer
    title: name
    fields:
      name: {type: text}
      limit: {type: integer}
      open: {type: boolean, default: true}
      used: {type: integer, formula: SUM(deals.amount), discloses: true}
    checks:
      - {require: 'used <= 100', say: '{used} of {limit} is used'}
    access: {boss: {read: true, create: true}, clerk: {read: open, hide: [limit]}}
    ---
    entity: deal
    title: name
    fields:
      name: {type: text}
      amount: {type: integer}
      floor: {type: integer, default: 30}
      customer: {type: link, to: customer, inverse: deals}
      parts: {type: table, fields: {size: {type: integer}, cost: {type: integer}}}
    checks:
      - {require: amount >= floor, field: amount, say: '{amount} is below {floor}, for {customer} ({customer.name})'}
      - {require: amount <> 13, field: name, level: warn, say: 'Limit {customer.limit}, cost {SUM(parts.cost)}, size {SUM(parts.size)}'}
    access:
      boss: {read: true, create: true, update: true}
      sender: {create: true}
      clerk: [{read: amount < 50, update: true, create: true, hide: [floor, parts.cost]}, {read: amount >= 70}]
    ---
    lifecycle: deal
    for: deal
    states: {open: {}, won: {final: true}}
    actions:
      win: {from: open, to: won, who: [role:clerk, role:boss], when: {require: 'amount > 60', say: '{amount} of {floor}'}}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as found:
        for name in ("boss", "clerk", "sender"):
            found.person(name, roles=[name])
        for name in ("Acme", "Zeta"):
            found.save("boss", "customer", name=name, limit=99, open=name == "Acme")
        for customer in (1, 2):
            found.save("boss", "deal", name="d", amount=40, floor=30, customer=customer, parts=[{"size": 2, "cost": 5}])
        yield found


def refused(work: Callable[[], object]) -> str:
    with pytest.raises((Invalid, Refusal)) as raised:
        work()
    error = raised.value
    return " ".join(str(problem.message) for problem in error.problems) if isinstance(error, Invalid) else str(error.message)


def test_what_is_closed_to_its_reader_is_masked(world: World) -> None:
    said = {who: [refused(lambda n=n, who=who: world.save(who, "deal", n, amount=20)) for n in (1, 2)] for who in ("boss", "clerk")}  # type: ignore[misc]
    assert said["boss"] == [f"20 is below 30, for {name} ({name})" for name in ("Acme", "Zeta")]
    assert said["clerk"] == ["20 is below •••, for Acme (Acme)", "20 is below •••, for ••• (•••)"]
    assert refused(lambda: world.save("sender", "deal", name="x", amount=5)) == "5 is below •••, for ••• (•••)", (
        "who reads nothing knows what they typed"
    )
    assert refused(lambda: world.save("clerk", "deal", name="x", amount=5)) == "5 is below •••, for  ()"
    for who, won in (("boss", "40 of 30"), ("clerk", "40 of •••")):
        with world.look(who) as view:
            row = records.fetch(view, "deal", 1)
            assert [str(one.reason) for one in actions(view, "deal", row)] == [won]
        assert refused(lambda who=who: world.app.run(world.actor(who), lambda uow: fire(uow, "deal", 1, "win"))) == won  # type: ignore[misc]


def test_what_was_said_is_known_as_far_as_one_reads_where_links_lead(world: World) -> None:
    at = world.clock.now()

    def known(who: str, number: int) -> list[str]:
        with world.look(who) as view:
            told = records.Telling(view.metadata.entities["deal"], number, records.load(view, "deal", number).sight, at)
            paths = ("amount", "floor", "customer", "customer.name", "customer.limit", "customer.owner.name", "parts.size", "parts.cost")
            return [path for path in paths if records.knows(view, told, path)]

    assert known("boss", 2) == ["amount", "floor", "customer", "customer.name", "customer.limit", "parts.size", "parts.cost"]
    assert known("clerk", 1) == ["amount", "customer", "customer.name", "parts.size"]
    assert known("clerk", 2) == ["amount", "parts.size"]
    world.clock.move_to(at + timedelta(hours=1))
    world.save("boss", "deal", 1, customer=2)
    world.save("boss", "deal", 2, customer=1)
    assert known("clerk", 1) == known("clerk", 2) == ["amount", "parts.size"], "where they led then, and where they lead now"
    assert len(known("boss", 2)) == 7
    at = world.clock.now()
    assert known("clerk", 2) == ["amount", "customer", "customer.name", "parts.size"], "of words that were said since"


def test_warnings_and_checks_of_other_records_too(world: World) -> None:
    def warned(who: str) -> str:
        def work(uow: UnitOfWork) -> list[str]:
            records.save(uow, "deal", 1, {"amount": 13, "floor": 1} if who == "boss" else {"amount": 13})
            return [str(words) for words in uow.warnings]

        return " ".join(world.app.run(world.actor(who), work))

    assert warned("boss") == "Limit 99, cost 5, size 2"
    world.save("boss", "deal", 1, amount=40)
    assert warned("clerk") == "Limit •••, cost •••, size 2"
    assert "of 99 is used" in refused(lambda: world.save("boss", "deal", 1, amount=2000))
