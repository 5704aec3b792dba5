"""What people try who want to see more than they may, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from engine.web.uploads import clean_name
from tests.copies import Copies, Place
from tests.web.attacked import SECRETS, YAML, Attacked, attacked, everybody
from tests.web.small import PASSWORD
from tests.web.without_script import Person


@pytest.fixture(scope="module")
def copies() -> Iterator[Copies]:
    with Copies(YAML, everybody) as found:
        yield found


@pytest.fixture
def target(copies: Copies, place: Place) -> Iterator[Attacked]:
    with attacked(copies, place) as found:
        yield found


def leaks(*answers: TestResponse) -> list[str]:
    """The secrets that stand in the answers."""
    return [secret for secret in SECRETS for answer in answers if secret in answer.text]


def test_choosing_a_record_one_may_not_see_tells_nothing_of_it(target: Attacked) -> None:
    sue, theirs = target.person("sue"), str(target.theirs)
    live = target.send(sue, "/records/deal/live", subject="x", customer=theirs, amount="99999", _changed="customer")
    saved = target.send(sue, "/records/deal/new", subject="x", customer=theirs, amount="99999")
    begun, nobodys = (sue.client.get(f"/records/deal/new?customer={number}") for number in (theirs, 999))
    asked = {"subject": "x", "amount": 99999}
    api = [target.api("sue", "POST", "/records/deal", json={**asked, "customer": number}) for number in (target.theirs, 999)]
    assert [live.status_code, saved.status_code, begun.status_code, nobodys.status_code] == [200, 422, 404, 404]
    assert leaks(live, saved, begun, *api) == []
    assert api[0].status_code == 422
    assert api[0].json is not None
    assert api[1].json is not None
    assert api[0].json["errors"] == api[1].json["errors"]
    own = target.send(target.person("bob"), "/records/deal/live", subject="x", customer=theirs, _changed="customer")
    assert {"4,711", "top-secret"} <= set(leaks(own))


def test_candidates_do_not_depend_on_a_record_one_may_not_see(target: Attacked) -> None:
    sue = target.person("sue")
    for name, limit in (("Small", 4000), ("Large", 5000)):
        target.world.save("sue", "customer", name=name, limit=limit)
    found = [sue.client.get(f"/records/deal/lookup?path=other&v.customer={number}").json for number in (target.theirs, 999)]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "question", [{"where": "user.customer.limit > 1"}, {"sort": "user.customer.limit"}, {"sort": "user.customer.secret"}]
)
def test_a_hidden_field_of_ones_own_record_cannot_be_asked_by_way_of_oneself(target: Attacked, question: dict[str, str]) -> None:
    answer = target.api("pam", "GET", "/records/customer", query_string=question)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["code"] == "hidden_field"
    page = target.person("pam").open("/records/customer", query_string=question)
    assert "4,711" not in page.text


def test_ones_own_attributes_still_filter(target: Attacked) -> None:
    answer = target.api("pam", "GET", "/records/customer", query_string={"where": "this = user.customer"})
    assert answer.json is not None
    assert [record["id"] for record in answer.json["records"]] == [target.theirs]


@pytest.mark.parametrize("name", ["\x00", "a\nb", 'a"b', "a\\", "{x}", "' OR 1=1", "\u202ebus", "ｓｕｅ", "x" * 5000, "\ud7ff"])
def test_the_door_gives_every_strange_name_the_same_answer(target: Attacked, name: str) -> None:
    person = Person(target.flask)
    person.open("/login")
    person.send("/login", email=name, password=PASSWORD)
    assert person.status == 200
    assert "The name or the password is wrong." in person.page.words


def test_no_address_is_a_server_error(target: Attacked) -> None:
    deal = target.world.save("bob", "deal", subject="d", lines=[{"what": "x"}])["id"]
    bob, huge = target.person("bob"), "9" * 40
    odd = ["\x00", "%00", huge, "-1", "%F0%9F%92%A5", "x" * 5000, "%25", "%ed%a0%80"]
    addresses = [f"/records/deal/{huge}", f"/records/deal/{huge}/edit", f"/inbox/{huge}", f"/records/{'x' * 3000}"]
    addresses += [f"/records/deal?{name}={value}" for name in ("q", "where", "sort", "after", "tab", "c") for value in odd]
    addresses += [f"/records/deal?c=subject:has:{value}" for value in odd] + [f"/records/deal?c=amount:is:{value}" for value in odd]
    addresses += [f"/records/deal/lookup?path={value}&q={value}&v.customer={value}" for value in odd]
    addresses += [f"/records/deal/lookup?path=customer&q={value}" for value in odd]
    addresses += [f"/records/deal/{deal}/why/{value}" for value in ("limit", f"lines.{huge * 150}.what", "lines.1.what", *odd[1:])]
    addresses += [f"/records/deal/new?{name}={value}" for name in ("subject", "customer", "amount", "lines") for value in odd]
    ends = ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z", "0001-01-01")
    addresses += [f"/records/deal/{deal}/past?at={value}" for value in (*odd, *ends)] + [f"/search?q={value}" for value in odd]
    failed = [address[:90] for address in addresses if bob.client.get(address).status_code >= 500]
    assert failed == []


def test_no_form_is_a_server_error(target: Attacked) -> None:
    deal = target.world.save("bob", "deal", subject="d")["id"]
    bob, failed = target.person("bob"), []
    for value in ("\x00", "9" * 40, "9" * 5000, "-1", "x" * 10_000, "\u2028", "💥"):
        for address, name in (
            (f"/records/deal/{deal}/comments", "comment"),
            (f"/records/deal/{deal}/edit", "subject"),
            (f"/records/deal/{deal}/edit", "amount"),
            (f"/records/deal/{deal}/edit", "_version"),
            (f"/records/deal/{deal}/edit", "_then"),
            (f"/records/deal/{deal}/edit", "lines.1.id"),
            (f"/records/deal/{deal}/edit", f"lines.{value}.what"),
            (f"/records/deal/{deal}/edit", "_remove"),
            (f"/records/deal/{deal}/edit", "_choose.subject"),
            (f"/records/deal/{deal}/delete", "_version"),
            (f"/records/deal/{deal}/live", "_changed"),
            (f"/processes/{'9' * 40}", "x"),
            (f"/inbox/{'9' * 40}", "_decision"),
            ("/language", "language"),
            ("/theme", "next"),
        ):
            if address.endswith("delete") and value == "\x00":
                continue
            answer = target.send(bob, address, **{name: value})
            if answer.status_code >= 500:
                failed.append((address, name, value[:10]))
    assert failed == []


def test_text_is_never_markup(target: Attacked) -> None:
    evil = "\"><script>alert(1)</script><img src=x onerror='a'>{{7*7}}"
    deal = int(str(target.world.save("bob", "deal", subject=evil, note=evil, lines=[{"what": evil}])["id"]))
    bob = target.person("bob")
    target.send(bob, f"/records/deal/{deal}/comments", comment=evil)
    target.world.save("bob", "deal", deal, subject=evil + "2")
    for address in ("", "/records/deal", f"/records/deal?q={evil}", f"/records/deal/{deal}", f"/records/deal/{deal}/edit"):
        page = bob.open(address or "/")
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


def test_no_script_stands_in_an_address(target: Attacked) -> None:
    for site in ("javascript:alert(1)", "data:text/html,x", " javascript:x", "vbscript:x"):
        answer = target.api("bob", "POST", "/records/customer", json={"name": "x", "site": site})
        assert answer.status_code == 422


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example", "/a\r\nSet-Cookie: x=y", "https://evil.example"],
)
def test_no_small_change_leads_to_another_site(target: Attacked, address: str) -> None:
    answer = target.send(target.person("sue"), "/language", language="en", next=address)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "x=y" not in str(answer.headers)
    person = Person(target.flask)
    person.open("/login", query_string={"next": address})
    person.send("/login", email="sue", password=PASSWORD)
    assert person.answer.request.host == "localhost"
    assert person.client.get("/account").status_code == 200


def test_a_program_does_not_come_in_by_the_door_of_people(target: Attacked) -> None:
    person = Person(target.flask)
    person.open("/login")
    token = next(value for name, value in person.form("/login").fields if name == "csrf_token")
    headers = {"X-CSRFToken": token, "Accept": "application/json"}
    sent = {"email": "sue", "password": PASSWORD}
    answer = person.client.post("/login?include_auth_token", json=sent, headers=headers)
    assert "text/html" in answer.content_type
    assert "token" not in answer.headers.get("Set-Cookie", "")
    assert person.client.get("/account").status_code == 302


def test_only_a_form_signs_out_and_the_door_is_kept_by_no_cache(target: Attacked) -> None:
    sue = target.person("sue")
    assert sue.client.get("/logout").status_code == 405
    assert sue.open("/account").text
    assert sue.address == "/account"
    assert Person(target.flask).client.get("/login").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("due", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_an_instant_that_no_page_could_show_is_not_taken(target: Attacked, due: str) -> None:
    assert target.api("bob", "POST", "/records/deal", json={"subject": "x", "due": due}).status_code == 422


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("photo\u202egnp.exe", "photo gnp.exe"),
        ("\u2066invoice\u2069.pdf", "invoice .pdf"),
        ("one\r\nSet-Cookie: a=b.txt", "one Set-Cookie  a=b.txt"),
        ("..\\..\\etc/passwd", "passwd"),
        ("line\u2028end\x85.txt", "line end .txt"),
        ("half\ud800.txt", "half .txt"),
        ("合同 \N{EM DASH} é.pdf", "合同 \N{EM DASH} é.pdf"),
        ("\u200f", "file"),
    ],
)
def test_the_name_of_a_file_turns_and_breaks_nothing(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept
