"""Showing once more who one is, before accounts are changed."""

from __future__ import annotations

from flask import redirect, render_template, request

from engine.access import AUTH
from engine.errors import Conflict
from engine.web.accounts import Account, confirmed, keeping, limits, matches, proven
from engine.web.accounts.door import PER_NAME
from engine.web.addresses import safe_next
from engine.web.frame import shell
from engine.web.views import ConfirmPage, Crumb
from engine.web.visit import visit
from engine.web.words import _

from .account import own_account
from .blueprint import Answer, pages


@pages.get("/account/confirm")
def confirm() -> Answer:
    """Ask for the password, or for a code where there is a second factor."""
    own, _begun = own_account()
    return _page(own)


@pages.post("/account/confirm")
def send_confirmation() -> Answer:
    """Go on with what was asked for, if it is the person."""
    own, begun = own_account()
    counted = f"{'code' if own.second_factor_at else 'password'}:{own.id}"
    limits().take(counted, PER_NAME)
    if not _is_it(own, request.form.get("proof", "")):
        wrong = _("This code is wrong, or was used before.") if own.second_factor_at else _("The present password is wrong.")
        return _page(own, wrong), 422
    limits().forget(counted)
    confirmed(begun)
    return redirect(safe_next(request.args.get("next", "/account")), 303)


def _is_it(own: Account, typed: str) -> bool:
    if own.second_factor_at is None:
        return matches(own.password, typed, keeping().cost)
    try:
        return visit().app.run(AUTH, lambda uow: proven(uow, keeping().key, own.id, typed[:40])) is not None
    except Conflict:
        return False


def _page(own: Account, problem: str = "") -> str:
    page = ConfirmPage(safe_next(request.args.get("next", "/account")), own.second_factor_at is not None, problem)
    with visit().look() as view:
        return render_template("confirm.html", page=page, shell=shell(view, Crumb(_("Confirm that it is you"))))
