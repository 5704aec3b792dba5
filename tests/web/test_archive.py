"""The archive on pages and over HTTP: a switch on the list, a word on the record, and the way back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import pytest

from engine import records
from engine.access import AUTH
from engine.web.api import create_token, make_api
from tests.applications import World, opened
from tests.records.later import days_later
from tests.web.small import at_pages, pages_of
from tests.web.without_script import Person

YAML = """
    app: office
    label: {en: Office, zh: 办公}
    languages: [en, zh]
    timezone: Asia/Shanghai
    roles: {clerk: {label: {en: Clerk, zh: 文员}}, helper: {label: {en: Helper, zh: 助理}}}
    menu: [{module: office, label: {en: Office, zh: 办公}, items: [deal, note]}]
    ---
    entity: deal
    label: {en: Deal, zh: 合同}
    plural: {en: Deals, zh: 合同}
    title: name
    fields:
      name: {type: text, required: true, label: {en: Name, zh: 名称}}
      value: {type: integer, label: {en: Value, zh: 数值}}
      signed_on: {type: date, label: {en: Signed on, zh: 签订日期}}
    retention: {after: 2 years, since: signed_on, do: archive}
    access:
      clerk: {read: true, create: true, update: true, delete: true, export: true}
      helper: {read: true, update: true}
    ---
    list: deal
    columns: [name, value, signed_on]
    sort: name
    search: [name]
    edit: [value]
    ---
    lifecycle: deal
    for: deal
    states: {open: {label: {en: Open, zh: 进行中}}, won: {label: {en: Won, zh: 成交}}}
    actions: {win: {label: {en: Win, zh: 成交}, from: open, to: won, who: 'role:clerk'}}
    ---
    entity: note
    label: {en: Note, zh: 备注}
    plural: {en: Notes, zh: 备注}
    title: words
    fields:
      words: {type: text, required: true, label: {en: Words, zh: 内容}}
      deal: {type: link, to: deal, inverse: notes, label: {en: Deal, zh: 合同}}
    access: {clerk: {read: true, create: true, update: true}}
    ---
    page: deal
    panels: [{fields: [name, value, signed_on]}]
    ---
    report: notes
    label: {en: Notes of a deal, zh: 合同备注}
    from: note
    parameters: {which: {type: link, to: deal, label: {en: Deal, zh: 合同}}}
    where: which = null OR deal = which
    rows: [words]
    values: {n: COUNT(rows)}
