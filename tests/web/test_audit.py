"""The audit page: who did what over all records, for auditors; without values, and with titles only where they may read the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.applications import World
from tests.web.small import come_in
from tests.web.without_script import Person


def test_auditors_see_who_did_what_and_nobody_else_does(world: World, at_browser: Callable[..., Person]) -> None:
    number = world.save("bea", "order", subject="Cranes")["id"]
    world.save("leo", "order", int(str(number)), secret="under the table")
    world.clock.move_to(world.clock.now() + timedelta(days=2))
    world.save("bea", "product", name="Chain")
    world.person("aud", roles=["auditor"])
    bea, aud = at_browser("bea"), Person(at_browser("bea").client.application, "en")
    assert bea.client.get("/audit").status_code == 403
    come_in(aud, world.people["aud"])
    page = aud.client.get("/audit").text
    assert "/audit" in aud.client.get("/").text
    assert ("Cranes" not in page, "under the table" not in page) == (True, True), (
        "an auditor who may not read orders sees no title and no value"
    )
    assert f"#{number}" in page
    assert "Secret" in page
    found = aud.client.get("/audit?entity=order&who=Leo").text
    assert ("Secret" in found, "Subject" in found) == (True, False)
    later = aud.client.get("/audit?since=2026-03-04&entity=product").text
    assert "created" in later
    assert "Nothing was found" in aud.client.get("/audit?until=2026-03-01").text
    assert "Nothing was found" in aud.client.get("/audit?what=reads").text
    assert aud.client.get("/audit?before=x&record=y&since=z").status_code == 200


def test_older_entries_are_a_page_further(world: World, at_browser: Callable[..., Person]) -> None:
    for number in range(60):
        world.save("bea", "product", name=f"Bolt {number}")
    world.person("aud", roles=["auditor"])
    aud = Person(at_browser("bea").client.application, "zh")
    come_in(aud, world.people["aud"])
    first = aud.client.get("/audit?entity=product").text
    following = next(part.split('"')[0] for part in first.split('href="') if "before=" in part).replace("&amp;", "&")
    second = aud.client.get(following).text
    assert (first.count("<tr><td><time"), second.count("<tr><td><time")) == (50, 12)
    assert "更早" not in second
