"""What is wrong with the YAML of a folder that is being watched, while the old definition keeps serving."""

from __future__ import annotations

from flask import render_template

from engine.errors import Issue
from engine.web.frame import bare_shell, issues_now
from engine.web.views import ErrorPage, IssueLine
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


def _line(issue: Issue) -> IssueLine:
    place = f"{issue.file}:{issue.line}:{issue.column}" if issue.line else issue.file
    return IssueLine(place, issue.code, issue.message, issue.hint, issue.level)
