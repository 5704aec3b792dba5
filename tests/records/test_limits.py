"""A guard over other rows locks their owner first: of two people at the limit one is told so, and nobody passes it."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from engine import workflow
from engine.errors import Refusal
from engine.unit_of_work import UnitOfWork
from tests.applications import World, opened
from tests.racing import loser

POOL = """
app: pool
label: Pool
timezone: Asia/Shanghai
roles: {sales: {label: Sales}}
---
entity: lead
title: name
fields:
  name: {type: text}
  owner: {type: user, inverse: leads}
access: {sales: {read: true, create: true}}
---
lifecycle: lead
for: lead
states: {pool: {label: Pool}, owned: {label: Owned}}
actions:
  claim:
    from: pool
    to: owned
    who: role:sales
    when:
      - {require: 'COUNT(user.leads, state = "owned") < 3', say: 'You hold 3 leads already'}
    set: {owner: =user}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """Two people of sales."""
    with opened(POOL, database_url) as world:
        world.person("ann", roles=["sales"])
        world.person("bob", roles=["sales"])
        yield world


def claim(world: World, who: str, lead: int) -> None:
    def work(uow: UnitOfWork) -> None:
        workflow.fire(uow, "lead", lead, "claim", workflow.Said())

    world.app.run(world.actor(who), work)


def new_leads(world: World, count: int) -> list[int]:
    return [int(str(world.save("ann", "lead", name=f"Lead {number}")["id"])) for number in range(count)]


def test_one_person_at_the_limit_cannot_pass_it_by_claiming_twice_at_once(world: World, effort: Callable[[int, int], int]) -> None:
    for _ in range(2):
        claim(world, "ann", new_leads(world, 1)[0])
    for _ in range(effort(50, 1000)):
        told = loser(*[partial(claim, world, "ann", lead) for lead in new_leads(world, 2)])
        assert (type(told), str(told.message)) == (Refusal, "You hold 3 leads already")
        held = world.find("system", "lead", 'state = "owned"')[0]
        with pytest.raises(Refusal, match="You hold 3 leads already"):
            claim(world, "ann", new_leads(world, 1)[0])
        world.delete("system", "lead", held)


def test_of_two_people_who_claim_one_lead_one_has_it(world: World, effort: Callable[[int, int], int]) -> None:
    for _ in range(effort(50, 1000)):
        (lead,) = new_leads(world, 1)
        told = loser(*[partial(claim, world, who, lead) for who in ("ann", "bob")])
        assert (type(told), str(told.message)) == (Refusal, "“Claim” is not possible in the state “Owned”.")
        assert world.find("system", "lead", 'state = "owned" AND owner <> null') == [lead]
        world.delete("system", "lead", lead)
