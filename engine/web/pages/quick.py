"""The small form over a form: makes what a lookup did not offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import abort, jsonify, render_template, request

from engine.errors import Invalid, Problem, Refusal
from engine.metadata import Entity
from engine.records import save, titles
from engine.unit_of_work import UnitOfWork, View
from engine.web.accounts import asked_for, prove_in_form
from engine.web.composing import QUIET, Composed, Occasion, Typed, compose
from engine.web.inputs import sections_of
from engine.web.quick import asked_in, first_text, made_for
from engine.web.views import FormTable, Input, QuickPage
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, entity_of, pages, texts
from .lookup import link_at

Target = tuple[Entity, frozenset[str]]
"""What is made, and what is asked."""


@pages.get("/records/<name>/quick", defaults={"number": None})
@pages.get("/records/<name>/<int:number>/quick")
def ask_quick(name: str, number: int | None) -> Answer:
    """The form, begun with what was looked for (`words`)."""
    with visit().look() as view:
        entity, asked = _target(view, name)
        first, words = first_text(entity, asked), request.args.get("words", "").strip()[:200]
        return _form(view, (entity, asked), Typed({first: [words]} if first and words else None))


@pages.post("/records/<name>/quick", defaults={"number": None})
@pages.post("/records/<name>/<int:number>/quick")
def make_quick(name: str, number: int | None) -> Answer:
    """Make it, and say what it is called; or show the form again with what is wrong."""
    here = visit()
    with here.look() as view:
        entity, asked = _target(view, name)
        values = _compose(view, (entity, asked), Typed(texts()), offer=False).sent.values
    try:
        prove_in_form()
        made = here.run(lambda uow: _make(uow, entity.name, values))
    except Invalid as invalid:
        return _again(name, invalid.problems, 422)
    except Refusal as refusal:
        return _again(name, (Problem("", refusal.code, refusal.message),), 409)
    with here.look() as view:
        return jsonify({"value": str(made), "text": titles(view, entity.name, [made]).get(made) or _("(untitled)")})


def _make(uow: UnitOfWork, name: str, values: Mapping[str, object]) -> int:
    row = save(uow, name, None, values)
    uow.finish()
    return int(str(row["id"]))


def _again(name: str, problems: Sequence[Problem], status: int) -> Answer:
    with visit().look() as view:
        return _form(view, _target(view, name), Typed(texts(), problems)), status


def _target(view: View, name: str) -> Target:
    """What the address asks to make; answers 404 where this person may not."""
    field, _fields = link_at(entity_of(view, name), request.args.get("path", "").split("."))
    target = made_for(view, field) if field is not None else None
    if field is None or target is None:
        abort(404)
    return target, asked_in(field, target)


def _compose(view: View, target: Target, typed: Typed, *, offer: bool) -> Composed:
    return compose(view, target[0], None, typed, Occasion(target[1]) if offer else replace(QUIET, only=target[1]))


def _form(view: View, target: Target, typed: Typed) -> str:
    composed, here = _compose(view, target, typed, offer=True), visit()
    sections = tuple(replace(each, items=tuple(map(_boxed, each.items)), open=True) for each in sections_of(composed.filled))
    loose = tuple(here.words(problem.message) for problem in typed.problems if problem.path.split(".")[0] not in target[1])
    page = QuickPage(
        _("New: %(kind)s", kind=here.words(target[0].label)), request.full_path.rstrip("?"), sections, loose, asked_for(typed.problems)
    )
    return render_template("quick.html", page=page)


def _boxed(item: Input | FormTable) -> Input | FormTable:
    """The input with an id of its own, which makes nothing in turn."""
    return item._replace(box="quick-", making=None) if isinstance(item, Input) else item
