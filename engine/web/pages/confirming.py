"""Showing once more who one is, before accounts or bank data are changed."""

from __future__ import annotations

from flask import redirect, render_template, request

from engine.web.accounts import SENT, own_proof, prove
from engine.web.addresses import safe_next
from engine.web.frame import shell
from engine.web.views import ConfirmPage, Crumb
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, pages


@pages.get("/account/confirm")
def confirm() -> Answer:
    """Ask for the password, or for a code where there is a second factor."""
    return _page()


@pages.post("/account/confirm")
def send_confirmation() -> Answer:
    """Go on with what was asked for, if it is the person."""
    if wrong := prove(request.form.get(SENT, "")):
        return _page(wrong), 422
    return redirect(safe_next(request.args.get("next", "/account")), 303)


def _page(problem: str = "") -> str:
    page = ConfirmPage(safe_next(request.args.get("next", "/account")), own_proof(), problem)
    with visit().look() as view:
        return render_template("confirm.html", page=page, shell=shell(view, Crumb(_("Confirm that it is you"))))
