"""Bank data are changed by who has shown lately that they are the person: in a form, in a file, by a token that names them.

app: payees
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.access import AUTH
from engine.errors import Invalid
from engine.records import save
from engine.web import set_password
from engine.web.api import create_token, read_scope
from engine.workflow import fire
from tests.applications import World, opened
from tests.web.small import HASH, PASSWORD, come_in, pages_of
from tests.web.without_script import Person

PAYEES = """
    app: payees
    label: Payees
    roles: {buyer: {label: Buyer}}
    menu: [{module: payees, label: Payees, items: [payee]}]
    ---
    entity: payee
    label: Payee
    title: name
    fields:
      name: {type: text}
      account: {type: bank, check: none, label: Account}
      others: {type: table, fields: {account: {type: bank, check: none}, use: {type: text}}}
      heir: {type: link, to: payee, create: true, quick: [name, account]}
    access: {buyer: {read: true, create: true, update: true, delete: true, export: true}}
    ---
    lifecycle: payee
    for: payee
    states: {draft: {}, asked: {}, known: {final: true}}
    actions:
      tell: {from: draft, who: role:buyer, ask: [account]}
      check: {from: draft, to: asked, who: role:buyer, start: asking}
      known: {from: asked, to: known, who: system}
    ---
    workflow: asking
    for: payee
    starters: role:buyer
    admin: role:buyer
    steps:
      enter: {who: submitter, do: fill, edit: [account], must: [account]}
    ends: {done: {call: known}}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(PAYEES, f"sqlite:///{tmp_path}/x.db") as world:
        number = world.person("bea", roles=["buyer"])
        world.app.run(AUTH, lambda uow: set_password(uow, number, HASH))
        world.save("system", "payee", name="Smith", account="11112222", others=[{"account": "3333", "use": "rent"}])
        yield world


def account(world: World) -> object:
    with world.look("system") as view:
        return view.connection.exec_driver_sql("SELECT account FROM payee WHERE id = 1").scalar_one()


def test_a_form_asks_for_the_password_and_keeps_what_was_typed(world: World) -> None:
    bea = Person(pages_of(world.app))
    come_in(bea, world.people["bea"])
    world.clock.move_to(world.clock.now() + timedelta(minutes=16))
    bea.open("/records/payee/1/edit")
    bea.send("/records/payee/1/edit", name="Smith & Co")
    assert bea.address == "/records/payee/1", "a form with bank data asks for nothing where they stay as they are"
    bea.open("/records/payee/1/edit")
    page = bea.send("/records/payee/1/edit", name="Smyth", account="9999 8888")
    assert (bea.status, account(world)) == (422, "11112222")
    assert "To change Account, show once more who you are" in page.words
    assert 'value="Smyth"' in page.text
    assert 'name="_proof"' in page.text
    page = bea.send("/records/payee/1/edit", _proof="wrong")
    assert (bea.status, account(world)) == (422, "11112222")
    assert "The present password is wrong." in page.words
    assert 'value="wrong"' not in page.text
    bea.send("/records/payee/1/edit", _proof=PASSWORD)
    assert (bea.address, account(world)) == ("/records/payee/1", "99998888")
    bea.open("/records/payee/new")
    bea.send("/records/payee/new", name="New", account="4444")
    assert bea.address == "/records/payee/2", "it counts for a while"


