"""Showing once more who one is: on the page of the confirmation, or in a form whose values ask for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask import request

from engine.access import AUTH
from engine.errors import Conflict, Forbidden, Invalid, Message, Problem
from engine.metadata import Field, needs_proof
from engine.records import PROOF
from engine.storage import Session
from engine.web.visit import visit
from engine.web.words import _

from .confirming import confirmed
from .door import PER_NAME, keeping, limits
from .passwords import matches
from .people import Account, account_of
from .proving import proven

SENT = "_proof"
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


def prove_in_form() -> None:
    """The same with what a form sent for it, if it did. Raises Invalid where it is wrong, TooMany."""
    typed = request.form.get(SENT, "")
    if typed and (wrong := prove(typed)):
        raise Invalid((Problem("", PROOF, Message(wrong)),))


def asked_for(problems: Iterable[Problem]) -> str:
    """What a form asks for because of what is wrong with it; the empty text where nothing is wanted."""
    return own_proof() if any(problem.code == PROOF for problem in problems) else ""


def asked_before(*fields: Field) -> str:
    """What is asked for together with values of these fields, where it is known before that it will be wanted; else the empty text."""
    cells = (cell for field in fields if field.table is not None for cell in field.table.fields.values())
    return own_proof() if not visit().actor.proven and any(map(needs_proof, (*fields, *cells))) else ""


def own_proof() -> str:
    """What shows who somebody is: a `code` where they have a second factor, else the `password`."""
    own, _begun = own_account()
    return "code" if own.second_factor_at else "password"


def _is_it(own: Account, typed: str) -> bool:
    if own.second_factor_at is None:
        return matches(own.password, typed, keeping().cost)
    try:
        return visit().app.run(AUTH, lambda uow: proven(uow, keeping().key, own.id, typed[:40])) is not None
    except Conflict:
        return False
