"""An approval from sending to the end, without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.applications import World
from tests.web.without_script import Person

At = Callable[..., Person]


@pytest.fixture
def sent(at_browser: At, world: World) -> Person:
    """Bea has sent an order."""
    world.save("bea", "order", subject="Bolts", lines=[{"product": 1, "qty": 2}])
    bea = at_browser("bea")
    bea.open("/records/order/1")
    bea.send("/actions/send")
    return bea


def test_an_impossible_action_says_why(at_browser: At, world: World) -> None:
    world.save("bea", "order", subject="Bolts")
    bea = at_browser("bea")
    bea.open("/records/order/1")
    assert "The order has no lines" in bea.page.words


def test_the_timeline_says_who_is_next(sent: Person) -> None:
    assert "Waiting" in sent.page.words
    assert "Leo" in sent.page.words
    assert "expected" in sent.page.words


def test_the_record_is_closed_while_it_is_decided(sent: Person) -> None:
    assert "only the fields of an open task can be changed" in sent.page.words
    sent.open("/records/order/1/edit")
    assert sent.status == 409


def test_the_inbox_says_what_follows_and_what_is_needed(sent: Person, at_browser: At, world: World) -> None:
    leo = at_browser("leo")
    leo.open("/inbox")
    assert "Then it ends: Done" in leo.page.words
    leo.send("/inbox/", ("_decision", "approve"))
    assert leo.status == 422
    assert "Secret is needed." in leo.page.words
    leo.send("/inbox/", ("_decision", "approve"), secret="42")
    assert "Nothing is waiting for you" in leo.page.words
    assert world.find("leo", "order", 'state = "approved" AND secret = "42"') == [1]


def test_rejecting_needs_a_word(sent: Person, at_browser: At, world: World) -> None:
    leo = at_browser("leo")
    leo.open("/inbox")
    leo.send("/inbox/", ("_decision", "reject"))
    assert "Please say why." in leo.page.words
    leo.send("/inbox/", ("_decision", "reject"), _comment="too dear")
    assert world.find("leo", "order", 'state = "refused"') == [1]


def test_returning_leads_back_and_forth(sent: Person, at_browser: At, world: World) -> None:
    leo = at_browser("leo")
    leo.open("/inbox")
    leo.send("/inbox/", ("_decision", "return"), _to="prepare", _comment="which bolts?")
    sent.open("/inbox")
    assert "which bolts?" in sent.page.words
    sent.send("/inbox/", ("_decision", "submit"), subject="Steel bolts")
    assert world.find("bea", "order", 'subject = "Steel bolts"') == [1]
    assert len(leo.open("/inbox").forms) > 0


def test_a_task_of_somebody_else_is_not_there(sent: Person) -> None:
    sent.open("/inbox/1")
    assert sent.status == 404


def test_what_was_sent_can_be_taken_back(sent: Person, world: World) -> None:
    sent.open("/records/order/1")
    assert ("_verb", "withdraw") in sent.form("/processes/").buttons
    sent.send("/processes/", ("_verb", "withdraw"))
    assert "Withdrawn." in sent.page.words


def test_home_shows_what_waits_and_what_was_sent(sent: Person, at_browser: At) -> None:
    assert "Decide" in sent.open("/").words
    assert "O-0001 Bolts" in at_browser("leo").open("/").words


def test_a_task_is_handed_on_and_comes_back(sent: Person, at_browser: At, world: World) -> None:
    world.person("mia", roles=["lead"])
    leo = at_browser("leo")
    leo.open("/inbox")
    leo.send("/move", _kind="transfer", _people=str(world.people["mia"]), _comment="You know bolts")
    assert "Handed on." in leo.page.words
    assert "Nothing is waiting for you" in leo.page.words
    mia = at_browser("mia")
    mia.open("/inbox")
    mia.send("/move", _kind="transfer", _people=str(world.people["bea"]))
    assert "This person may have no part in this step." in mia.page.words
    mia.send("/inbox/", ("_decision", "approve"), secret="42")
    assert world.find("leo", "order", 'state = "approved"') == [1]


def test_who_submitted_urges_and_who_answers_for_it_cancels(sent: Person, at_browser: At, world: World) -> None:
    sent.open("/records/order/1")
    sent.send("/processes/", ("_verb", "urge"))
    assert "They are urged." in sent.page.words
    assert ("_verb", "urge") not in sent.form("/processes/").buttons
    assert "Answer for the process" not in sent.page.words
    world.person("ada", roles=["admin"])
    ada = at_browser("ada")
    ada.open("/records/order/1")
    ada.send("/processes/", ("_verb", "cancel"))
    assert "Please say why." in ada.page.words
    ada.send("/processes/", ("_verb", "cancel"), _comment="No bolts")
    assert "The process is cancelled." in ada.page.words
