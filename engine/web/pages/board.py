"""Moving a card of a board: to another state by the action that leads there, or to another choice; a refusal says why."""

from __future__ import annotations

from flask import flash, jsonify, redirect, request

from engine.errors import Invalid, Message, ObjectloomError, Refusal
from engine.metadata import Entity, State
from engine.records import Row, fetch, readable, save
from engine.unit_of_work import UnitOfWork, View
from engine.web.visit import visit
from engine.web.words import _
from engine.workflow import Possible, Said, actions, fire

from .blueprint import Answer, entity_of, pages, version


@pages.post("/records/<name>/<int:number>/move")
def move_card(name: str, number: int) -> Answer:
    """Move the card; with script the answer is JSON (`words` of a refusal, `go` where something is asked first), else the board."""
    here, seen = visit(), version()
    by, to = request.form.get("by", ""), request.form.get("to", "")
    try:
        with here.look() as view:
            entity, action = entity_of(view, name), None
            if by == "state":
                action = _action(view, entity, fetch(view, name, number), to)
                if not action.action.plain:
                    return _answer(name, go=f"/records/{name}/{number}/actions/{action.action.name}")

        def work(uow: UnitOfWork) -> object:
            if action is not None:
                return fire(uow, name, number, action.action.name, Said(version=seen))
            return save(uow, name, number, {by: to}, seen)

        here.run(work)
    except Invalid as invalid:
        return _answer(name, " ".join(here.words(problem.message) for problem in invalid.problems), status=422)
    except ObjectloomError as refused:
        return _answer(name, here.words(refused.message) or _("This is not possible now."), status=refused.status)
    return _answer(name)


def _action(view: View, entity: Entity, row: Row, to: str) -> Possible:
    """The action that leads there: one that is possible before one that is not. Raises Refusal with the reason, Invisible."""
    readable(view, entity, row)
    wanted, now = request.form.get("action", ""), str(row.get("state"))
    known = [possible for possible in actions(view, entity.name, row) if wanted in ("", possible.action.name)]
    leading = [possible for possible in known if possible.action.to == to and now in possible.action.sources]
    found = next((p for p in leading if p.allowed), None) or next((p for p in leading if not p.hidden), None)
    if found is None:
        states = {} if entity.lifecycle is None else entity.lifecycle.states
        holes = {"before": _named(states.get(now)), "after": _named(states.get(to))}
        raise Refusal(Message("No action of yours leads from “{before}” to “{after}”.", holes))
    if not found.allowed:
        raise Refusal(found.reason or Message("This is not possible now."))
    return found


def _named(state: State | None) -> object:
    return state.label if state is not None else ""


def _answer(name: str, words: str = "", *, go: str = "", status: int = 200) -> Answer:
    if request.accept_mimetypes.best == "application/json":
        answer = jsonify({"words": words, "go": go})
        answer.status_code = status
        return answer
    if words:
        flash(words, "bad")
    elif not go:
        flash(_("Done."), "good")
    back = request.form.get("_back", "")
    own = back == f"/records/{name}" or back.startswith(f"/records/{name}?")
    return redirect(go or (back if own else f"/records/{name}"), 303)
