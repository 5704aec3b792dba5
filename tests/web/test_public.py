"""Public forms: people without an account write what the form names, read what it names, and nothing else."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from engine.jobs import Runner
from engine.records import Query, find, load
from engine.workflow import Said, fire
from tests.applications import World
from tests.copies import Copies, Place
from tests.postbox import Box, box
from tests.web.outside import copies, world
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

__all__ = ["box", "copies", "world"]
FORM = "/public/supplier_application"


@pytest.fixture
def stranger(world: World) -> Person:
    return Person(pages_of(world.app))


def records(world: World, entity: str = "application") -> list[dict[str, Any]]:
    with world.look("system") as view:
        return [dict(load(view, entity, record.id).values) for record in find(view, Query(entity)).records]


def later(world: World, by: timedelta) -> None:
    world.clock.move_to(world.clock.now() + by)


def apply(world: World, name: str, email: str) -> int:
    return int(str(world.save("bea", "application", company_name=name, email=email)["id"]))


def category(world: World) -> str:
    return str(world.find("bea", "category", 'name = "Castings"')[0])


def test_a_stranger_applies_and_gets_a_number(copies: Copies, place: Place) -> None:
    """On both databases: the record holds what was typed and what the form sets, and tells that nobody in particular made it."""
    with copies.open(place) as world:
        stranger = Person(pages_of(world.app))
        page = stranger.open(FORM)
        assert stranger.status == 200
        assert "Become a supplier" in page.words
        assert "Rating" not in page.words
        typed = {
            "company_name": "Acme",
            "email": "ann@acme.example",
            "category": category(world),
            "contacts__1__id": "",
            "contacts__1__name": "Ann",
        }
        page = stranger.send(FORM, **typed)
        assert stranger.address == f"{FORM}/done"
        assert "Thank you, Acme." in page.words
        assert "A-0001" in page.words
        (made,) = records(world)
        assert (made["company_name"], made["source"], made["note"], made["created_by"]) == ("Acme", "web", "from Acme", None)
        assert [row["name"] for row in made["contacts"]] == ["Ann"]
        bea = Person(pages_of(world.app))
        come_in(bea, world.people["bea"])
        assert "Become a supplier" in bea.open(f"/records/application/{made['id']}").words


def test_the_languages_of_the_browser(world: World) -> None:
    flask = pages_of(world.app)
    client = flask.test_client()
    assert "成为供应商" in client.get(FORM, headers={"Accept-Language": "zh-CN"}).text
    assert "Become a supplier" in client.get(FORM, headers={"Accept-Language": "en-GB"}).text


def test_only_what_the_form_names_is_written(world: World, stranger: Person) -> None:
    """Fields it leaves out, cells of columns it leaves out, states and foreign files are not taken; hidden inputs neither."""
    bea = world.people["bea"]
    mine = world.save("bea", "paper", name="theirs")["id"]
    stranger.open(FORM)
    more = {
        "score": "5",
        "state": "accepted",
        "created_by": str(bea),
        "source": "forged",
        "partner": "1",
        "country": "FR",
        "licence": str(mine),
    }
    stranger.send(
        FORM, company_name="Acme", email="a@b.example", contacts__1__id="", contacts__1__name="Ann", contacts__1__rating="5", **more
    )
    assert stranger.address == f"{FORM}/done"
    (made,) = records(world)
    assert (made["score"], made["state"], made["source"], made["country"], made["licence"], made["partner"]) == (
        None,
        "received",
        "web",
        None,
        None,
        None,
    )
    assert made["contacts"][0]["rating"] is None


def test_wrong_input_is_shown_at_its_field_and_nothing_is_kept(world: World, stranger: Person) -> None:
    stranger.open(FORM)
    page = stranger.send(FORM, company_name="Bad Ltd", foreign="true", country="")
    assert stranger.status == 422
    assert "We do not work with them" in page.words
    assert re.findall(r"(?:E-mail|Country): ", page.words) == [], "each problem names its field once"
    assert all(page.words.count(f"{name} is needed.") == 2 for name in ("E-mail", "Country")), "in the summary and at the field"
    assert "Bad Ltd" in page.text
    assert records(world) == []


def test_links_are_searched_by_title_alone(world: World, stranger: Person) -> None:
    """Other fields of the candidates, closed candidates, and links that the form does not name tell nothing."""
    castings = category(world)
    assert stranger.client.get(f"{FORM}/lookup?path=category&q=cast").json == [{"value": castings, "text": "Castings", "hint": ""}]
    for asked in ("path=category&q=top-secret", "path=category&q=closed", "path=partner&q=", "path=buyer&q=", "path=x.1.y", "path="):
        assert stranger.client.get(f"{FORM}/lookup?{asked}").json == []
    stranger.open(FORM)
    closed = world.find("bea", "category", 'name = "Closed"')[0]
    stranger.send(FORM, company_name="Acme", email="a@b.example", category=str(closed))
    assert stranger.status == 422


@pytest.mark.parametrize(
    "address",
    ["/", "/records/application", "/records/category/1", "/files/1", "/search?q=a", "/api/v1/records/category", "/records/category/lookup"],
)
def test_whoever_has_opened_a_form_reads_nothing_else(world: World, stranger: Person, address: str) -> None:
    stranger.open(FORM)
    answer = stranger.client.get(address)
    assert answer.status_code in (302, 401)
    assert "Castings" not in answer.text


def test_spam_is_thanked_and_forgotten(world: World, stranger: Person) -> None:
    stranger.open(FORM)
    page = stranger.send(FORM, company_name="Buy now", email="a@b.example", _homepage="http://spam.example")
    assert "Thank you" in page.words
    assert records(world) == []


def test_one_address_sends_so_often_and_no_more(world: World, stranger: Person) -> None:
    for name in ("A", "B", "C", "D"):
        stranger.open(FORM)
        stranger.send(FORM, company_name=name, email="a@b.example")
    assert stranger.status == 429
    assert "D" in stranger.page.text
    assert len(records(world)) == 3
    later(world, timedelta(hours=1))
    stranger.send(FORM, company_name="E", email="a@b.example")
    assert len(records(world)) == 4


def test_the_same_form_sent_twice_is_taken_once(world: World, stranger: Person) -> None:
    stranger.open(FORM)
    data = dict(stranger.form(FORM).fields) | {"company_name": "Acme", "email": "a@b.example"}
    answers = [stranger.client.post(FORM, data=data, follow_redirects=True) for _ in range(2)]
    assert ["A-0001" in answer.text for answer in answers] == [True, True]
    assert len(records(world)) == 1


@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("licence.pdf", b"%PDF-1.4 good", 303, ""),
        ("licence.pdf", b"%PDF-1.4 " + b"x" * 2000, 422, "larger than 1 KB"),
        ("licence.pdf", b"MZ\x90\x00 program", 422, "none of these"),
    ],
)
def test_files_of_strangers(world: World, stranger: Person, name: str, content: bytes, status: int, words: str) -> None:
    stranger.open(FORM)
    data = {**dict(stranger.form(FORM).fields), "company_name": "Acme", "email": "a@b.example", "licence": (io.BytesIO(content), name)}
    answer = stranger.client.post(FORM, data=data, content_type="multipart/form-data")
    assert answer.status_code == status
    assert words in answer.text
    assert [made["licence"] is not None for made in records(world)] == ([True] if status == 303 else [])


def test_a_body_has_a_largest_size_before_anything_of_it_is_kept(world: World, stranger: Person) -> None:
    answer = stranger.client.post(FORM, data=b"x" * (17 * 1024 * 1024), content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert world.find("system", "file") == []


def test_files_go_only_where_the_form_asks_for_them_and_are_not_anothers(world: World, stranger: Person) -> None:
    """A file that one browser sent is not taken from another, nor named to it."""
    flask, other = stranger.client.application, Person(stranger.client.application)
    assert isinstance(flask, Flask)
    stranger.open(FORM)
    fields = dict(stranger.form(FORM).fields)
    wrong = stranger.client.post(FORM, data={**fields, "note": (io.BytesIO(b"x"), "a.txt")}, content_type="multipart/form-data")
    assert wrong.status_code == 400
    data = {**fields, "company_name": "", "licence": (io.BytesIO(b"%PDF-1.4 mine"), "mine.pdf")}
    page = stranger.client.post(FORM, data=data, content_type="multipart/form-data")
    assert page.status_code == 422
    assert "mine.pdf" in page.text
    (number,) = world.find("system", "file")
    other.open(FORM)
    assert "mine.pdf" not in other.send(FORM, company_name="", licence=str(number)).text
    other.send(FORM, company_name="Thief", email="t@b.example", licence=str(number))
    assert records(world)[0]["licence"] is None


def test_an_unfinished_answer_is_gone_on_with_by_its_secret_address(world: World, stranger: Person) -> None:
    stranger.open(FORM)
    page = stranger.send(FORM, ("_later", "1"), company_name="Half", contacts__1__id="", contacts__1__name="Ann")
    (address,) = set(re.findall(rf"{FORM}/later/[\w-]+", page.text))
    assert records(world) == []
    elsewhere = Person(stranger.client.application)
    page = elsewhere.open(address)
    assert "Half" in page.text
    assert "Ann" in page.text
    elsewhere.send(FORM, company_name="Whole", email="a@b.example")
    assert [made["company_name"] for made in records(world)] == ["Whole"]
    elsewhere.open(address)
    assert elsewhere.status == 404
    stranger.open(FORM)
    page = stranger.send(FORM, ("_later", "1"), company_name="Late")
    (address,) = set(re.findall(rf"{FORM}/later/[\w-]+", page.text))
    later(world, timedelta(days=7, minutes=1))
    stranger.open(address)
    assert stranger.status == 404
    assert Person(stranger.client.application).open(f"{FORM}/later/wrong").words


def test_a_form_has_its_time(world: World, stranger: Person) -> None:
    assert "not open yet" in stranger.open("/public/fair").words
    later(world, timedelta(days=1))
    stranger.open("/public/fair")
    stranger.send("/public/fair", company_name="Early bird")
    assert stranger.status == 200
    stranger.open("/public/fair")
    later(world, timedelta(days=1))
    stranger.send("/public/fair", company_name="Late bird")
    assert stranger.status == 410
    assert [made["company_name"] for made in records(world)] == ["Early bird"]


def work(runner: Runner, world: World) -> None:
    runner.run_due(world.clock.now())


def test_a_secret_address_is_good_for_one_record_once(box: Box, copies: Copies, place: Place) -> None:
    """The letter leads to the form of its record; answered, ended or altered, the address is good for nothing."""
    with copies.open(place) as world:
        flask = pages_of(world.app)
        numbers = [apply(world, name, f"{name}@example.com") for name in ("Acme", "Rival")]
        for number in numbers:
            world.app.run(world.actor("bea"), lambda uow, number=number: fire(uow, "application", number, "ask", Said({})))  # type: ignore[misc]
        work(world.app.jobs, world)
        letters = dict(zip(box.readers(), box.texts(), strict=True))
        assert set(letters) == {"acme@example.com", "rival@example.com"}
        assert "How was it, Acme?" in letters["acme@example.com"]
        mine, theirs = (re.findall(r"/public/survey/for/[\w-]+", letters[f"{name.lower()}@example.com"])[0] for name in ("Acme", "Rival"))
        reader = Person(flask)
        page = reader.open(mine)
        assert "A-0001" in page.words
        assert "A-0002" not in page.words
        assert "Company" not in page.words
        reader.send(mine, score="9")
        assert reader.status == 422
        reader.send(mine, score="5", company_name="Forged")
        assert reader.address == "/public/survey/done"
        with world.look("system") as view:
            made = load(view, "application", numbers[0]).values
        assert (made["score"], made["company_name"], made["answered_at"]) == (5, "Acme", world.clock.now())
        assert "answered already" in reader.open(mine).words
        assert reader.status == 410
        for wrong in ("/public/survey", mine[:-1], mine.replace("survey", "supplier_application"), f"{mine}AAAA", "/public/survey/for/x"):
            reader.open(wrong)
            assert reader.status == 404, wrong
        later(world, timedelta(days=15))
        reader.open(theirs)
        assert reader.status == 404


def test_a_record_that_is_closed_takes_no_answer(box: Box, world: World, stranger: Person) -> None:
    number = apply(world, "Acme", "a@b.example")
    for action in ("ask", "accept"):
        world.app.run(world.actor("bea"), lambda uow, action=action: fire(uow, "application", number, action, Said({})))  # type: ignore[misc]
    work(world.app.jobs, world)
    (address,) = re.findall(r"/public/survey/for/[\w-]+", "".join(box.texts()))
    stranger.open(address)
    stranger.send(address, score="5")
    assert stranger.status == 409
    assert "closed" in stranger.page.words


def test_markup_that_is_typed_stays_words(world: World, stranger: Person) -> None:
    stranger.open(FORM)
    evil = '"><script>alert(1)</script>'
    stranger.send(FORM, company_name=evil, email="a@b.example", contacts__1__id="", contacts__1__name=evil)
    assert "<script>alert" not in stranger.page.text
    bea = Person(stranger.client.application)
    come_in(bea, world.people["bea"])
    assert "<script>alert" not in bea.open("/records/application/1").text
