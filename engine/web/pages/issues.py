"""What is wrong with the YAML of a folder that is being watched, while the old definition keeps serving."""

from __future__ import annotations

from hashlib import sha256

from flask import Response, render_template

from engine.web.frame import bare_shell, issues_now
from engine.web.issue_lines import issue_line
from engine.web.views import ErrorPage
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, pages

SHOWN = 100
"""How many issues the page tells; the rest comes when these are gone."""


@pages.get("/issues")
def issues() -> Answer:
    """The issues, each with its place and the line that it points at."""
    found = issues_now()
    words = (
        _("The definition before this one keeps serving until all of them are gone.") if found else _("Nothing is wrong with the folder.")
    )
    lines = tuple(issue_line(issue) for issue in found[:SHOWN])
    page = ErrorPage(200, _("Issues"), words, issues=lines, more=max(0, len(found) - SHOWN))
    return render_template("issues.html", page=page, shell=bare_shell())


@pages.get("/issues/state")
def state() -> Response:
    """Changes when the pages of a developer should be loaded again."""
    told = "\n".join(f"{i.file}:{i.line}:{i.column} {i.code} {i.message}" for i in issues_now())
    return Response(f"{visit().app.metadata.number} {sha256(told.encode()).hexdigest()}", mimetype="text/plain")
