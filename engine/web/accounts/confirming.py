"""Before accounts or bank data are changed, whoever sits there shows once more that they are the person (ASVS 2.2.4, 3.7.1).

A browser that was left open, or a session that was stolen, then gives nobody a role, an address to send passwords to, another factor, or
an account to pay to. Where bank data stands in a form, the form asks (`again`); files of them are brought in after a confirmation.
Signing in counts for a while; so does a password, or a code where the person has a second factor, that was given again.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from flask import redirect, request, session
from werkzeug.wrappers import Response

from engine.access import Actor
from engine.app import App
from engine.metadata import ACCOUNTS, USER, holds_guarded
from engine.storage import Session
from engine.web.addresses import asked_for
from engine.web.visit import visit

WITHIN = timedelta(minutes=15)
"""How long a sign-in or a confirmation counts."""
KEY = "confirmed"
HARMLESS = frozenset(
    f"pages.{name}"
    for name in ("comment", "draft", "follow_record", "live", "save_view", "delete_view", "list_records", "record", "lookup")
)
"""What is done with a person's record without changing their account."""
ALWAYS = frozenset({"pages.invite", "pages.begin", "pages.second_factor", "pages.set_second_factor", "pages.end_second_factor"})
BROUGHT = frozenset({"pages.upload_form", "pages.upload"})
FORMS = frozenset(
    {
        "pages.new_record",
        "pages.edit_record",
        "pages.upload_form",
        "pages.merging",
        "pages.ask_delete",
        "pages.ask_action",
        "pages.ask_row_action",
    }
)


def confirm_first(own: Actor, begun: Session) -> Response | None:
    """The way to the confirmation, if this request changes accounts (or brings in bank data) and nobody has confirmed lately."""
    asked = (_changes_accounts(own) or _brings_bank_data()) and not lately(visit().app, begun)
    return redirect(f"/account/confirm?next={quote(_onward())}", 303) if asked else None


def confirmed(begun: Session) -> None:
    """The person of this session has shown who they are."""
    session[KEY] = [begun.key, visit().app.ground.clock.now().timestamp()]


def _changes_accounts(own: Actor) -> bool:
    endpoint, about = request.endpoint or "", request.view_args or {}
    if endpoint in ALWAYS:
        return True
    name, harmless = about.get("name"), endpoint in HARMLESS
    if name not in ACCOUNTS or harmless or (name == USER and about.get("number") == own.id and not own.administrator):
        return False
    return request.method == "POST" or endpoint in FORMS


def _brings_bank_data() -> bool:
    entity = visit().app.metadata.entities.get(str((request.view_args or {}).get("name")))
    return request.endpoint in BROUGHT and entity is not None and holds_guarded(entity)


def lately(app: App, begun: Session) -> bool:
    """Whether the person of a session has signed in, or shown who they are, a short time ago."""
    now, kept = app.ground.clock.now(), session.get(KEY)
    if now - begun.begun_at <= WITHIN:
        return True
    return isinstance(kept, list) and kept[0] == begun.key and 0 <= now.timestamp() - kept[1] <= WITHIN.total_seconds()


def _onward() -> str:
    """Where to go on afterwards: the page asked for; from what was sent, back to the record or list that it was about."""
    if request.method == "GET":
        return asked_for(request)
    if "second-factor" in request.path:
        return "/account" if request.endpoint == "pages.end_second_factor" else request.path
    about = request.view_args or {}
    name, number = about.get("name", USER), about.get("number") or about.get("person")
    return f"/records/{name}/{number}" if number else f"/records/{name}"
