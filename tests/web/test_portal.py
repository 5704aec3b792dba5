"""Portals: people from outside find their own menu and their own records, and nothing of what staff do or are called."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask

from engine.records import remark
from engine.workflow import Said, fire
from tests.applications import World
from tests.copies import Copies, Place
from tests.postbox import Box, box
from tests.web.outside import copies, world
from tests.web.small import PASSWORD, come_in, pages_of
from tests.web.without_script import Person

__all__ = ["box", "copies", "world"]
NEW = "four words in a row"
At = Callable[[str], Person]


@pytest.fixture
def flask(world: World) -> Flask:
    return pages_of(world.app)


@pytest.fixture
def at(world: World, flask: Flask) -> At:
    def enter(name: str) -> Person:
        person = Person(flask)
        come_in(person, world.people[name])
        return person

    return enter


def test_people_of_a_portal_land_there(at: At) -> None:
    pam = at("pam")
    page = pam.open("/")
    assert pam.address == "/portal/partners"
    assert "Partner portal" in page.words
    assert {"/portal/partners/company_file", "/portal/partners/paper", "/inbox", "/notices", "/account"} <= set(page.links)
    assert not {"/bin", "/api/docs", "/playground", "/records/application"} & set(page.links)
    assert "Our company" in page.words
    assert "ISO of Acme" in page.words
    assert "Rival" not in page.words
    assert 'href="/portal/partners/look.css' in page.text
    assert page.text.count('src="/portal/partners/logo.svg') == 1
    picture = pam.client.get("/portal/partners/logo.svg")
    assert picture.mimetype == "image/svg+xml"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert pam.client.get("/portal/nothing/logo.svg").status_code == 404
    bea = at("bea")
    bea.open("/partners")
    assert bea.address == "/"


def test_a_line_of_the_menu_opens_the_one_record_that_there_is(at: At, world: World) -> None:
    pam = at("pam")
    page = pam.open("/portal/partners/company_file")
    assert re.fullmatch(r"/records/company_file/\d+", pam.address)
    assert "Acme" in page.words
    assert "Rival" not in page.words
    page = pam.open("/portal/partners/paper")
    assert pam.address == "/records/paper"
    assert "ISO of Acme" in page.words
    assert "ISO of Rival" not in page.words
    for wrong in ("/portal/nothing/paper", "/portal/partners/nothing", "/nothing", "/nothing/at-all"):
        pam.open(wrong)
        assert pam.status == 404, wrong


def test_a_list_for_a_role_takes_the_place_of_the_usual_one(at: At) -> None:
    """Its columns, its tabs, and its search; the usual one stays at its own name, and nothing is imported in a portal."""
    pam, bea = at("pam"), at("bea")
    own = pam.open("/records/paper")
    assert "Scan" in own.words
    assert "/records/paper?tab=mine" not in own.links
    assert "/records/paper/import" not in own.links
    assert "ISO of Acme" in pam.open("/records/paper?q=acme").words
    assert "Nothing fits" in pam.open("/records/paper?q=iso").words
    usual = bea.open("/records/paper")
    assert {"/records/paper?tab=mine", "/records/paper/import"} <= set(usual.links)
    bea.open("/records/paper?list=papers_of_partner")
    assert bea.status == 403
    assert "/records/paper?list=paper&tab=mine" in pam.open("/records/paper?list=paper").links


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("/partners/", "/partners"),
        ("/records/paper/?sort=name", "/records/paper?sort=name"),
        ("/nothing/", "/nothing"),
        ("/%5Cexample.com/", "/%5Cexample.com"),
    ],
)
def test_an_address_with_a_slash_at_its_end_leads_to_the_page_without_it(at: At, address: str, leads: str) -> None:
    answer = at("pam").client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (308, leads)


@pytest.mark.parametrize(
    "address", ["/playground", "/api/docs", "/bin", "/records/paper/export?as=csv", "/imports/paper", "/records/paper/1/past", "/records/paper/1/why/name", "/workflows"]
)  # fmt: skip
def test_pages_of_staff_lead_back(at: At, address: str) -> None:
    pam = at("pam")
    pam.open(address)
    assert pam.address == "/portal/partners" or pam.status == 404
    assert "Partner portal" in pam.page.words


def test_records_of_others_are_not_there(at: At, world: World) -> None:
    """Guessed ids answer like ids that do not exist, whatever is asked of them."""
    theirs = world.find("pia", "paper")[0]
    firm = world.find("pia", "company_file")[0]
    pam = at("pam")
    pam.open("/records/paper/new")
    token = next(value for form in pam.page.forms for name, value in form.fields if name == "csrf_token")
    answers = []
    for number in (theirs, 999_999):
        gets = [f"/records/paper/{number}", f"/records/paper/{number}/edit", f"/records/paper/{number}/delete"]
        found = [pam.client.get(address).status_code for address in gets]
        posts = [f"/records/paper/{number}/edit", f"/records/paper/{number}/delete", f"/records/paper/{number}/comments"]
        found += [pam.client.post(address, data={"csrf_token": token, "name": "mine", "comment": "x"}).status_code for address in posts]
        answers.append(found)
    assert answers[0] == answers[1] == [404] * 6
    page = pam.send("/records/paper/new", name="Forged", firm=str(firm))
    assert pam.status == 422
    assert "Rival" not in page.words
    assert pam.client.get(f"/records/company_file/{firm}").status_code == 404


def test_other_people_have_no_names(at: At, world: World) -> None:
    """On a record that a buyer made, changed and spoke about: the buyer is staff, to the partner and to the API."""
    own = world.find("pam", "paper")[0]
    world.save("bea", "paper", own, name="Renewed")
    world.app.run(world.actor("bea"), lambda uow: remark(uow, "paper", own, "Please send the scan", for_all=True))
    pam, bea = at("pam"), at("bea")
    page = pam.open(f"/records/paper/{own}")
    assert "Please send the scan" in page.words
    assert "Staff" in page.words
    assert "Bea" not in page.words
    assert "Bea" in bea.open(f"/records/paper/{own}").words
    firm = world.find("pam", "company_file")[0]
    assert "Bea" not in pam.open(f"/records/company_file/{firm}").text
    assert "Bea" not in pam.open("/search?q=bea").words


def test_the_door_of_a_portal_has_its_look_and_the_way_in(flask: Flask) -> None:
    stranger = Person(flask)
    page = stranger.open("/partners")
    assert stranger.address == "/login"
    assert "Partner portal" in page.words
    assert "/public/supplier_application" in page.links
    assert stranger.client.get("/portal/partners/look.css").status_code == 200
    assert stranger.client.get("/portal/partners/logo.svg").mimetype == "image/svg+xml"
    assert "#0f6e56" in stranger.client.get("/portal/partners/look.css").text
    assert 'href="/portal/partners/look.css' in stranger.open("/public/supplier_application").text
    stranger.open("/login?next=/partners")
    stranger.send("/login", email="pam", password=PASSWORD)
    assert stranger.address == "/portal/partners"


def test_from_the_public_form_into_the_portal(box: Box, copies: Copies, place: Place) -> None:
    """A company applies, is accepted, is invited, chooses a password, finds its file and hands in a certificate. On both databases."""
    with copies.open(place) as world:
        flask = pages_of(world.app)
        ann = Person(flask)
        ann.open("/public/supplier_application")
        ann.send("/public/supplier_application", company_name="Newcomer", email="ann@new.example")
        number = world.find("bea", "application", 'company_name = "Newcomer"')[0]
        world.app.run(world.actor("bea"), lambda uow: fire(uow, "application", number, "accept", Said({})))
        world.app.jobs.run_due(world.clock.now())
        assert box.readers() == ["ann@new.example"]
        (link,) = set(re.findall(r"/letter/invite/[\w-]+", "".join(box.texts())))
        ann.open(link)
        token = dict(ann.page.forms[0].fields)["csrf_token"]
        ann.client.post(link, data={"csrf_token": token, "password": NEW, "again": NEW})
        ann.open("/login")
        ann.send("/login", email="ann@new.example", password=NEW)
        assert ann.address == "/portal/partners"
        assert "Newcomer" in ann.open("/portal/partners/company_file").words
        ann.open("/records/paper/new")
        fields = dict(ann.form("/records/paper/new").fields)
        data = {**fields, "name": "ISO 9001", "scan": (io.BytesIO(b"%PDF-1.4 scan"), "iso.pdf")}
        answer = ann.client.post("/records/paper/new", data=data, content_type="multipart/form-data", follow_redirects=True)
        assert "iso.pdf" in answer.text
        ann.open(link)
        assert ann.status == 410


def test_an_administrator_looks_as_somebody_of_a_portal_and_comes_back(world: World, flask: Flask) -> None:
    ada = Person(flask)
    come_in(ada, world.person("ada", roles=["admin"]))
    page = ada.open("/account")
    token = next(value for form in page.forms for name, value in form.fields if name == "csrf_token")
    ada.client.post(f"/look-as/{world.people['pam']}", data={"csrf_token": token})
    ada.open("/")
    assert ada.address == "/portal/partners"
    ada.send("/look-as/end")
    ada.open("/")
    assert ada.address == "/"


def test_the_chain_of_documents_is_part_of_the_page_or_a_page(at: At, world: World) -> None:
    """What is in no chain has none, and nobody learns by it whether a record is there."""
    number = world.save("bea", "application", company_name="New")["id"]
    bea, pam = at("bea"), at("pam")
    address = f"/records/application/{number}/chain"
    assert address not in bea.open(f"/records/application/{number}").text
    assert bea.client.get(address).status_code == 404
    assert pam.client.get(address).status_code == pam.client.get("/records/application/99999/chain").status_code == 404
