"""The door: Flask-Security with our accounts, our page, and the same answer for every way of failing."""

from __future__ import annotations

import time
from datetime import timedelta

from flask import Flask, current_app, request, session
from flask_security import LoginForm, Security, current_user, logout_user
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response
from wtforms import EmailField
from wtforms.validators import DataRequired

from engine.app import App
from engine.errors import Unauthorised
from engine.web.addresses import safe_next
from engine.web.frame import bare_shell
from engine.web.views import SignInPage
from engine.web.visit import begin_visit
from engine.web.words import _

from .looking import seen_by
from .people import Accounts

OPEN = frozenset(
    {"security.login", "security.logout", "pages.favicon", "pages.set_language", "pages.set_theme", "pages.issues", "pages.state"}
)
"""The endpoints that need nobody to be signed in; issues there are only while a folder is being watched, on loopback."""


LONGEST = timedelta(days=7)
"""How long a session lives at most, however busy it is."""


class SignInForm(LoginForm):
    """Name or address, and password; which of them was wrong is not said."""

    email: EmailField = EmailField(validators=[DataRequired()])

    def validate(self, **more: object) -> bool:
        """Whether somebody may come in; what is typed is looked up as a sign-in name or as an address."""
        self.next.data = safe_next(self.next.data or "/")
        self.ifield = self.email
        self.user = self._accounts().find_user(email=self.email.data or "")
        return bool(super().validate(**more))

    @staticmethod
    def _accounts() -> Accounts:
        found = current_app.extensions["objectloom_accounts"]
        assert isinstance(found, Accounts)
        return found


def open_door(flask: Flask, app: App, demo: SignInPage) -> None:
    """Let people sign in and out, and nobody else see a page; `demo` names accounts that the page offers."""
    accounts = Accounts(app)
    flask.extensions["objectloom_accounts"] = accounts
    flask.config.update(
        SECURITY_PASSWORD_SINGLE_HASH=True,
        SECURITY_LOGIN_USER_TEMPLATE="security/login_user.html",
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_CSRF_COOKIE_NAME=None,
        SECURITY_ANONYMOUS_USER_DISABLED=False,
        SECURITY_AUTO_LOGIN_AFTER_RESET=False,
    )
    Security(flask, accounts, login_form=SignInForm)
    flask.jinja_env.globals.update(sign_in_problem=_problem, demo_accounts=lambda: demo)
    flask.before_request(lambda: _who(app))
    flask.context_processor(_door_shell)


def _door_shell() -> dict[str, object]:
    return {"shell": bare_shell()} if request.endpoint == "security.login" else {}


def _problem(form: SignInForm) -> str:
    return _("The name or the password is wrong.") if form.errors or form.form_errors else ""


def _who(app: App) -> Response | None:
    """Begin the visit of whoever is signed in; everybody else is led to the door."""
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception
    if current_user.is_authenticated and time.time() - session.get("fs_paa", 0) > LONGEST.total_seconds():
        logout_user()
    if current_user.is_authenticated:
        session.permanent = True
        try:
            begin_visit(*seen_by(app, app.people.actor(current_user.id)))
        except Unauthorised:
            begin_visit()
            raise
        return None
    begin_visit()
    if request.endpoint in OPEN:
        return None
    raise Unauthorised
