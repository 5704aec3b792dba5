"""The chain of documents: what a record came from and what came of it, as far as its reader may see, and no further."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import records
from tests.applications import World
from tests.copies import Copies, Place

YAML = """
app: shop
roles: {buyer: {}, guest: {}}
---
entity: supplier
title: name
fields: {name: {type: text, required: true}}
access: {buyer: {read: true, create: true}, guest: {read: true}}
---
entity: request
number: {pattern: 'R-{0000}', at: create}
title: number
fields: {subject: {type: text}, supplier: {type: link, to: supplier}, again: {type: link, to: request}}
access: {buyer: {read: true, create: true, update: true}, guest: {read: 'subject <> "secret"'}}
---
entity: order
number: {pattern: 'O-{0000}', at: create}
title: number
fields: {request: {type: link, to: request}, supplier: {type: link, to: supplier}}
access: {buyer: {read: true, create: true}, guest: {read: true}}
---
entity: receipt
number: {pattern: 'G-{0000}', at: create}
title: number
fields: {order: {type: link, to: order}}
access: {buyer: {read: true, create: true}, guest: {read: true, hide: [order]}}
---
entity: bill
number: {pattern: 'B-{0000}', at: create}
title: number
fields: {receipt: {type: link, to: receipt}}
access: {buyer: {read: true, create: true}, guest: {read: true}}
---
entity: plan
number: {pattern: 'P-{0000}', at: create}
title: number
fields:
  parts: {type: table, fields: {request: {type: link, to: request}, note: {type: text}}}
access: {buyer: {read: true, create: true}, guest: [{read: 'number <> "P-0002"'}, {read: true, hide: [parts.request]}]}
"""


def people(world: World) -> None:
    world.person("bea", roles=["buyer"])
    world.person("gus", roles=["guest"])
    supplier = world.save("bea", "supplier", name="Acme")["id"]
    for subject in ("bolts", "secret"):
        request = world.save("bea", "request", subject=subject, supplier=supplier)["id"]
        order = world.save("bea", "order", request=request, supplier=supplier)["id"]
        receipt = world.save("bea", "receipt", order=order)["id"]
        world.save("bea", "bill", receipt=receipt)


@pytest.fixture(scope="module")
def copies() -> Iterator[Copies]:
    with Copies(YAML, people) as found:
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return tmp_path if request.param == "sqlite" else str(request.getfixturevalue("postgresql_server_url"))


@pytest.fixture
def around(copies: Copies, place: Place) -> Iterator[Callable[[str, str, int], tuple[list[str], list[str]]]]:
    """The titles before and after a record, for a person. On both databases."""
    with copies.open(place) as world:
        yield lambda name, entity, number: _around(world, name, entity, number)


def _around(world: World, name: str, entity: str, number: int) -> tuple[list[str], list[str]]:
    with world.app.look(world.actor(name)) as view:
        described, row = view.metadata.entities[entity], records.fetch(view, entity, number)
        found = records.chain(view, records.present(view, described, [row], [records.readable(view, described, row)])[0])
        before, after = ([f"{'·' * each.far}{each.record.title}" for each in some] for some in (found.before, found.after))
        return before, after


def test_a_chain_goes_up_and_down_and_never_sideways(around: Callable[[str, str, int], tuple[list[str], list[str]]]) -> None:
    """Three steps each way; a supplier without number and states is no document; hidden links and records end the chain."""
    assert around("bea", "order", 1) == (["·R-0001"], ["·G-0001", "··B-0001"])
    assert around("bea", "bill", 1) == (["·G-0001", "··O-0001", "···R-0001"], [])
    assert around("bea", "request", 1) == ([], ["·O-0001", "··G-0001", "···B-0001"])
    assert around("gus", "order", 1) == (["·R-0001"], [])
    assert around("gus", "order", 2) == ([], [])
    assert around("gus", "bill", 1) == (["·G-0001"], [])


def test_a_ring_of_links_ends_and_long_lists_are_cut(copies: Copies, tmp_path: Path) -> None:
    with copies.open(tmp_path) as world:
        world.save("bea", "request", 1, again=2)
        world.save("bea", "request", 2, again=1)
        assert _around(world, "bea", "request", 1)[0] == ["·R-0002"]
        for _each in range(7):
            world.save("bea", "order", request=1)
        after = _around(world, "bea", "request", 1)[1]
        assert [each for each in after if each.startswith("·O")] == ["·O-0009", "·O-0008", "·O-0007", "·O-0006", "·O-0005"]


def test_rows_lead_on_too_as_far_as_their_cells_are_seen(copies: Copies, place: Place) -> None:
    with copies.open(place) as world:
        for parts in ([1, 2, 1], [1], [None]):
            world.save("bea", "plan", parts=[{"request": each} for each in parts])
        assert _around(world, "bea", "plan", 1)[0] == ["·R-0002", "·R-0001"]
        assert [each for each in _around(world, "bea", "request", 1)[1] if "P" in each] == ["·P-0002", "·P-0001"], "once, the newest first"
        assert [_around(world, "bea", "order", 1)[1], _around(world, "bea", "plan", 3)] == [["·G-0001", "··B-0001"], ([], [])]
        assert [_around(world, "gus", "plan", number)[0] for number in (1, 2)] == [["·R-0001"], []], (
            "neither the secret request nor a hidden cell"
        )
        assert [each for each in _around(world, "gus", "request", 1)[1] if "P" in each] == ["·P-0001"]
        with world.look("bea") as view:
            assert records.stands_in_chain(view.metadata, view.metadata.entities["plan"])