"""
At = Callable[..., Person]


@pytest.fixture
def office(database_url: str) -> Iterator[World]:
    """Two deals, of which Old is archived by now."""
    with opened(YAML, database_url) as world:
        for name, role in (("cle", "clerk"), ("hal", "helper")):
            world.person(name, roles=[role])
        world.save("cle", "deal", name="Old", value=3, signed_on="2026-03-02")
        world.save("cle", "deal", name="Young", value=4, signed_on="2027-03-02")
        world.save("cle", "note", words="About the old one", deal=1)
        days_later(world, 731)
        yield world


@pytest.fixture
def at(office: World) -> At:
    return at_pages(pages_of(office.app), office)


def test_the_list_leaves_it_out_and_a_switch_shows_it(office: World, at: At) -> None:
    cle = at("cle")
    page = cle.open("/records/deal")
    assert "Young" in page.words
    assert "Old" not in page.words
    assert "1 record" in page.words
    [switch] = [link for link in page.links if "archived=true" in link and "/export" not in link and "sort" not in link]
    page = cle.open(switch)
    assert "Old" in page.words
    assert "Young" not in page.words
    assert "These records are archived." in page.words
    assert "archived=true" in next(link for link in page.links if "/export" in link)
    with cle.client.get(next(link for link in page.links if "/export" in link and "as=csv" in link)) as file:
        assert "Old" in file.get_data(as_text=True)
    assert "Young" in cle.open("/records/deal?archived=all").words
    assert "Old" not in cle.open("/search?q=Old").words.split("results", 1)[-1]
    cle.open("/records/deal?archived=true")
    cle.send("/views", name="Archive")
    assert "Old" in cle.open(next(link for link in cle.page.links if link.startswith("/records/deal?view="))).words
    assert "archived" not in cle.open("/records/note").text, "where there is no archive there is no switch"


def test_its_page_says_why_and_offers_only_the_way_back(office: World, at: At) -> None:
    hal, cle = at("hal"), at("cle")
    page = hal.open("/records/deal/1")
    assert "Archived on 2 Mar 2028 because" in page.words
    assert "it is older than 2 years, counted from “Signed on”." in page.words
    assert not [form for form in page.forms if "take-back" in form.action or "/actions/" in form.action]
    assert not [link for link in page.links if link.endswith(("/edit", "/delete", "/merge"))]
    assert _post(hal, "/records/deal/1/take-back") == 403
    assert "/records/deal/1" in cle.open("/records/note/1").links
    assert "Old" in cle.page.words
    cle.open("/records/deal/1/edit")
    assert "archive" in cle.page.words
    cle.open("/records/deal/1")
    cle.send("/take-back")
    assert "Taken back from the archive." in cle.page.words
    assert "took the record back from the archive" in cle.page.words
    assert "Old" in cle.open("/records/deal").words
    cle.open("/records/deal/1")
    cle.send("/archive")
    assert "by Cle." in cle.page.words
    assert "archived the record" in cle.page.words
    assert "The record is archived" not in cle.page.words
    _post(cle, "/records/deal/1/take-back", _version="1")
    assert records_of(office) == ([1], [2]), "whoever has seen another version is told so first"


def _post(person: Person, address: str, **typed: str) -> int:
    """What becomes of a form that the page does not offer."""
    token = next(value for form in person.page.forms for name, value in form.fields if name == "csrf_token")
    return person.client.post(address, data={"csrf_token": token, **typed}, follow_redirects=True).status_code


def records_of(office: World) -> tuple[list[int], list[int]]:
    return office.find("cle", "deal", archived=True), office.find("cle", "deal")


def test_ticked_records_go_into_the_archive_and_come_back(office: World, at: At) -> None:
    cle, hal = at("cle"), at("hal")
    cle.open("/records/deal")
    key = cle.page.text.split('name="id" value="', 1)[1].split('"', 1)[0]
    cle.send("/bulk", ("do", "+archive"), id=[key])
    assert records_of(office) == ([2, 1], [])
    page = cle.open("/records/deal?archived=true")
    assert {value for name, value in cle.form("/bulk").buttons if name == "do"} == {"-archive", "export"}
    keys = [part.split('"', 1)[0] for part in page.text.split('name="id" value="')[1:]]
    went = cle.client.post("/records/deal/bulk", data={**dict(cle.form("/bulk").fields), "do": "export", "id": keys})
    assert "archived=all" in went.location
    cle.send("/bulk", ("do", "-archive"), id=keys)
    assert records_of(office) == ([], [2, 1])
    assert "Nothing is archived" in cle.open("/records/deal?archived=true").words
    assert "+archive" not in hal.open("/records/deal").text


def test_links_do_not_offer_it(office: World, at: At) -> None:
    cle = at("cle")
    field = cle.open("/records/note/new").text.split('id="f-deal"')[1].split("</select>")[0]
    assert "Young" in field
    assert "Old" not in field
    cle.open("/records/note/1/edit")
    cle.send("/edit", words="Still about it")
    with office.look("cle") as view:
        assert records.fetch(view, "note", 1)["deal"] == 1


def test_pages_are_translated(office: World, at: At) -> None:
    cle = at("cle", "zh")
    page = cle.open("/records/deal/1")
    assert "归档" in page.words
    assert "超过2年" in page.words
    page = cle.open("/records/deal?archived=true")
    assert "已归档" in page.words
    assert "archive" not in page.words.lower()


def test_programs_ask_for_it_and_take_it_back(office: World) -> None:
    tokens = {name: office.app.run(AUTH, partial(create_token, user=number, name="t")) for name, number in office.people.items()}
    client = make_api(office.app).test_client()

    def call(method: str, path: str, who: str = "cle", **more: str) -> tuple[int, dict[str, object]]:
        headers = {"Authorization": f"Bearer {tokens[who]}", **{name.replace("_", "-"): value for name, value in more.items()}}
        answer = client.open(f"/api/v1{path}", method=method, headers=headers, json=None if method == "GET" else {})
        return answer.status_code, answer.get_json()

    def names(query: str) -> list[object]:
        status, found = call("GET", f"/records/deal?sort=name&{query}")
        assert status == 200
        return [record["name"] for record in found["records"]]  # type: ignore[attr-defined]

    assert [names(query) for query in ("", "archived=true", "archived=all", "where=archived_at%20%3C%3E%20null")] == [
        ["Young"],
        ["Old"],
        ["Old", "Young"],
        ["Old"],
    ]
    assert call("GET", "/records/deal/groups?archived=all")[1]["records"] == 2
    assert call("GET", "/records/deal/groups")[1]["records"] == 1
    found = [call("GET", f"/search?q=Old{query}")[1]["results"] for query in ("", "&archived=true", "&archived=all")]
    titles = [[hit["records"][0]["title"] for hit in hits] for hits in found]  # type: ignore[attr-defined]
    assert titles == [["About the old one"], ["Old"], ["Old", "About the old one"]]
    assert call("GET", "/records/deal?archived=perhaps")[0] == 422
    assert call("GET", "/records/note?archived=true")[0] == 422
    status, read = call("GET", "/records/deal/1")
    assert (status, bool(read["archived_at"])) == (200, True)
    for method, path in (("PATCH", ""), ("DELETE", ""), ("POST", "/actions/win"), ("POST", "/archive")):
        status, problem = call(method, f"/records/deal/1{path}", If_Match="*")
        assert status == 409, path
        assert "archive" in json.dumps(problem), path
    assert call("POST", "/records/deal/1/take_back")[0] == 428
    assert call("POST", "/records/deal/1/take_back", "hal", If_Match="*")[0] == 403
    assert call("POST", "/records/deal/1/take_back", If_Match='"1"')[0] in (409, 412)
    status, back = call("POST", "/records/deal/1/take_back", If_Match='"2"')
    assert (status, back["archived_at"], back["version"]) == (200, None, 3)
    assert call("POST", "/records/note/1/archive", If_Match="*")[0] == 404
    document = json.dumps(call("GET", "/openapi.json")[1]["paths"])
    assert '"/records/deal/{id}/take_back"' in document
    assert '"/records/note/{id}/take_back"' not in document
    assert document.count("false leaves archived records out") == 4, "the list, its groups, its files, and the search"
    assert call("GET", "/search?q=Old&archived=perhaps")[0] == 422
    then = "as_of=2026-03-02T02:00:00Z"
    assert [call("GET", f"/records/deal?{then}{more}")[0] for more in ("", "&archived=all", "&archived=true", "&archived=false")] == [
        200,
        200,
        422,
        422,
    ]


def test_programs_archive_many_at_once(office: World) -> None:
    for name in ("Third", "Fourth"):
        office.save("cle", "deal", name=name)
    tokens = {name: office.app.run(AUTH, partial(create_token, user=number, name="t")) for name, number in office.people.items()}
    client = make_api(office.app).test_client()

    def bulk(*items: Mapping[str, object], who: str = "cle", entity: str = "deal", mode: str = "each") -> tuple[int, dict[str, object]]:
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        answer = client.post(f"/api/v1/records/{entity}/bulk", headers=headers, json={"mode": mode, "items": list(items)})
        return answer.status_code, answer.get_json()

    away = [{"do": "archive", "id": number, "version": version} for number, version in ((1, 2), (2, 1), (3, 9))]
    told = bulk(*away, {"do": "take_back", "id": 4})[1]
    assert [result["status"] for result in told["results"]] == [409, 200, 412, 409]  # type: ignore[attr-defined]
    assert told["results"][1]["record"]["archived_at"]  # type: ignore[index]
    assert [office.find("cle", "deal", archived=away) for away in (True, False)] == [[2, 1], [4, 3]]
    assert bulk({"do": "archive", "id": 3}, {"do": "archive", "id": 1}, mode="all")[0] == 409
    assert office.find("cle", "deal", archived=True) == [2, 1], "all or none"
    assert bulk(*({"do": "take_back", "id": number} for number in (1, 2)), mode="all")[0] == 200
    assert office.find("cle", "deal", archived=True) == []
    denied = bulk({"do": "archive", "id": 3}, who="hal")[1]
    assert [result["status"] for result in denied["results"]] == [403]  # type: ignore[attr-defined]
    status, problem = bulk({"do": "archive", "id": 1}, entity="note")
    assert (status, "create, change, delete or an action" in json.dumps(problem)) == (422, True)
    assert "create, change, delete, archive, take_back or an action" in json.dumps(bulk({"do": "file", "id": 1})[1])


def test_a_report_is_asked_about_what_it_counts(at: At) -> None:
    """Its parameters offer archived records too, after the others and marked; choosers of links leave them out."""
    page = at("cle").open("/reports/notes")
    offered = [each.split("</option>")[0].rpartition(">")[2] for each in page.text.split("<option")[1:]]
    assert offered[-2:] == ["Young", "Old · Archived"]
    assert "About the old one" in at("cle").open("/reports/notes?which=1").words
    assert "About the old one" not in at("cle").open("/reports/notes?which=2").words
    assert "Old" not in at("cle").open("/records/note/new").words
