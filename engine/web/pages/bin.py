"""The recycle bin: what one deleted, and getting it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request

from engine.errors import Invalid, Refusal
from engine.records import Deleted, deleted, purge, restore
from engine.unit_of_work import UnitOfWork, View
from engine.web.frame import shell
from engine.web.views import BinLine, BinPage, Crumb
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, pages

SHOWN = 50


@pages.get("/bin")
def recycle_bin() -> Answer:
    """What the person deleted; administrators see what anybody did."""
    before = request.args.get("before", "")
    with visit().look() as view:
        found = deleted(view, int(before[:18]) if before.isascii() and before.isdigit() else None, SHOWN)
        following = f"/bin?before={found[-1].number}" if len(found) == SHOWN else ""
        page = BinPage(tuple(_line(view, each) for each in found), view.actor.administrator, following)
        return render_template("bin.html", page=page, shell=shell(view, Crumb(_("Recycle bin"))))


def _line(view: View, each: Deleted) -> BinLine:
    here = visit()
    return BinLine(each.number, each.title or f"#{each.id}", here.words(each.entity.label), each.who, here.display(view, {}).ago(each.at))


@pages.post("/bin/<int:number>/restore")
def bring_back(number: int) -> Answer:
    """Restore a deleted record."""

    def work(uow: UnitOfWork) -> str:
        entity, record = restore(uow, number)
        return f"/records/{entity.name}/{record}"

    try:
        address = visit().run(work)
    except Refusal as refusal:
        return _said(visit().words(refusal.message))
    except Invalid as invalid:
        return _said(" ".join(visit().words(problem.message) for problem in invalid.problems))
    flash(_("Restored."), "good")
    return redirect(address, 303)


@pages.post("/bin/<int:number>/purge")
def delete_for_ever(number: int) -> Answer:
    """Delete a record in the bin for ever."""
    visit().run(lambda uow: purge(uow, number))
    flash(_("Deleted for ever."), "good")
    return redirect("/bin", 303)


def _said(words: str) -> Answer:
    flash(words, "bad")
    return redirect("/bin", 303)
