"""What a link may lead to: rows of documents among them; and which of the linked records have a page for their reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.web.lookups import candidates
from engine.web.opening import Opening
from tests.applications import World, opened
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

YAML = """
    app: goods
    languages: [en]
    roles:
      buyer: {}
      lead: {includes: [buyer]}
      supplier: {external: true}
    ---
    entity: order
    title: subject
    fields:
      subject: {type: text}
      seller: {type: user}
      lines:
        type: table
        fields:
          product: {type: text}
          qty: {type: integer}
    access:
      buyer: {read: true, create: true}
      supplier: {read: seller = user}
    ---
    entity: receipt
    title: note
    fields:
      note: {type: text}
      checker: {type: user, role: buyer}
      order: {type: link, to: order}
      line: {type: link, to: order.lines, where: line.qty > 1}
    access:
      buyer: {read: true, create: true}
      supplier: {read: true, create: true}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(YAML, f"sqlite:///{tmp_path / 'goods.db'}") as world:
        world.person("bea", roles=["buyer"])
        world.person("sam", roles=["supplier"])
        world.person("pia", roles=["lead"])
        for subject, seller in (("Bolts", "sam"), ("Secret", None)):
            lines = [{"product": f"{subject} A", "qty": 5}, {"product": f"{subject} B", "qty": 1}]
            world.save("bea", "order", subject=subject, seller=world.people.get(str(seller)), lines=lines)
        yield world


def offered(world: World, who: str, words: str = "") -> list[str]:
    with world.look(who) as view:
        link = view.metadata.entities["receipt"].fields["line"]
        return [choice.text for choice in candidates(view, link, {}, None, words)]


def test_rows_are_offered_where_their_document_is_seen_and_they_fit(world: World) -> None:
    assert offered(world, "bea") == ["Secret · Secret A", "Bolts · Bolts A"]
    assert offered(world, "bea", "bolts a") == ["Bolts · Bolts A"]
    assert offered(world, "sam") == ["Bolts · Bolts A"]
    assert offered(world, "sam", "secret") == []


def test_people_of_a_role_are_offered_alone(world: World) -> None:
    bea = Person(pages_of(world.app))
    come_in(bea, world.people["bea"])
    form = bea.open("/records/receipt/new").text.split('id="f-checker"')[1].split("</select>")[0]
    assert [name in form for name in ("Bea", "Pia", "Sam")] == [True, True, False], "a role, or one that includes it"


def test_people_from_outside_get_no_links_to_people_they_may_not_open(world: World) -> None:
    bea, sam = world.people["bea"], world.people["sam"]
    known = {("user", bea): "Bea", ("user", sam): "Sam", ("order", 1): "Bolts"}
    with world.look("sam") as view:
        opens = Opening(view, known)
        assert [opens(*each) for each in known] == [False, True, True]
    with world.look("bea") as view:
        opens = Opening(view, known)
        assert all(opens(*each) for each in known)
