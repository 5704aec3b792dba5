"""Saving a list as it is arranged, and deleting what was saved."""

from __future__ import annotations

from flask import flash, redirect, request

from engine.errors import Forbidden, Invalid
from engine.records import Arrangement, drop_view, keep_view
from engine.web.lists import LONGEST
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, entity_of, pages


@pages.post("/records/<name>/views")
def save_view(name: str) -> Answer:
    """Save what `saved` says under a name; the page is the list in this view."""
    here, address = visit(), f"/records/{name}"
    form = request.form
    wish = Arrangement(form.get("name", ""), form.get("saved", "")[:LONGEST], "shared" in form, "first" in form, "home" in form)
    try:
        number = here.run(lambda uow: keep_view(uow, entity_of(uow, name).name, wish))
    except Invalid as invalid:
        flash(" ".join(here.words(problem.message) for problem in invalid.problems), "bad")
        return redirect(f"{address}?{wish.address}", 303)
    flash(_("Saved."), "good")
    return redirect(f"{address}?view={number}", 303)


@pages.post("/records/<name>/views/delete")
def delete_view(name: str) -> Answer:
    """Delete a view that one saved."""
    here, sent = visit(), request.form.get("view", "")
    if sent.isascii() and sent.isdigit() and len(sent) < 19:
        try:
            here.run(lambda uow: drop_view(uow, int(sent)))
        except Forbidden as forbidden:
            flash(here.words(forbidden.message), "bad")
    return redirect(f"/records/{name}?view=0", 303)