def test_it_is_asked_wherever_a_person_types(world: World) -> None:
    """For many records at once, beside a form, before an action and in a task: wrong is asked again, right is done."""
    bea = Person(pages_of(world.app))
    come_in(bea, world.people["bea"])
    world.save("bea", "payee", name="Second")
    world.app.run(world.actor("bea"), lambda uow: fire(uow, "payee", 2, "check"))
    world.save("bea", "payee", name="Third", account="6000")
    ways: dict[str, dict[str, str | list[str]]] = {
        "/records/payee/bulk": {"do": "edit", "sure": "yes", "field": "account", "id": ["1", "3"], "account": "6002"},
        "/records/payee/quick?path=heir": {"name": "Heir", "account": "6003"},
        "/records/payee/1/actions/tell": {"account": "6004"},
        "/inbox/1": {"_decision": "submit", "account": "6005"},
    }
    bea.open("/account")
    token = next(value for form in bea.page.forms for name, value in form.fields if name == "csrf_token")
    for address, typed in ways.items():
        world.clock.move_to(world.clock.now() + timedelta(minutes=16))
        for proof, words in (("", "show once more who you are"), ("wrong", "The present password is wrong.")):
            answer = bea.client.post(address, data={**typed, "csrf_token": token, "_proof": proof})
            assert answer.status_code == 422, address
            assert words in answer.text, address
            assert 'name="_proof"' in answer.text, address
            assert 'value="wrong"' not in answer.text, address
            assert f'value="{typed["account"]}"' in answer.text, address
        answer = bea.client.post(address, data={**typed, "csrf_token": token, "_proof": PASSWORD})
        assert answer.status_code in (200, 303), (address, answer.text)
    with world.look("system") as view:
        accounts = view.connection.exec_driver_sql("SELECT account FROM payee ORDER BY id").scalars().all()
    assert accounts == ["6004", "6005", "6002", "6003"]
    world.clock.move_to(world.clock.now() + timedelta(minutes=16))
    merging = {"csrf_token": token, "with": "3", "field": "account"}
    assert 'name="_proof"' in bea.open("/records/payee/1/merge?with=3").text
    for proof, now in (("", "6004"), ("wrong", "6004"), (PASSWORD, "6002")):
        bea.client.post("/records/payee/1/merge", data={**merging, "_proof": proof})
        assert account(world) == now


def test_files_of_bank_data_are_brought_in_after_a_confirmation(world: World) -> None:
    bea = Person(pages_of(world.app))
    come_in(bea, world.people["bea"])
    assert bea.client.get("/records/payee/import").status_code == 200
    world.clock.move_to(world.clock.now() + timedelta(minutes=16))
    assert bea.client.get("/records/payee/import").headers["Location"] == "/account/confirm?next=/records/payee/import"


@pytest.mark.parametrize(("scope", "changed"), [("", False), ("write", False), ("payee:write", True)])
def test_a_token_names_what_it_changes(world: World, scope: str, changed: bool) -> None:
    flask = pages_of(world.app)
    person = world.people["bea"]
    token = world.app.run(world.actor("bea"), lambda uow: create_token(uow, person, "t", read_scope(scope)))
    client, header = flask.test_client(), {"Authorization": f"Bearer {token}", "If-Match": "*"}
    assert client.patch("/api/v1/records/payee/1", json={"name": "Smith & Co"}, headers=header).status_code == 200
    answer = client.patch("/api/v1/records/payee/1", json={"account": "5555"}, headers=header)
    assert answer.status_code == (200 if changed else 422)
    assert changed or answer.get_json()["errors"][0]["code"] == "proof"
    file = io.BytesIO(b"name,account\nX,6666\n")
    brought = client.post("/api/v1/records/payee/import?name=x.csv", data=file, headers=header)
    assert brought.status_code == (202 if changed else 403)
    assert account(world) == ("5555" if changed else "11112222")


def test_no_way_of_saving_leaves_it_out(world: World) -> None:
    open_browser = replace(world.actor("bea"), proven=False)
    row = {"id": 1, "account": "7777", "use": "rent"}
    for values in ({"account": "7777"}, {"account": None}, {"others": [row]}, {"others": [{"account": "7777"}]}):
        with pytest.raises(Invalid, match="show once more who you are"):
            world.app.run(open_browser, lambda uow, values=values: save(uow, "payee", 1, values))  # type: ignore[misc]
    with pytest.raises(Invalid, match="show once more who you are"):
        world.app.run(open_browser, lambda uow: save(uow, "payee", None, {"name": "X", "account": "7777"}))
    same = {"account": "1111 2222", "others": [{"id": 1, "account": "3333", "use": "office"}]}
    saved = world.app.run(open_browser, lambda uow: save(uow, "payee", 1, same))
    assert saved["others"][0]["use"] == "office"  # type: ignore[index]
