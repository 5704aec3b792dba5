"""Pages of records with sealed values: who reads them, who is told that they are sealed, and until when."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.access import AUTH
from engine.web.api import create_token, make_api
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


def file_of(person: Person, address: str) -> str:
    with person.client.get(address) as answer:
        return answer.get_data(as_text=True)


def test_others_are_told_that_it_is_sealed_and_until_when(world: World) -> None:
    page = somebody(world, "bea").open(BID)
    assert "Sealed until 2 Mar 2026, 19:00: Price, Words, Total, Double, Parts total, Parts" in page.words
    assert "secret of bob" not in page.words
    assert "密封至" in somebody(world, "bea", "zh").open(BID).words
    assert "Blank as long as what they are computed from is sealed: Best" in somebody(world, "bea").open("/records/event/1").words
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


def test_lists_say_what_counts_as_blank_and_sums_how_much_they_lack(world: World) -> None:
    page = somebody(world, "bea").open("/records/bid?where=price+%3E+5")
    assert "Sealed, and so blank for filters, order, groups and sums: Price. Records: 2" in page.words
    for address in ("sort=total", "group=price"):
        assert "Records: 2" in somebody(world, "bea").open(f"/records/bid?{address}").words
    bea = somebody(world, "bea")
    plain = bea.open("/records/bid")
    assert "Sealed, and so blank" not in plain.words
    assert "Sealed values that are not in it: 2" in plain.words, "below the column"
    assert 'title="Sealed until 2 Mar 2026, 19:00"' in bea.client.get("/records/bid").get_data(as_text=True)
    assert "未计入的密封值：2" in somebody(world, "bea", "zh").open("/records/bid").words
    world.app.jobs.run_due(tenders.CLOSES)
    assert "ealed" not in somebody(world, "bea").open("/records/bid?where=price+%3E+5").words


def test_cells_of_rows_say_that_what_they_rest_on_is_sealed(world: World) -> None:
    world.save("bea", "round", name="Both", one=1, lots=[{"bid": 1}, {"bid": 2}])
    bea = somebody(world, "bea")
    page = bea.client.get("/records/round/1").get_data(as_text=True)
    assert page.count('title="Blank as long as what it is computed from is sealed"') == 4, "two fields, and a cell of each row"
    assert file_of(bea, "/records/round/export?as=csv&fields=all").count("Sealed until …") == 4
    world.app.jobs.run_due(tenders.CLOSES)
    assert "Sealed" not in bea.open("/records/round/1").words


def test_reports_files_and_the_interface_say_it_too(world: World) -> None:
    bea = somebody(world, "bea")
    page = bea.open("/reports/offers")
    assert "Figures with a lock lack sealed values" in page.words
    assert "Sealed values that are not in it: 1" in page.words
    assert "Sealed, and so blank for filters, order, groups and sums: Price. Records: 2" in bea.open("/reports/by_price").words
    assert "Asked (sealed values not in it)" in file_of(bea, "/reports/offers/export?as=csv")
    assert file_of(bea, "/records/bid/export?as=csv&fields=all").count("Sealed until 2026-03-02 19:00") == 10
    client, token = make_api(world.app).test_client(), world.app.run(AUTH, lambda uow: create_token(uow, world.people["bea"], "t"))

    def ask(path: str) -> dict[str, object]:
        found = client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"}).get_json()
        assert isinstance(found, dict)
        return found

    assert ask("/records/bid/1")["_sealed"]["price"] == "2026-03-02T11:00:00Z"  # type: ignore[index]
    world.save("bea", "round", name="Both", lots=[{"bid": 1}])
    assert ask("/records/round/1")["_sealed"] == {"lots.price": None}
    assert ask("/records/bid?where=price > 5") == {"records": [], "next": None, "sealed": {"fields": ["price"], "records": 2}}
    assert "sealed" not in ask("/records/bid?where=qty > 5")
    grouped = ask("/records/bid/groups?by=name&totals=total")
    assert [group["sealed"] for group in grouped["groups"]] == [{"total": 1}, {"total": 1}]  # type: ignore[attr-defined]
    figures = ask("/reports/offers")
    assert figures["total"]["values"]["asked.sealed"] == 2  # type: ignore[index]
    assert ask("/reports/by_price")["sealed"] == {"fields": ["price"], "records": 2}
