"""Approving the ticked tasks of the inbox: each alone, with a result of its own."""

from __future__ import annotations

from flask import flash, redirect, render_template, request

from engine.metadata import Entity
from engine.unit_of_work import View
from engine.web.frame import shell
from engine.web.ticked import Ticked, read_ticked, with_each
from engine.web.views import Crumb, ResultLine, ResultPage
from engine.web.visit import visit
from engine.web.words import _, ngettext
from engine.workflow import Waiting, approve_among, inbox

from .blueprint import Answer, pages

MOST = 100
"""How many tasks the inbox shows, and so how many can be ticked."""


@pages.post("/inbox/approve")
def approve_ticked() -> Answer:
    """Approve every ticked task; what is refused is said beside it and holds up no other."""
    ticked = read_ticked(request.form.getlist("task"))
    if not ticked:
        flash(_("Tick the tasks first."), "warn")
        return redirect("/inbox", 303)
    with visit().look() as view:
        known = {each.task.id: (each, view.metadata.entities[each.entity]) for each in inbox(view, limit=MOST) if each.task}
    lines = [_approve(known.get(each.id), each) for each in ticked]
    failed = sum(1 for line in lines if line.words)
    if not failed:
        flash(ngettext("%(num)s task approved.", "%(num)s tasks approved.", len(lines)), "good")
        return redirect("/inbox", 303)
    with visit().look() as view:
        return _results(view, lines, failed)


def _approve(known: tuple[Waiting, Entity] | None, ticked: Ticked) -> ResultLine:
    if known is None:
        return ResultLine(f"#{ticked.id}", "", _("This task is done or not yours."))
    waiting, entity = known
    (outcome,) = with_each(entity, [ticked], lambda uow, each: approve_among(uow, each.id))
    return ResultLine(f"{waiting.title} · {visit().words(waiting.step)}", f"/inbox/{ticked.id}" if outcome.words else "", outcome.words)


def _results(view: View, lines: list[ResultLine], failed: int) -> str:
    page = ResultPage(
        title=_("Approve"),
        done=ngettext("%(num)s task approved.", "%(num)s tasks approved.", len(lines) - failed) if failed < len(lines) else "",
        failed=ngettext("%(num)s task was not approved.", "%(num)s tasks were not approved.", failed),
        lines=tuple(sorted(lines, key=lambda line: not line.words)),
        back="/inbox",
    )
    return render_template("results.html", page=page, shell=shell(view, Crumb(_("Inbox"), "/inbox"), Crumb(page.title)))
