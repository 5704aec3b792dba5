"""The door: who comes in, by password and second factor, and the same answer for every way of failing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import cast
from urllib.parse import quote

from flask import Blueprint, Flask, current_app, redirect, render_template, request, session
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response

from engine.access import AUTH, Actor
from engine.app import App
from engine.errors import Conflict, Message, TooMany, Unauthorised
from engine.frozen import frozen
from engine.metadata import USER
from engine.notices import put_letter
from engine.records import fetch, person_named
from engine.storage import Session
from engine.unit_of_work import UnitOfWork
from engine.web.addresses import safe_next, without_slash
from engine.web.frame import bare_shell
from engine.web.limits import Limit, Limits
from engine.web.portals import lead_back
from engine.web.views import SignInPage
from engine.web.visit import begin_visit, visit
from engine.web.words import _

from .confirming import confirm_first, lately
from .looking import seen_by
from .passwords import FULL_COST, LONGEST, SHORTEST, PasswordCost, hash_of, matches, weakness
from .people import Account, account_named, account_of, set_password
from .proving import proven
from .sessions import begin_session, end_session, note, session_now

door = Blueprint("door", __name__)
Answer = str | Response | tuple[str, int]

OPEN = frozenset({"pages.favicon", "pages.logo", "pages.look", "pages.set_language", "pages.set_theme", "pages.issues", "pages.state"})
"""The endpoints beside the door that need nobody to be signed in; issues there are only while a folder is being watched, on loopback."""
UNPROVEN = frozenset({"pages.second_factor", "pages.set_second_factor", "pages.confirm", "pages.send_confirmation", "door.sign_out", *OPEN})
"""The endpoints for somebody who must set up a second factor first."""
PER_NAME = Limit(10, timedelta(minutes=15))
"""How often a password may be guessed for one name, whether or not there is such a person."""
PER_ADDRESS = Limit(100, timedelta(minutes=15))
"""How often one address may try at all."""
LETTERS = Limit(3, timedelta(hours=1))
"""How many letters may be asked for with one name."""
LONGEST_NAME = 120
"""How much of a name is read: what follows would be another name to count guesses for, and the same person."""
HALF = "half"
HALF_SECONDS = 300
"""How long the code of the second factor is waited for."""


@frozen
class Keeping:
    """How the door is kept; `second_factor` says who needs one."""

    demo: SignInPage
    key: bytes
    cost: PasswordCost = FULL_COST
    second_factor: str = ""

    def needs(self, actor: Actor) -> bool:
        """Whether this person may do nothing before they have given a second factor."""
        return self.second_factor == "all" or (self.second_factor == "admin" and actor.administrator)


def open_door(flask: Flask, app: App, keeping: Keeping) -> None:
    """Let people sign in and out, and nobody else see a page."""
    flask.extensions["objectloom_door"] = keeping
    flask.extensions["objectloom_limits"] = Limits(app)
    flask.register_blueprint(door)
    flask.before_request(lambda: _who(app))


def keeping() -> Keeping:
    """How the door of this application is kept."""
    return cast(Keeping, current_app.extensions["objectloom_door"])


def limits() -> Limits:
    """Counts what may not be done too often."""
    return cast(Limits, current_app.extensions["objectloom_limits"])


def _who(app: App) -> Response | None:
    """Begin the visit of whoever is signed in; everybody else is led to the door."""
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception
    if plain := without_slash(request):
        return redirect(plain, 308)
    endpoint = request.endpoint or ""
    if request.blueprint == "public":
        begin_visit()
        return None
    begun = session_now(app)
    own = None if begun is None else _person(app, begun)
    if own is None or begun is None:
        begin_visit()
        if endpoint in OPEN or request.blueprint == "door":
            return None
        raise Unauthorised
    shown, behind = seen_by(app, own)
    begin_visit(replace(shown, proven=lately(app, begun)), behind, begun)
    if begun.strong_at is None and endpoint not in UNPROVEN and keeping().needs(own):
        return redirect("/account/second-factor")
    return confirm_first(own, begun) or lead_back()


def _person(app: App, begun: Session) -> Actor | None:
    try:
        return app.people.actor(begun.person)
    except Unauthorised:
        end_session(app)
        return None


@door.get("/login")
def login() -> Answer:
    """Where one signs in."""
    if visit().session is not None:
        return redirect(safe_next(request.args.get("next", "/")), 303)
    return _door(SignInPage(email=request.args.get("as", ""), next=safe_next(request.args.get("next", "/"))))


@door.post("/login")
def sign_in() -> Answer:
    """Name or address, and password; which of them was wrong is not said, nor found out by the time it takes."""
    app, typed, onward = visit().app, request.form.get("email", "")[:LONGEST_NAME], safe_next(request.args.get("next", "/"))
    page = SignInPage(email=typed, next=onward)
    counted = _counted("sign-in", typed)
    try:
        limits().take(f"sign-in:address:{request.remote_addr}", PER_ADDRESS)
        limits().take(counted, PER_NAME)
    except TooMany as error:
        return _door(replace(page, problem=visit().words(error.message)), 429)
    with app.look(AUTH, snapshot=False) as view:
        account = account_named(view, typed)
    right = matches(account.password if account else "", request.form.get("password", "")[: 2 * LONGEST], keeping().cost)
    if account is None or not right or not account.active:
        note(app, account.id if account else None, "closed" if right else "wrong")
        return _door(replace(page, problem=_("The name or the password is wrong.")), 200)
    if account.second_factor_at is not None:
        session.clear()
        session[HALF] = [account.id, int(app.ground.clock.now().timestamp()), counted]
        return redirect(f"/login/code?next={quote(onward)}", 303)
    return _let_in(app, account, counted, onward, strong=False)


@door.get("/login/code")
def code() -> Answer:
    """Where the second factor is asked for."""
    return _code("") if _half() else redirect("/login", 303)


@door.post("/login/code")
def sign_in_by_code() -> Answer:
    """A code of the authenticator, or a recovery code."""
    app, half = visit().app, _half()
    if half is None:
        return redirect("/login", 303)
    person, counted = half
    try:
        limits().take(f"code:{person}", PER_NAME)
    except TooMany as error:
        return _code(visit().words(error.message)), 429
    account = _proven(app, person, request.form.get("code", "")[:40])
    if account is None:
        note(app, person, "code")
        return _code(_("This code is wrong, or was used before."))
    limits().forget(f"code:{person}")
    return _let_in(app, account, counted, safe_next(request.args.get("next", "/")), strong=True)


@door.post("/logout")
def sign_out() -> Answer:
    """Leave."""
    end_session(visit().app)
    return redirect("/login", 303)


@door.get("/forgotten")
def forgotten() -> Answer:
    """Where one asks for a new password."""
    return _door(SignInPage(), template="forgotten.html")


@door.post("/forgotten")
def ask_for_letter() -> Answer:
    """A letter leaves if there is such a person; what is answered does not tell."""
    app, typed = visit().app, request.form.get("email", "")[:LONGEST_NAME]
    try:
        limits().take(f"letter:address:{request.remote_addr}", PER_ADDRESS)
        limits().take(_counted("letter", typed), LETTERS)
    except TooMany as error:
        return _door(SignInPage(email=typed, problem=visit().words(error.message)), 429, "forgotten.html")
    if typed.strip() and typed.isprintable():
        app.run(AUTH, lambda uow: put_letter(uow.connection, "reset", _meant(uow, typed), uow.now))
    return _door(SignInPage(sent=True), template="forgotten.html")


@door.get("/letter/<kind>/<token>")
def letter(kind: str, token: str) -> Answer:
    """The page behind the link of a letter."""
    account = _reader(kind, token)
    return _door(SignInPage(email=account.login if account else "", gone=account is None), 200 if account else 410, "new_password.html")


@door.post("/letter/<kind>/<token>")
def choose_password(kind: str, token: str) -> Answer:
    """Choose a password; the link is good once, and everybody who was signed in with the old one is not any more."""
    account = _reader(kind, token)
    if account is None:
        return _door(SignInPage(gone=True), 410, "new_password.html")
    problem = wrong_password(account, request.form)
    if problem is not None:
        return _door(SignInPage(email=account.login, problem=visit().words(problem)), 422, "new_password.html")
    hashed = hash_of(request.form["password"], keeping().cost)
    try:
        visit().app.run(AUTH, lambda uow: _follow(uow, account.id, (kind, token), hashed))
    except Conflict:
        return _door(SignInPage(gone=True), 410, "new_password.html")
    return redirect(f"/login?as={account.login}", 303)


def _follow(uow: UnitOfWork, person: int, letter: tuple[str, str], hashed: str) -> None:
    """Take the password that came by a link. Of two at once one waits for the other, and finds the link used: raises Conflict."""
    fetch(uow, USER, person, lock=True)
    if visit().app.letters.reader(uow, *letter) != person:
        raise Conflict(Message("This link was used before."))
    set_password(uow, person, hashed)


def wrong_password(account: Account, form: object) -> Message | None:
    """Why the password that was typed twice cannot be the person's; None when it can."""
    typed = cast("dict[str, str]", form)
    if typed.get("password") != typed.get("again"):
        return Message("The two passwords are not the same.")
    return weakness(typed.get("password", ""), *account.names)


