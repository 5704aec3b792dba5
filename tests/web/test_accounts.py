"""Sessions, guesses, second factors, forgotten passwords and invitations, as people meet them."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask

from engine import storage
from engine.access import AUTH
from engine.errors import Invalid
from engine.notices import put_letter
from engine.web import WebSettings, create_app, set_password
from engine.web.accounts import Secret
from tests.applications import World
from tests.copies import Copies, Place
from tests.postbox import Box, box
from tests.web.small import CHEAP, HASH, PASSWORD, come_in, pages_of
from tests.web.without_script import Person

__all__ = ["box"]
At = Callable[..., Person]
NEW = "four words in a row"


def is_in(person: Person) -> bool:
    person.open("/inbox")
    return person.address == "/inbox"


def token_of(person: Person) -> str:
    return next(value for form in person.page.forms for name, value in form.fields if name == "csrf_token")


def test_a_copied_cookie_is_dead_after_signing_out(at_browser: At, flask: Flask) -> None:
    bea, thief = at_browser("bea"), Person(flask)
    bea.open("/")
    cookie = bea.client.get_cookie("session")
    assert cookie is not None
    thief.client.set_cookie("session", cookie.value)
    thief.open("/account")
    assert thief.address == "/account"
    bea.send("/logout")
    thief.open("/account")
    assert thief.address == "/login"


def test_signing_out_everywhere_else_and_in_one_place(at_browser: At) -> None:
    here, there, elsewhere = (at_browser("bea") for _ in range(3))
    leo = at_browser("leo")
    page = here.open("/account")
    forms = [form for form in page.forms if form.action == "/account/sessions" and "session" in form.names]
    assert len(forms) == 2
    here.client.post("/account/sessions", data=dict(forms[0].fields))
    assert {is_in(there), is_in(elsewhere)} == {True, False}
    last = at_browser("bea")
    here.open("/account")
    here.client.post("/account/sessions", data={"csrf_token": token_of(here)})
    assert not is_in(last)
    assert is_in(here)
    assert is_in(leo)


def test_nobody_ends_the_session_of_somebody_else(at_browser: At, world: World) -> None:
    leo, bea = at_browser("leo"), at_browser("bea")
    with world.look("system") as view:
        (theirs,) = storage.sessions_of(view.connection, world.people["leo"])
    bea.open("/account")
    bea.client.post("/account/sessions", data={"session": theirs.key, "csrf_token": token_of(bea)})
    assert is_in(leo)


@pytest.mark.parametrize(
    ("pauses", "late"), [([timedelta(hours=9)], True), ([timedelta(hours=7)] * 3, False), ([timedelta(hours=7)] * 25, True)]
)
def test_a_session_ends_when_it_is_idle_and_after_a_week(at_browser: At, world: World, pauses: list[timedelta], late: bool) -> None:
    bea = at_browser("bea")
    for pause in pauses:
        world.clock.move_to(world.clock.now() + pause)
        bea.open("/inbox")
    assert (bea.address == "/login") == late


def test_a_session_of_a_closed_account_does_not_come_back_with_it(at_browser: At, world: World) -> None:
    bea, leo = at_browser("bea"), at_browser("leo")
    for active in (False, True):
        world.save("system", "user", world.people["bea"], active=active)
    assert not is_in(bea)
    assert is_in(leo)


def test_another_password_ends_all_other_sessions(at_browser: At, flask: Flask) -> None:
    bea, other = at_browser("bea"), at_browser("bea")
    bea.open("/account")
    bea.send("/account/password", present="wrong", password=NEW, again=NEW)
    assert "The present password is wrong." in bea.page.words
    bea.send("/account/password", present=PASSWORD, password=NEW, again="something else")
    assert "The two passwords are not the same." in bea.page.words
    for weak in ("short", "aaaaaaaaaaaa", "1" * 129):
        bea.send("/account/password", present=PASSWORD, password=weak, again=weak)
        assert bea.status == 422
    other.open("/inbox")
    assert other.address == "/inbox"
    bea.send("/account/password", present=PASSWORD, password=NEW, again=NEW)
    assert "Your password was changed" in bea.page.words
    other.open("/inbox")
    assert other.address == "/login"
    fresh = Person(flask)
    fresh.sign_in("bea", NEW)
    assert fresh.address == "/"


@pytest.mark.parametrize("name", ["bea", "nobody at all"])
def test_after_ten_guesses_even_the_right_password_waits(flask: Flask, world: World, name: str) -> None:
    guesser = Person(flask)
    statuses = []
    for _ in range(11):
        guesser.sign_in(name, "wrong")
        statuses.append(guesser.status)
    assert statuses == [200] * 10 + [429]
    guesser.sign_in(name, PASSWORD)
    assert (guesser.status, guesser.address) == (429, "/login")
    world.clock.move_to(world.clock.now() + timedelta(minutes=16))
    guesser.sign_in(name, PASSWORD)
    assert guesser.address == ("/" if name == "bea" else "/login")


def test_a_longer_name_is_no_new_name_to_guess_for(flask: Flask) -> None:
    guesser = Person(flask)
    for turn in range(11):
        guesser.sign_in("bea" + " " * 120 + str(turn), "wrong")
    assert guesser.status == 429


def test_attempts_are_shown_to_whom_they_were_about(flask: Flask, at_browser: At) -> None:
    stranger = Person(flask)
    stranger.sign_in("bea", "wrong")
    words = at_browser("bea").open("/account").words
    assert "wrong password" in words
    assert "signed in" in words
    assert "wrong password" not in at_browser("leo").open("/account").words


def authenticator(person: Person) -> Secret:
    """What a telephone reads from the page."""
    (key,) = re.findall(r"<code>([A-Z2-7]{32})</code>", person.page.text)
    return Secret(base64.b32decode(key))


def now_shown(world: World, secret: Secret, later: int = 0) -> str:
    return secret.code(int(world.clock.now().timestamp()) // 30 + later)


def switched_on(world: World, person: Person) -> tuple[Secret, list[str]]:
    """The second factor set up; the secret, and the recovery codes."""
    person.open("/account/second-factor")
    secret = authenticator(person)
    page = person.send("/account/second-factor", code=now_shown(world, secret))
    codes = re.findall(r"<code>([0-9a-f]{6}-[0-9a-f]{6})</code>", page.text)
    assert len(codes) == 10
    return secret, codes


def test_with_a_second_factor_the_password_alone_is_not_enough(at_browser: At, world: World, flask: Flask) -> None:
    secret, codes = switched_on(world, at_browser("bea"))
    bea = Person(flask)
    bea.sign_in("bea", PASSWORD)
    assert bea.address == "/login/code"
    bea.open("/inbox")
    assert bea.address == "/login"
    bea.sign_in("bea", PASSWORD)
    bea.send("/login/code", code="000000")
    assert "This code is wrong" in bea.page.words
    bea.send("/login/code", code=now_shown(world, secret))
    assert "This code is wrong" in bea.page.words, "it was used to set up, and a code is good once"
    world.clock.move_to(world.clock.now() + timedelta(seconds=30))
    bea.send("/login/code", code=now_shown(world, secret))
    assert bea.address == "/"
    for expected in ("/", "/login/code"):
        again = Person(flask)
        again.sign_in("bea", PASSWORD)
        again.send("/login/code", code=f" {codes[0].upper()} ")
        assert again.address == expected, "a recovery code is good once"


def test_codes_are_not_guessed(at_browser: At, world: World, flask: Flask) -> None:
    secret, _codes = switched_on(world, at_browser("bea"))
    bea = Person(flask)
    bea.sign_in("bea", PASSWORD)
    for _ in range(10):
        bea.send("/login/code", code="123")
    world.clock.move_to(world.clock.now() + timedelta(seconds=60))
    bea.send("/login/code", code=now_shown(world, secret))
    assert bea.status == 429


def test_the_secret_and_the_recovery_codes_stand_nowhere(at_browser: At, world: World) -> None:
    secret, codes = switched_on(world, at_browser("bea"))
    database = Path(str(world.app.database.url).removeprefix("sqlite:///"))
    kept = database.read_bytes() + Path(f"{database}-wal").read_bytes()
    assert not [word for word in (secret.text, *codes) if word.encode() in kept]


def test_giving_the_second_factor_up_needs_the_password(at_browser: At, world: World, flask: Flask) -> None:
    bea = at_browser("bea")
    switched_on(world, bea)
    bea.open("/account")
    bea.send("/account/second-factor/end", present="wrong")
    assert "The present password is wrong." in bea.page.words
    bea.send("/account/second-factor/end", present=PASSWORD)
    fresh = Person(flask)
    fresh.sign_in("bea", PASSWORD)
    assert fresh.address == "/"


def test_a_session_of_before_the_second_factor_does_not_outlive_it(at_browser: At, world: World) -> None:
    thief, bea = at_browser("bea"), at_browser("bea")
    switched_on(world, bea)
    assert not is_in(thief)
    assert is_in(bea)


def test_later_the_second_factor_is_given_up_only_after_a_code(at_browser: At, world: World) -> None:
    bea = at_browser("bea")
    secret, _codes = switched_on(world, bea)
    world.clock.move_to(world.clock.now() + timedelta(minutes=16))
    bea.open("/account")
    off = {"csrf_token": token_of(bea), "present": PASSWORD}
    assert bea.client.post("/account/second-factor/end", data=off).headers["Location"] == "/account/confirm?next=/account"
    bea.client.post("/account/confirm", data={"csrf_token": token_of(bea), "_proof": now_shown(world, secret)})
    assert bea.client.post("/account/second-factor/end", data=off).headers["Location"] == "/account"
    assert "Recovery codes left" not in bea.open("/account").words


def test_who_needs_a_second_factor_does_nothing_without(world: World) -> None:
    flask = create_app(world.app, WebSettings("k" * 40, password_cost=CHEAP, second_factor="admin"))
    number = world.person("ada", email="ada@example.com", roles=["admin"])
    world.app.run(AUTH, lambda uow: set_password(uow, number, HASH))
    ada, bea = Person(flask), Person(flask)
    come_in(bea, world.people["bea"])
    bea.open("/inbox")
    assert bea.address == "/inbox"
    ada.sign_in("ada", PASSWORD)
    for address in ("/", "/records/user", "/account"):
        ada.open(address)
        assert ada.address == "/account/second-factor"
    switched_on(world, ada)
    ada.open("/records/user")
    assert ada.address == "/records/user"


@pytest.fixture
def posted(box: Box, shops: Copies, place: Place) -> Iterator[World]:
    """The shop with a server for its mail."""
    with shops.open(place) as world:
        yield world


def link_in(box: Box) -> str:
    found = re.search(r"http://[^/]+(/letter/\S+)", box.texts()[-1])
    assert found is not None
    return found[1]


def choose(person: Person, link: str, password: str) -> int:
    person.open(link)
    sent = {"csrf_token": token_of(person), "password": password, "again": password}
    return person.client.post(link, data=sent).status_code


@pytest.mark.parametrize("name", ["bea", "BEA@example.com"])
def test_a_forgotten_password_is_chosen_anew_once(posted: World, box: Box, name: str) -> None:
    bea = Person(pages_of(posted.app))
    bea.open("/forgotten")
    bea.send("/forgotten", email=name)
    assert "a letter is on its way" in bea.page.words
    posted.app.jobs.run_due()
    link = link_in(box)
    assert choose(bea, link, "short") == 422
    assert choose(bea, link, NEW) == 303
    bea.sign_in("bea", NEW)
    assert bea.address == "/"
    assert bea.client.get(link).status_code == 410


def test_a_letter_tells_nobody_who_is_there_and_stands_in_no_job(posted: World, box: Box) -> None:
    stranger = Person(pages_of(posted.app))
    answers = []
    for name in ("bea", "BEA@example.com", "nobody", "my secret password", "", "nul\0"):
        stranger.open("/forgotten")
        answers.append(stranger.send("/forgotten", email=name).words)
    assert len(set(answers)) == 1
    posted.app.jobs.run_due()
    assert box.readers() == ["bea@example.com"] * 2
    with posted.look("system") as view:
        jobs = view.connection.exec_driver_sql("SELECT payload FROM loom_job").fetchall()
    typed = ("bea", "BEA", "nobody", "secret", link_in(box).rsplit("/", 1)[1])
    assert [word for word in typed if word in str(jobs)] == []
    assert len(jobs) == 4


def test_letters_end_and_are_not_made_by_others(posted: World, box: Box) -> None:
    flask = pages_of(posted.app)
    posted.app.run(AUTH, lambda uow: put_letter(uow.connection, "reset", posted.people["bea"], uow.now))
    posted.app.jobs.run_due()
    link = link_in(box)
    client = flask.test_client()
    assert client.get(link).status_code == 200
    for wrong in (
        link[:-2],
        link.replace("reset", "invite"),
        link.replace("reset", "other"),
        "/letter/reset/" + "A" * 80,
        "/letter/reset/x",
    ):
        assert client.get(wrong).status_code == 410, wrong
    posted.clock.move_to(posted.clock.now() + timedelta(minutes=61))
    assert client.get(link).status_code == 410


def test_who_is_invited_chooses_a_password_once(posted: World, box: Box) -> None:
    flask = pages_of(posted.app)
    posted.person("ivy", email="ivy@example.com", roles=["buyer"], language="zh")
    posted.app.run(AUTH, lambda uow: put_letter(uow.connection, "invite", posted.people["ivy"], uow.now))
    posted.app.jobs.run_due()
    assert "七天" in box.texts()[0]
    link = link_in(box)
    ivy = Person(flask)
    assert choose(ivy, link, NEW) == 303
    ivy.sign_in("ivy", NEW)
    assert ivy.address == "/"
    assert flask.test_client().get(link).status_code == 410
    posted.person("max", email="max@example.com")
    posted.app.run(AUTH, lambda uow: put_letter(uow.connection, "invite", posted.people["max"], uow.now))
    posted.app.jobs.run_due()
    late = link_in(box)
    posted.save("system", "user", posted.people["max"], active=False)
    assert flask.test_client().get(late).status_code == 410


def test_a_link_ends_with_the_address_that_it_was_sent_to(posted: World, box: Box) -> None:
    """An invitation that went astray is worth nothing once the address is put right."""
    ivy = posted.person("ivy", email="ivi@example.com", roles=["buyer"])
    client = pages_of(posted.app).test_client()
    links = []
    for kind in ("invite", "reset"):
        posted.app.run(AUTH, lambda uow, kind=kind: put_letter(uow.connection, kind, ivy, uow.now))  # type: ignore[misc]
        posted.app.jobs.run_due()
        links.append(link_in(box))
    assert [client.get(link).status_code for link in links] == [200, 200]
    posted.save("system", "user", ivy, email="ivy@example.com")
    assert [client.get(link).status_code for link in links] == [410, 410]


@pytest.mark.parametrize(
    "body", [b"[" * 2000, b"[%d, 4e9]" % 10**30, b"[-1, 4e9]", b"[true, 4e9]", b"[1, 4e99]", b"[1, NaN]", b"[1]", b"\xff"]
)
def test_what_nobody_sealed_is_no_link(flask: Flask, body: bytes) -> None:
    token = base64.urlsafe_b64encode(b"x" * 32 + body).decode().rstrip("=")
    assert flask.test_client().get(f"/letter/invite/{token}").status_code == 410


def test_of_two_who_follow_a_link_at_once_one_is_let_in(shops: Copies, place: Place) -> None:
    with shops.open(place) as world:
        flask, number = pages_of(world.app), world.person("ivy", email="ivy@example.com", roles=["buyer"])
        with world.app.look(AUTH) as view:
            link = world.app.letters.link(view, "invite", number, view.now).removeprefix(world.app.letters.address)
        two, together = [Person(flask), Person(flask)], Barrier(2)
        for person in two:
            person.open(link)

        def follow(person: Person) -> int:
            sent = {"csrf_token": token_of(person), "password": NEW, "again": NEW}
            together.wait()
            return person.client.post(link, data=sent).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(follow, two)) == [303, 410]


def test_nobody_has_anothers_address_by_writing_it_otherwise(world: World, flask: Flask) -> None:
    for address in ("Bea@Example.COM", "ｂea@example.com"):
        with pytest.raises(Invalid, match="already a record"):
            world.person("mallory", email=address)
    world.person("bea@example.com", roles=["guest"])
    bea = Person(flask)
    bea.sign_in("BEA@example.com", PASSWORD)
    assert bea.address == "/"


def test_an_administrator_invites_from_the_page_of_a_person(posted: World, box: Box) -> None:
    flask = pages_of(posted.app)
    ada, bea = Person(flask), Person(flask)
    come_in(ada, posted.person("ada", roles=["admin"]))
    come_in(bea, posted.people["bea"])
    ivy = posted.person("ivy", email="ivy@example.com", roles=["buyer"])
    ada.open(f"/records/user/{ivy}")
    ada.send(f"/invite/{ivy}")
    assert "A letter is on its way." in ada.page.words
    bea.open("/account")
    assert bea.client.post(f"/invite/{ivy}", data={"csrf_token": token_of(bea)}).status_code == 403
    posted.app.jobs.run_due()
    assert box.subjects() == ["You are invited to Shop / 邀请您使用 商店"], "in each language of the application, until one is chosen"
    assert choose(Person(flask), link_in(box), NEW) == 303


def test_who_is_called_like_anothers_address_is_invited_themselves(posted: World, box: Box) -> None:
    ada = Person(pages_of(posted.app))
    come_in(ada, posted.person("ada", roles=["admin"]))
    max_ = posted.person("bea@example.com", email="max@example.com", roles=["guest"])
    ada.open(f"/records/user/{max_}")
    ada.send(f"/invite/{max_}")
    posted.app.jobs.run_due()
    assert box.readers() == ["max@example.com"]


def test_without_mail_the_administrator_hands_the_invitation_on(at_browser: At, world: World, flask: Flask) -> None:
    """Nothing pretends that a letter is on its way: the page shows its link, which is good once."""
    number = world.person("ida", email="ida@example.com")
    world.person("ada", roles=["admin"])
    ada = at_browser("ada")
    ada.open(f"/records/user/{number}")
    page = ada.send(f"/invite/{number}")
    (link,) = set(re.findall(r"/letter/invite/[\w-]+", page.text))
    assert "on its way" not in page.words
    ida = Person(flask)
    ida.open(link)
    assert ida.status == 200
    ida.client.post(link, data={"csrf_token": token_of(ida), "password": NEW, "again": NEW})
    ida.open(link)
    assert ida.status == 410
    bea = at_browser("bea")
    bea.open("/account")
    assert bea.client.post(f"/invite/{number}", data={"csrf_token": token_of(bea)}).status_code == 403


def test_accounts_are_changed_only_by_who_shows_again_who_they_are(at_browser: At, world: World) -> None:
    """After a quarter of an hour a stolen session invites nobody, gives no role and sets up no factor; reading and working go on."""
    number = world.person("root", roles=["admin"])
    world.app.run(AUTH, lambda uow: set_password(uow, number, HASH))
    root, person = at_browser("root"), world.people["bea"]
    root.open(f"/records/user/{person}/edit")
    assert root.address == f"/records/user/{person}/edit"
    world.clock.move_to(world.clock.now() + timedelta(minutes=16))
    for path in (f"/records/user/{person}/edit", "/records/user/new", "/account/second-factor"):
        assert root.client.get(path).headers["Location"] == f"/account/confirm?next={path}"
    token = token_of(root)
    for path in (f"/records/user/{person}/edit", "/records/user/bulk", f"/invite/{person}", f"/look-as/{person}"):
        assert "/account/confirm" in root.client.post(path, data={"csrf_token": token, "roles": "admin"}).headers["Location"]
    root.open(f"/records/user/{person}")
    assert root.address == f"/records/user/{person}"
    wrong = root.client.post("/account/confirm?next=//evil.example", data={"csrf_token": token, "_proof": "wrong"})
    assert wrong.status_code == 422
    right = root.client.post(f"/account/confirm?next=/records/user/{person}/edit", data={"csrf_token": token, "_proof": PASSWORD})
    assert right.headers["Location"] == f"/records/user/{person}/edit"
    assert root.client.get(f"/records/user/{person}/edit").status_code == 200
    thief = at_browser("root")
    cookie = root.client.get_cookie("session")
    assert cookie is not None
    world.clock.move_to(world.clock.now() + timedelta(minutes=16))
    thief.client.set_cookie("session", cookie.value)
    assert "/account/confirm" in thief.client.get("/records/user/new").headers["Location"]


def test_with_a_second_factor_a_code_confirms_and_the_password_does_not(at_browser: At, world: World) -> None:
    bea = at_browser("bea")
    secret, _codes = switched_on(world, bea)
    world.clock.move_to(world.clock.now() + timedelta(minutes=16))
    bea.open("/account/second-factor")
    assert bea.address.startswith("/account/confirm")
    token = token_of(bea)
    for proof, status in ((PASSWORD, 422), (now_shown(world, secret), 303), (now_shown(world, secret), 422)):
        assert bea.client.post("/account/confirm", data={"csrf_token": token, "_proof": proof}).status_code == status


def test_what_concerns_only_oneself_needs_no_confirmation(at_browser: At, world: World) -> None:
    bea = at_browser("bea")
    world.clock.move_to(world.clock.now() + timedelta(minutes=16))
    assert bea.client.get(f"/records/user/{world.people['bea']}/edit").status_code == 200
