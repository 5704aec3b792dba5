"""One's own account: where one is signed in, who tried to be, the password, and the second factor."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine import storage
from engine.access import AUTH
from engine.errors import Forbidden, Message
from engine.notices import put_letter
from engine.records import Row, fetch
from engine.storage import Session, SignIn
from engine.unit_of_work import View
from engine.web.accounts import (
    SHORTEST,
    Account,
    Secret,
    account_of,
    email_of,
    hash_of,
    hashed_codes,
    keeping,
    limits,
    matches,
    new_codes,
    new_seed,
    own_account,
    picture,
    secret_of,
    set_factor,
    set_password,
    step_of,
    strengthen,
    wrong_password,
)
from engine.web.accounts import end_second_factor as switch_off
from engine.web.accounts.door import PER_NAME
from engine.web.frame import shell
from engine.web.language import NAMES, chosen_theme
from engine.web.reporting import subscription_lines
from engine.web.views import AccountPage, Choice, Crumb, InvitedPage, SecondFactorPage, SessionLine
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, pages

BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "MicroMessenger/": "WeChat", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
"""How browsers name themselves; those that also name another one come first."""
SYSTEMS = {"Android": "Android", "iPhone": "iOS", "iPad": "iPadOS", "Windows": "Windows", "Mac OS X": "macOS", "Linux": "Linux"}


@pages.get("/account")
def account() -> Answer:
    """One's own account."""
    return _account_page()


@pages.post("/account/password")
def change_password() -> Answer:
    """Another password, for whoever knows the present one; everybody else who is signed in with it is signed out."""
    own, begun = own_account()
    limits().take(f"password:{own.id}", PER_NAME)
    if not matches(own.password, request.form.get("present", ""), keeping().cost):
        return _account_page(_("The present password is wrong.")), 422
    problem = wrong_password(own, request.form)
    if problem is not None:
        return _account_page(visit().words(problem)), 422
    hashed = hash_of(request.form["password"], keeping().cost)
    visit().app.run(AUTH, lambda uow: set_password(uow, own.id, hashed, begun.key))
    limits().forget(f"password:{own.id}")
    flash(_("Your password was changed, and you are signed out everywhere else."), "good")
    return redirect("/account", 303)


@pages.post("/account/sessions")
def end_sessions() -> Response:
    """Sign out in one other browser, or in all of them."""
    own, begun = own_account()
    wanted = request.form.get("session", "")
    with visit().app.database.write() as connection:
        if wanted:
            theirs = {each.key for each in storage.sessions_of(connection, own.id)}
            storage.end_session(connection, wanted if wanted in theirs else "")
        else:
            storage.end_sessions(connection, own.id, begun.key)
    flash(_("You are signed out there."), "good")
    return redirect("/account", 303)


@pages.get("/account/second-factor")
def second_factor() -> Answer:
    """Set up an authenticator."""
    own, begun = own_account()
    seed = new_seed()
    return _second_factor_page(SecondFactorPage(seed=seed, needed=begun.strong_at is None and keeping().needs(visit().actor)), own)


@pages.post("/account/second-factor")
def set_second_factor() -> Answer:
    """Confirm the authenticator with its first code; the recovery codes are shown once. Everybody who came in without it is signed out."""
    own, begun = own_account()
    if own.second_factor_at is not None and begun.strong_at is None:
        raise Forbidden(Message("Please sign in with your second factor first."))
    limits().take(f"code:{own.id}", PER_NAME)
    now, seed = visit().app.ground.clock.now(), request.form.get("seed", "")[:64]
    step = step_of(_secret(own, seed), request.form.get("code", "")[:40], now, 0)
    if step is None or len(seed) < 32:
        again = SecondFactorPage(seed=seed, problem=_("This code is wrong, or was used before."))
        return _second_factor_page(again, own), 422
    codes = new_codes()
    values = {"seed": seed, "second_factor_at": now, "last_step": step, "recovery": hashed_codes(codes)}
    visit().app.run(AUTH, lambda uow: set_factor(uow, own.id, values, begun.key))
    strengthen(visit().app, begun)
    return _second_factor_page(SecondFactorPage(codes=codes), own)


@pages.post("/account/second-factor/end")
def end_second_factor() -> Answer:
    """Give the second factor up, with the password."""
    own, _begun = own_account()
    limits().take(f"password:{own.id}", PER_NAME)
    if not matches(own.password, request.form.get("present", ""), keeping().cost):
        return _account_page(_("The present password is wrong.")), 422
    visit().app.run(AUTH, lambda uow: switch_off(uow, own.id))
    flash(_("The second factor is switched off."), "good")
    return redirect("/account", 303)


