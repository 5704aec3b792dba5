"""A value that is typed in a list: what stands in the cell while somebody types, and saving it."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, jsonify, render_template

from engine.errors import Invalid, Message, ObjectloomError, Refusal
from engine.records import fetch, save
from engine.unit_of_work import UnitOfWork, View
from engine.web.composing import QUIET, Composed, Occasion, Typed, compose
from engine.web.inputs import make_input
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, entity_of, pages, texts, version


@pages.get("/records/<name>/<int:number>/cells/<field>")
def open_cell(name: str, number: int, field: str) -> Answer:
    """The input; why there is none is JSON (`words`)."""
    try:
        with visit().look() as view:
            composed = _composed(view, (name, number, field), Typed(), offer=True)
            placed = next(composed.filled.layout.placed())
            if not placed.writable or composed.filled.states[field].readonly:
                raise Refusal(Message("This cannot be changed now."))
            entered = make_input(composed.filled, placed, field, composed.filled.draft.new)
            shown = entered._replace(box=f"{number}-", making=None)
            return render_template("cell.html", input=shown, version=composed.filled.draft.new["version"])
    except ObjectloomError as refused:
        return _said(refused)


@pages.post("/records/<name>/<int:number>/cells/<field>")
def save_cell(name: str, number: int, field: str) -> Answer:
    """Save it; the answer is JSON: `words` say why not."""
    here, seen = visit(), version()

    def work(uow: UnitOfWork) -> None:
        save(uow, name, number, values, seen)
        uow.finish()

    try:
        with here.look() as view:
            values = _composed(view, (name, number, field), Typed(texts()), offer=False).sent.values
        here.run(work)
    except ObjectloomError as refused:
        return _said(refused)
    return jsonify({"words": ""})


def _composed(view: View, cell: tuple[str, int, str], typed: Typed, *, offer: bool) -> Composed:
    """A form of this field alone; answers 404 where there is no such field to be typed. Raises Forbidden, Invisible, Refusal."""
    name, number, field = cell
    entity, only = entity_of(view, name), frozenset({field})
    found = entity.fields.get(field)
    if found is None or found.table is not None or found.computed:
        abort(404)
    composed = compose(view, entity, fetch(view, name, number), typed, Occasion(only) if offer else replace(QUIET, only=only))
    if not any(True for _each in composed.filled.layout.placed()):
        abort(404)
    return composed


def _said(refused: ObjectloomError) -> Answer:
    here = visit()
    if isinstance(refused, Invalid):
        words = " ".join(here.words(problem.message) for problem in refused.problems)
    else:
        words = here.words(refused.message) or _("This cannot be changed now.")
    answer = jsonify({"words": words})
    answer.status_code = refused.status
    return answer