def _meant(uow: UnitOfWork, typed: str) -> int:
    """The person whose name or address was typed; 0 for nobody."""
    found = person_named(uow, typed)
    return found.id if found is not None else 0


def _let_in(app: App, account: Account, counted: str, onward: str, *, strong: bool) -> Response:
    limits().forget(counted)
    begin_session(app, account.id, strong=strong)
    return redirect(onward, 303)


def _proven(app: App, person: int, code: str) -> Account | None:
    try:
        return app.run(AUTH, lambda uow: proven(uow, keeping().key, person, code))
    except Conflict:
        return None


def _reader(kind: str, token: str) -> Account | None:
    app = visit().app
    with app.look(AUTH, snapshot=False) as view:
        person = app.letters.reader(view, kind, token)
        account = None if person is None else account_of(view, person)
    return account if account is not None and account.active else None


def _half() -> tuple[int, str] | None:
    """Who has given their password a moment ago, and under which name that was counted."""
    held = session.get(HALF)
    now = visit().app.ground.clock.now().timestamp()
    return (held[0], held[2]) if isinstance(held, list) and now - held[1] < HALF_SECONDS else None


def _counted(what: str, typed: str) -> str:
    """Under what attempts with this name are counted; the name itself may be a password that was typed into the wrong field."""
    return f"{what}:name:{sha256(keeping().key + typed.strip().lower().encode()).hexdigest()[:32]}"


def _code(problem: str) -> str:
    onward = safe_next(request.args.get("next", "/"))
    return render_template("code.html", page=SignInPage(next=onward, problem=problem), shell=bare_shell())


def _door(page: SignInPage, status: int = 200, template: str = "sign_in.html") -> tuple[str, int]:
    demo = keeping().demo
    shown = replace(page, demo=demo.demo, demo_password=demo.demo_password, shortest=SHORTEST)
    return render_template(template, page=shown, shell=bare_shell(), words=visit().words), status
