"""The door."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from flask import Flask

from engine.app import open_app
from engine.web import PasswordCost, WebSettings, create_app, hash_of
from tests.applications import World
from tests.web.small import PASSWORD
from tests.web.without_script import Person

At = Callable[..., Person]


def test_nobody_sees_a_page_without_signing_in(flask: Flask) -> None:
    person = Person(flask)
    for address in ("/", "/inbox", "/records/order", "/records/order/1", "/account"):
        person.open(address)
        assert person.address == "/login"


def test_a_person_comes_in_by_name_or_address_and_lands_where_they_wanted(flask: Flask) -> None:
    wanted = "/records/order?where=urgency+%3D+%22high%22&sort=-total"
    for name in ("bea", "bea@example.com", "BEA@example.com "):
        person = Person(flask)
        person.open(wanted)
        assert person.address == "/login"
        person.send("/login", email=name, password=PASSWORD)
        assert person.answer.request.full_path == wanted


def test_who_has_not_said_which_language_they_read_gets_that_of_their_browser(at_browser: At, world: World) -> None:
    leo = at_browser("leo")
    leo.client.delete_cookie("language")
    for own, asked, told in ((None, "zh-CN", "zh-CN"), (None, "en-GB", "en"), ("zh", "en-GB", "zh-CN"), (None, "fr", "en")):
        world.save("system", "user", world.people["leo"], language=own)
        assert f'<html lang="{told}"' in leo.client.get("/", headers={"Accept-Language": asked}).text


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(flask: Flask) -> None:
    answers = []
    for name in ("bea", "nobody"):
        person = Person(flask)
        person.sign_in(name, "wrong")
        assert person.address == "/login"
        answers.append(person.page.words.replace("nobody", "bea"))
    assert answers[0] == answers[1]
    assert "The name or the password is wrong." in answers[0]


def test_a_closed_account_is_out_at_once(at_browser: At, world: World) -> None:
    bea = at_browser("bea")
    world.save("system", "user", world.people["bea"], active=False)
    bea.open("/records/order")
    assert bea.address == "/login"


def test_another_site_is_no_place_to_go_after_signing_in(flask: Flask) -> None:
    person = Person(flask)
    person.open("/login?next=//evil.example/")
    person.send("/login", email="bea", password=PASSWORD)
    assert person.address == "/"


def test_signing_out_ends_the_session(at_browser: At) -> None:
    bea = at_browser("bea")
    bea.open("/")
    bea.send("/logout")
    bea.open("/")
    assert bea.address == "/login"


def test_a_form_without_its_token_is_refused(at_browser: At) -> None:
    bea = at_browser("bea")
    answer = bea.client.post("/records/order/new", data={"subject": "x"})
    assert answer.status_code == 400


def test_headers_keep_everything_foreign_out(at_browser: At) -> None:
    bea = at_browser("bea")
    bea.open("/")
    policy = bea.answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert bea.answer.headers["X-Content-Type-Options"] == "nosniff"
    assert bea.answer.headers["X-Frame-Options"].upper() == "DENY"
    assert bea.answer.headers["Cache-Control"] == "no-store"


def test_before_anything_is_applied_it_says_what_to_do(tmp_path: Path) -> None:
    with closing(open_app(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}")) as app:
        answers = [create_app(app, WebSettings("k" * 40)).test_client().get(address) for address in ("/", "/login", "/static/none")]
    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert "`loom apply`" in answers[0].get_data(as_text=True)


def test_behind_https_cookies_and_pages_stay_there(world: World) -> None:
    flask = create_app(world.app, WebSettings("k" * 40, https=True, hosts=("shop.example",)))
    client = flask.test_client()
    answer = client.get("/login", base_url="https://shop.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert client.get("/login", base_url="https://evil.example").status_code == 400


def test_passwords_of_served_applications_are_dear() -> None:
    assert WebSettings("k" * 40).password_cost == PasswordCost()
    assert hash_of(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
