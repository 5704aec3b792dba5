"""Entities that belong to a company: the column, the default, the row rule, and a series of numbers for each."""

from collections.abc import Iterator

import pytest

from engine import records
from engine.errors import Forbidden, Invalid, Invisible
from tests.applications import World, opened

ORDERS = """
app: group
label: Group
languages: [en, zh]
timezone: Asia/Shanghai
roles: {clerk: {label: Clerk}}
---
entity: order
company: true
number: {pattern: 'O-{company}-{YYYY}-{000}'}
title: number
fields:
  owner: {type: user, default: =user}
  note: {type: text}
access:
  clerk: {read: true, create: true, update: owner = user, delete: owner = user}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """Two companies, one clerk in each, and one who belongs to none."""
    with opened(ORDERS, database_url) as world:
        world.save("system", "company", name="North", code="N")
        world.save("system", "company", name="South", code="S")
        world.person("nora", roles=["clerk"], company=1)
        world.person("saul", roles=["clerk"], company=2)
        world.person("nobody", roles=["clerk"])
        yield world


def test_each_company_has_its_own_records_and_numbers(world: World) -> None:
    made = [world.save(who, "order")["number"] for who in ("nora", "saul", "nora")]
    assert made == ["O-N-2026-001", "O-S-2026-001", "O-N-2026-002"]
    assert world.find("nora", "order") == [3, 1]
    assert world.find("saul", "order") == [2]
    with world.look("saul") as view, pytest.raises(Invisible):
        records.load(view, "order", 1)
    with pytest.raises(Invisible):
        world.save("saul", "order", 1, note="mine")


def test_who_belongs_to_no_company_sees_none_and_makes_none(world: World) -> None:
    world.save("nora", "order")
    assert world.find("nobody", "order") == []
    with pytest.raises(Invalid) as raised:
        world.save("nobody", "order")
    assert [(p.path, p.code) for p in raised.value.problems] == [("company", "required")]


def test_nobody_writes_into_another_company(world: World) -> None:
    world.save("nora", "order")
    with pytest.raises(Forbidden):
        world.save("nora", "order", company=2)
    with pytest.raises(Forbidden):
        world.save("nora", "order", 1, company=2)


def test_the_administrator_sees_all(world: World) -> None:
    world.person("ada", roles=["admin"])
    world.save("nora", "order")
    world.save("saul", "order")
    assert world.find("ada", "order", 'company.name = "South"') == [2]