@pages.post("/invite/<int:person>")
def invite(person: int) -> Answer:
    """Send a person a letter with a link to choose a password, or show the link where no letter reaches them; for administrators."""
    here = visit()
    if not here.actor.administrator:
        raise Forbidden(Message("Only administrators may invite people."))
    with here.look() as view:
        found = fetch(view, "user", person)
    if not here.app.letters.leave or not found.get("email"):
        return _invitation(person, found)
    here.run(lambda uow: put_letter(uow.connection, "invite", person, uow.now))
    flash(_("A letter is on its way."), "good")
    return redirect(f"/records/user/{person}", 303)


def _invitation(person: int, found: Row) -> str:
    here = visit()
    with here.look() as view:
        link = here.app.letters.link(view, "invite", person, view.now)
        page = InvitedPage(str(found["name"]), link, f"/records/user/{person}")
        return render_template("invited.html", page=page, shell=shell(view, Crumb(page.name, page.back), Crumb(_("Invitation"))))


def _secret(own: Account, seed: str) -> Secret:
    return secret_of(keeping().key, own.id, seed)


def _second_factor_page(page: SecondFactorPage, own: Account) -> str:
    here = visit()
    secret = _secret(own, page.seed)
    with here.look() as view:
        name = here.words(view.metadata.label) or view.metadata.name
        shown = SecondFactorPage(
            secret=secret.text, picture=picture(secret.address(name, own.login)), seed=page.seed, codes=page.codes,
            needed=page.needed, problem=page.problem,
        )  # fmt: skip
        crumbs = Crumb(_("Your account"), "/account"), Crumb(_("Second factor"))
        return render_template("second_factor.html", page=shown, shell=shell(view, *crumbs))


def _account_page(problem: str = "") -> str:
    here = visit()
    with here.look() as view:
        own = here.actor.row.get("roles") or ()
        roles = tuple(here.words(view.metadata.roles[name].label) for name in own if name in view.metadata.roles)  # type: ignore[attr-defined]
        languages = tuple(Choice(NAMES.get(code, code), value=code) for code in view.metadata.languages)
        sessions, attempts, factor, left = _signed_in(view)
        page = AccountPage(
            here.actor.name, email_of(here.actor), roles, here.language, chosen_theme(), languages,
            sessions, attempts, factor, left, problem, SHORTEST, () if here.behind is not None else subscription_lines(view),
        )  # fmt: skip
        return render_template("account.html", page=page, shell=shell(view, Crumb(_("Your account"))))


def _signed_in(view: View) -> tuple[tuple[SessionLine, ...], tuple[SessionLine, ...], str, str]:
    """Where one is signed in, who tried, since when there is a second factor, how many recovery codes are left: one's own business."""
    here = visit()
    if here.behind is not None or here.session is None:
        return (), (), "", ""
    with here.app.look(AUTH, snapshot=False) as trusted:
        found = account_of(trusted, here.session.person)
    display = here.display(view, {})
    sessions = storage.sessions_of(view.connection, here.session.person)
    lines = tuple(_session_line(each, display.ago(each.seen_at), here.session.key) for each in sessions)
    tried = storage.sign_ins_of(view.connection, here.session.person, limit=10)
    since = found.second_factor_at if found else None
    left = str(len(found.recovery.split())) if found and since else ""
    return lines, tuple(_attempt_line(each, display.ago(each.at)) for each in tried), display.ago(since) if since else "", left


def _session_line(each: Session, when: str, own: str) -> SessionLine:
    here = each.key == own
    return SessionLine(_browser(each.browser), each.address, when, _("this browser") if here else "", "" if here else each.key)


def _attempt_line(each: SignIn, when: str) -> SessionLine:
    results = {"in": _("signed in"), "wrong": _("wrong password"), "code": _("wrong code"), "closed": _("the account is closed")}
    return SessionLine(_browser(each.browser), each.address, when, results.get(each.result, each.result))


def _browser(told: str) -> str:
    """What a browser says of itself, in two words."""
    browser = next((words for mark, words in BROWSERS.items() if mark in told), "")
    system = next((words for mark, words in SYSTEMS.items() if mark in told), "")
    return _("%(browser)s on %(system)s", browser=browser, system=system) if browser and system else browser or _("another program")
