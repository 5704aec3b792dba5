"""The addresses of public forms: opening one, sending it, going on another time, and what the page asks while one types."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, jsonify, redirect, render_template, request, session
from werkzeug.wrappers import Response

from engine.errors import Conflict, Invalid, Problem, Refusal, TooMany
from engine.forms import public_layout
from engine.web.composing import Typed
from engine.web.frame import bare_shell
from engine.web.views import PublicMessage
from engine.web.visit import visit
from engine.web.words import _

from .answering import RECEIPT, TRAP, keep_for_later, save_answer, was_sent
from .asking import LATER, Asking, asking_again, asking_for, form_named
from .counting import count_attempt, count_typing
from .files import sent_texts
from .found import candidates_for
from .showing import message, page_of

public = Blueprint("public", __name__, url_prefix="/public")
Answer = str | Response | tuple[str, int]
ADDING = ("_add", "_remove", "_scan")


@public.get("/<name>", defaults={"token": ""})
@public.get("/<name>/for/<token>")
def open_form(name: str, token: str) -> Answer:
    """The form, empty or as the record is."""
    return _show(asking_for(name, token), Typed())


@public.get("/<name>/later/<secret>")
def go_on(name: str, secret: str) -> Answer:
    """The form as somebody left it."""
    count_attempt(name)
    asking = asking_again(name, secret)
    assert asking.begun is not None
    return _show(asking, Typed(dict(asking.begun.texts)))


@public.post("/<name>", defaults={"token": ""})
@public.post("/<name>/for/<token>")
def send_form(name: str, token: str) -> Answer:
    """Take an answer, or show again what was typed with what is wrong."""
    asking = asking_for(name, token)
    if request.form.get(TRAP) or was_sent():
        return redirect(f"/public/{name}/done", 303)  # who fills in what nobody sees, or sends twice: nothing is written
    typed = Typed({each: list(values) for each, values in request.form.lists()})
    try:
        count_attempt(name)
        with visit().look() as view:
            layout = public_layout(asking.entity(view), asking.form)
        typed = Typed(sent_texts(layout, asking.waiting))
        if any(part in request.form for part in ADDING):
            return _show(asking, typed)
        return _keep(asking, typed) if LATER in request.form else _send(asking, typed)
    except Invalid as invalid:
        return _show(asking, replace(typed, problems=invalid.problems), 422)
    except Conflict as conflict:
        return _show(asking, replace(typed, problems=(Problem("", conflict.code, conflict.message),)), 409)
    except TooMany as error:
        return _show(asking, replace(typed, problems=(Problem("", error.code, error.message),)), 429)


def _send(asking: Asking, typed: Typed) -> Answer:
    try:
        save_answer(asking, typed)
    except Refusal as refusal:
        problems = (Problem("", refusal.code, refusal.message),)
        return _show(asking, replace(typed, problems=problems), 409)
    return redirect(f"/public/{asking.form.name}/done", 303)


def _keep(asking: Asking, typed: Typed) -> Answer:
    assert typed.texts is not None
    link, until = keep_for_later(asking, typed.texts)
    words = _("Keep this address: with it you go on where you stopped, until %(until)s. Nobody else knows it.", until=until)
    return message(PublicMessage(_("Kept for later"), words, "bookmark", link=link, again=link))


@public.get("/<name>/done")
def done(name: str) -> Answer:
    """Thanks, with the number that the answer got."""
    form_named(name)
    kept = session.get(RECEIPT)
    words, number = (kept[1], kept[2]) if isinstance(kept, list) and kept[0] == name else ("", "")
    return message(PublicMessage(_("Thank you"), words or _("We have received it."), number=number))


@public.post("/<name>/live", defaults={"token": ""})
@public.post("/<name>/for/<token>/live")
def live(name: str, token: str) -> Answer:
    """What the form answers while somebody types."""
    count_typing(name)
    asking = asking_for(name, token)
    texts = {each: list(values) for each, values in request.form.lists()}
    with visit().look() as view:
        composed = asking.compose(view, Typed(texts, changed=request.form.get("_changed", "")), offer=False)
        return render_template("live.html", outputs=composed.outputs(), state=composed.state())


@public.get("/<name>/lookup", defaults={"token": ""})
@public.get("/<name>/for/<token>/lookup")
def lookup(name: str, token: str) -> Response:
    """The candidates of a link that the form lets people search, by their titles alone."""
    count_typing(name)
    asking = asking_for(name, token)
    with visit().look() as view:
        return jsonify(candidates_for(view, asking, request.args))


def _show(asking: Asking, typed: Typed, status: int = 200) -> Answer:
    try:
        with visit().look() as view:
            return render_template("public.html", page=page_of(view, asking, typed), shell=bare_shell()), status
    except Refusal as refusal:
        return message(PublicMessage(visit().words(asking.form.label), visit().words(refusal.message), "info-circle"), 410)
