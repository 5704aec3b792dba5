"""Showing once more who one is: on the page of the confirmation, or in a form whose values ask for it."""

from __future__ import annotations

from dataclasses import replace

from flask import request

from engine.access import AUTH
from engine.errors import Conflict, Forbidden, Message
from engine.storage import Session
from engine.web.visit import visit
from engine.web.words import _

from .confirming import confirmed
from .door import PER_NAME, keeping, limits
from .passwords import matches
from .people import Account, account_of
from .proving import proven

PROOF = "_proof"
"""What a form calls the password or code that goes with it."""


def own_account() -> tuple[Account, Session]:
    """The account and session of this request. Raises Forbidden while an administrator only looks as somebody else."""
    here = visit()
    if here.behind is not None or here.session is None:
        raise Forbidden(Message("You are looking as somebody else; nothing can be changed."))
    with here.app.look(AUTH, snapshot=False) as view:
        found = account_of(view, here.session.person)
    assert found is not None, "a session is somebody's"
    return found, here.session


def prove(typed: str) -> str:
    """Note that it is the person, by password or, where they have a second factor, by a code; else what is wrong. Raises TooMany."""
    own, begun = own_account()
    counted = f"{'code' if own.second_factor_at else 'password'}:{own.id}"
    limits().take(counted, PER_NAME)
    if not _is_it(own, typed):
        return _("This code is wrong, or was used before.") if own.second_factor_at else _("The present password is wrong.")
    limits().forget(counted)
    confirmed(begun)
    here = visit()
    here.actor = replace(here.actor, proven=True)
    return ""


def prove_in_form() -> str:
    """The same with what a form sent for it, if it did; the empty text where nothing is wrong."""
    typed = request.form.get(PROOF, "")
    return prove(typed) if typed else ""


def asked_in_form() -> str:
    """What a form asks for: `code` of who has a second factor, else `password`."""
    own, _begun = own_account()
    return "code" if own.second_factor_at else "password"


def _is_it(own: Account, typed: str) -> bool:
    if own.second_factor_at is None:
        return matches(own.password, typed, keeping().cost)
    try:
        return visit().app.run(AUTH, lambda uow: proven(uow, keeping().key, own.id, typed[:40])) is not None
    except Conflict:
        return False
