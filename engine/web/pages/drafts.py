"""Keeping what is typed into a form while somebody types, and throwing it away."""

from __future__ import annotations

from flask import abort, redirect, request

from engine.unit_of_work import UnitOfWork
from engine.web.drafts import drop_draft, keep_draft
from engine.web.visit import visit

from .blueprint import Answer, entity_of, pages


@pages.post("/records/<name>/draft")
def draft(name: str) -> Answer:
    """Keep the form at the address `_draft` (script sends it now and then), or forget it (`_forget`) and show it fresh."""
    address = request.form.get("_draft", "")
    if not address.startswith(f"/records/{name}/"):
        abort(404)
    forget = "_forget" in request.form

    def work(uow: UnitOfWork) -> None:
        if forget:
            drop_draft(uow, address)
        else:
            keep_draft(uow, entity_of(uow, name), address, dict(request.form.lists()))

    visit().run(work)
    return redirect(address, 303) if forget else ("", 204)
