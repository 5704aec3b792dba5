"""Pages of records with sealed values: who reads them, who is told that they are sealed, and until when."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.applications import World
from tests.copies import Copies
from tests.records import test_sealed as tenders
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

BILINGUAL = str(tenders.__doc__).replace("app: tenders", "app: tenders\nlanguages: [en, zh]")
BID = "/records/bid/1"


@pytest.fixture(scope="module")
def copies() -> Iterator[Copies]:
    with Copies(BILINGUAL, tenders.begun) as found:
        yield found


@pytest.fixture
def world(copies: Copies, tmp_path: Path) -> Iterator[World]:
    with copies.open(tmp_path) as found:
        yield found


def somebody(world: World, who: str, language: str = "en") -> Person:
    person = Person(pages_of(world.app), language)
    come_in(person, world.people[who])
    return person


def test_others_are_told_that_it_is_sealed_and_until_when(world: World) -> None:
    page = somebody(world, "bea").open(BID)
    assert "Sealed until 2 Mar 2026, 19:00: Price, Words, Total, Double, Parts total, Parts" in page.words
    assert "secret of bob" not in page.words
    assert "密封至" in somebody(world, "bea", "zh").open(BID).words
    listed = somebody(world, "bea").open("/records/bid?columns=name,price,total")
    assert "Sealed" in listed.words
    form = somebody(world, "bea").open(f"{BID}/edit")
    names = {name for each in form.forms for name in each.names}
    assert "note" in names
    assert not names & {"price", "words"}


def test_the_owner_reads_and_writes_them_in_the_form(world: World) -> None:
    person = somebody(world, "bob")
    page = person.open(BID)
    assert "secret of bob" in page.words
    assert "Sealed" not in page.words
    person.open(f"{BID}/edit")
    assert "another offer" in person.send(f"{BID}/edit", words="another offer", price="75").words
    assert "75.00" in somebody(world, "bob").open(BID).words
    assert "another offer" not in somebody(world, "bill").open(BID).words


def test_when_the_time_has_come_the_page_shows_them(world: World) -> None:
    world.app.jobs.run_due(tenders.CLOSES)
    page = somebody(world, "bea").open(BID)
    assert "secret of bob" in page.words
    assert "Sealed until" not in page.words
