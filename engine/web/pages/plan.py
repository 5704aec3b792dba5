"""The plan for administrators: what `loom apply` would do to the database now. It reads, and changes nothing."""

from __future__ import annotations

import threading

from flask import abort, render_template

from engine.loading import check, read_sources
from engine.migration import plan, summary, told
from engine.unit_of_work import View
from engine.web.frame import has_plan, shell
from engine.web.issue_lines import issue_line
from engine.web.views import Crumb, PlanLine, PlanPage
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, pages

SHOWN = 200
"""How many lines of a plan, or mistakes, the page tells."""
_alone = threading.Lock()
"""Reading a folder takes a processor for some seconds: never for two at once."""


@pages.get("/plan")
def plan_now() -> Answer:
    """The same words as `loom plan`, for the folder that this process was started in."""
    with visit().look() as view:
        if not has_plan(view):
            abort(404)
        with _alone:
            page = _page(view)
        return render_template("plan.html", page=page, shell=shell(view, Crumb(_("Plan"))))


def _page(view: View) -> PlanPage:
    here = visit()
    report = check(here.app.root)
    if report.metadata is None:
        mistakes = tuple(issue_line(issue) for issue in report.issues[:SHOWN])
        words = _("The files cannot be applied: there are mistakes in them.")
        return PlanPage(words, blocked=True, issues=mistakes, more=max(0, len(report.issues) - SHOWN))
    app = here.app
    found = plan(view.connection, read_sources(app.root), report.metadata, app.plugins, revisions=app.serving.revision)
    lines = tuple(PlanLine(line.kind, line.words, line.details, line.faint, line.blocked) for line in told(found, here.language))
    words = here.words(summary(found))
    return PlanPage(words, bool(found.blocked), lines[:SHOWN], more=max(0, len(lines) - SHOWN))
