"""What is wrong with the YAML of a folder that is being watched, while the old definition keeps serving."""

from __future__ import annotations

from flask import Response, render_template

from engine.errors import Issue
from engine.web.frame import bare_shell, issues_now
from engine.web.views import ErrorPage, IssueLine
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, pages


@pages.get("/issues")
def issues() -> Answer:
    """Every issue with its place."""
    found = tuple(_line(issue) for issue in issues_now())
    words = (
        _("The definition before this one keeps serving until all of them are gone.") if found else _("Nothing is wrong with the folder.")
    )
    return render_template("issues.html", page=ErrorPage(200, _("Issues"), words, issues=found), shell=bare_shell())


@pages.get("/issues/state")
def state() -> Response:
    """Changes when the pages of a developer should be loaded again."""
    marks = (visit().app.metadata.number, *(f"{i.file}:{i.line}:{i.code}" for i in issues_now()))
    return Response(",".join(map(str, marks)), mimetype="text/plain")


def _line(issue: Issue) -> IssueLine:
    place = f"{issue.file}:{issue.line}:{issue.column}" if issue.line else issue.file
    return IssueLine(place, issue.code, issue.message, issue.hint, issue.level)
