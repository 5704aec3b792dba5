"""Lists: search, filters, order, pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.applications import World
from tests.web.without_script import Person

At = Callable[..., Person]


@pytest.fixture
def bea(at_browser: At, world: World) -> Person:
    for subject, urgency in (("Bolts", "low"), ("Nuts", "high"), ("Rivets", "high")):
        world.save("bea", "order", subject=subject, urgency=urgency, reason="soon" if urgency == "high" else None)
    return at_browser("bea")


def subjects(person: Person, address: str) -> list[str]:
    person.open(address)
    assert person.status == 200
    return sorted((s for s in ("Bolts", "Nuts", "Rivets") if s in person.page.words), key=person.page.words.index)


def test_a_list_shows_what_one_may_see_and_counts_it(bea: Person) -> None:
    assert subjects(bea, "/records/order") == ["Rivets", "Nuts", "Bolts"]
    assert "3 records" in bea.page.words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=nut", ["Nuts"]),
        ("tab=urgent", ["Rivets", "Nuts"]),
        ("c=urgency:is:high", ["Rivets", "Nuts"]),
        ("c=urgency:is:high&c=subject:has:riv", ["Rivets"]),
        ("c=urgency:not:high", ["Bolts"]),
        ("c=wanted_on:filled:", []),
        ("c=state:is:draft&sort=subject", ["Bolts", "Nuts", "Rivets"]),
        ("where=subject+%3D+%22Nuts%22", ["Nuts"]),
        ("sort=-subject", ["Rivets", "Nuts", "Bolts"]),
        ("c=nonsense&c=urgency:is:never&sort=nothing", ["Rivets", "Nuts", "Bolts"]),
    ],
)
def test_the_address_holds_the_whole_view(bea: Person, query: str, found: list[str]) -> None:
    assert subjects(bea, f"/records/order?{query}") == found


def test_a_filter_made_by_clicking_becomes_part_of_the_address(bea: Person) -> None:
    bea.open("/records/order?field=subject&operator=has&value=Bolt")
    assert bea.answer.request.args.getlist("c") == ["subject:has:Bolt"]
    assert "Bolts" in bea.page.words
    assert "Nuts" not in bea.page.words


def test_a_wrong_formula_is_explained_and_the_list_stays(bea: Person) -> None:
    assert subjects(bea, "/records/order?where=sbject+%3D+1") == ["Rivets", "Nuts", "Bolts"]
    assert 'id="where-problem"' in bea.page.text


def test_a_hidden_field_cannot_be_asked_for(bea: Person, world: World) -> None:
    world.save("leo", "order", 1, secret="s3cret")
    bea.open("/records/order?where=secret+%3D+%22s3cret%22")
    assert 'id="where-problem"' in bea.page.text
    bea.open("/records/order?c=secret:is:s3cret")
    assert 'id="where-problem"' in bea.page.text


def test_an_empty_list_says_why(bea: Person) -> None:
    bea.open("/records/order?q=zzz")
    assert "Nothing fits" in bea.page.words


def test_pages_follow_each_other_without_gap_or_double(bea: Person, world: World) -> None:
    for number in range(60):
        world.save("bea", "product", name=f"Part {number:02}")
    seen: list[str] = []
    page = bea.open("/records/product")
    for _ in range(5):
        seen += [link for link in page.links if link.startswith("/records/product/") and link.rsplit("/", 1)[1].isdigit()]
        following = next((link for link in page.links if "after=" in link), None)
        if following is None:
            break
        page = bea.open(following)
    assert len(seen) == len(set(seen)) == 62


def test_a_cursor_of_somebody_else_leads_to_the_first_page(bea: Person) -> None:
    assert subjects(bea, "/records/order?after=AAAA") == ["Rivets", "Nuts", "Bolts"]
    assert "this is its first page" in bea.page.words
