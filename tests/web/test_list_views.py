"""Lists in groups, with chosen columns, and the views of them that people save."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.applications import World
from tests.copies import Copies, Place
from tests.web.small import PASSWORD, pages_of
from tests.web.without_script import Person

At = Callable[..., Person]


@pytest.fixture
def bea(at_browser: At, world: World) -> Person:
    for subject, urgency, day in (("Bolts", "low", "2026-03-05"), ("Nuts", "high", "2026-03-20"), ("Rivets", "high", None)):
        reason = "soon" if urgency == "high" else None
        lines = [{"product": 1, "qty": 2, "price": "2.50"}]
        world.save("bea", "order", subject=subject, urgency=urgency, reason=reason, wanted_on=day, lines=lines)
    return at_browser("bea")


def words(person: Person, address: str) -> list[str]:
    person.open(address)
    assert person.status == 200
    return person.page.words.split()


def test_a_short_list_stands_open_in_its_groups(bea: Person) -> None:
    text = " ".join(words(bea, "/records/order?group=urgency&column=subject"))
    assert text.endswith("Low 1 Bolts High 2 Rivets Nuts With the ticked recordsbEditSend for approvalDelete")


def test_dates_by_month_and_blank_ones_last(bea: Person) -> None:
    text = " ".join(words(bea, "/records/order?group=wanted_on:month"))
    assert text.index("March 2026 2") < text.index("None 1")


def test_a_group_that_was_opened_shows_its_records_alone(bea: Person) -> None:
    found = words(bea, "/records/order?group=urgency&open=high")
    assert "Nuts" in found
    assert "Bolts" not in found


@pytest.mark.parametrize("group", ["secret", "lines", "total:month", "nothing", "x y", "SUM(lines.price)", "urgency&open=nonsense"])
def test_what_cannot_be_grouped_by_is_said_and_the_list_stays(bea: Person, group: str) -> None:
    assert words(bea, f"/records/order?group={group}")


def test_columns_are_chosen(bea: Person) -> None:
    found = words(bea, "/records/order?column=subject&column=created_by.name&column=created_by&column=nothing&column=secret")
    assert found.count("Bea") >= 6
    assert "2026-03-05" not in found
    assert "Mar" not in found


def test_a_view_is_saved_opened_first_shared_and_deleted(bea: Person, at_browser: At) -> None:
    bea.open("/records/order?c=urgency:is:high&sort=subject&column=subject")
    bea.send("/views", name="Hurry", first="1", shared="1")
    assert "Bolts" not in bea.page.words
    words(bea, "/records/order")
    assert "Bolts" not in bea.page.words, "the list opens with it"
    assert "Bolts" in words(bea, "/records/order?view=0")
    bea.open("/records/order?c=urgency:is:high&sort=subject&column=subject")
    bea.send("/views", name="Hurry", first="1", shared="1", home="1")
    assert "/records/order/tile?view=1" in bea.open("/").text
    assert [word for word in words(bea, "/records/order/tile?view=1") if word in ("Bolts", "Nuts", "Rivets")] == ["Nuts", "Rivets"]
    leo = at_browser("leo")
    assert "tile?view=1" not in leo.open("/").text
    token = dict(leo.form("/theme").fields)["csrf_token"]
    assert leo.client.post("/home/1/leave", data={"csrf_token": token}).status_code == 404
    bea.open("/")
    assert "tile?view=1" not in bea.send("/leave").text, "the view stays, at its list"
    assert "Bolts" in words(leo, "/records/order"), "but not for others"
    leo.open(next(link for link in leo.page.links if "view=1" in link))
    assert "Bolts" not in leo.page.words
    leo.client.post("/records/order/views/delete", data={"view": "1"})
    assert "Hurry" in bea.open("/records/order").words
    bea.open("/records/order?view=1")
    bea.send("/views/delete", ("view", "1"))
    assert "Hurry" not in bea.open("/records/order").words


def test_a_view_shows_no_more_than_its_reader_may_see(bea: Person, at_browser: At, world: World) -> None:
    world.save("leo", "order", 1, secret="s3cret")
    leo = at_browser("leo")
    leo.open("/records/order?where=secret+%3D+%22s3cret%22&column=subject&column=secret&group=secret")
    leo.send("/views", name="Secrets", shared="1")
    assert "s3cret" in leo.page.words.split("Clear")[-1]
    found = bea.open("/records/order?view=1")
    assert "s3cret" not in found.words.replace('secret = "s3cret"', "")


def test_on_both_databases(shops: Copies, place: Place) -> None:
    with shops.open(place) as world:
        for number in range(60):
            world.save("bea", "order", subject=f"Part {number}", urgency="low", lines=[{"product": 1, "qty": 1, "price": "0.10"}])
        bea = Person(pages_of(world.app))
        bea.sign_in("bea", PASSWORD)
        bea.open("/records/order?group=urgency")
        assert "Part 7" not in bea.page.words
        bea.open(next(link for link in bea.page.links if "open=low" in link))
        bea.open(next(link for link in bea.page.links if "after=" in link))
        assert "Part 7" in bea.page.words
        bea.open("/records/order?view=0")
        bea.send("/views", name="All")
        assert world.app.metadata.entities["saved_view"].api is False


def test_a_list_as_it_was(bea: Person, world: World) -> None:
    world.clock.move_to(world.clock.now() + timedelta(hours=1))
    world.save("bea", "order", 1, subject="Screws")
    world.save("bea", "order", subject="Washers", urgency="low")
    bea.open("/records/order?at=2026-03-02T09:30&group=urgency")
    assert "Bolts" in bea.page.words
    assert "Washers" not in bea.page.words
    assert "The list as it was on 2 Mar 2026, 09:30." in bea.page.words
    bea.open(next(link for link in bea.page.links if "/records/order/1/past" in link))
    assert "Bolts" in bea.page.words
    for wrong in ("yesterday", "0001-01-01T00:00", "9999-12-31T23:59", "2026-03-02T09:30&where=secret = 1"):
        assert "Washers" in words(bea, f"/records/order?at={wrong}") or wrong.startswith("2026")


def test_how_close_the_lines_stand_is_kept_by_the_browser(bea: Person) -> None:
    """For all lists, and back again; whatever else is sent counts as the usual way."""
    bea.open("/records/order?show=table&sort=subject")
    for density, close in (("compact", True), ("tiny", False), ("compact", True), ("", False)):
        bea.send("/density", density=density)
        assert bea.address == "/records/order"
        assert ('class="list close"' in bea.page.text) is close
    bea.send("/density", density="compact", next="//example.com/")
    assert bea.address == "/"
