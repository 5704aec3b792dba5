"""What is wrong with the YAML of a folder that is being watched, while the old definition keeps serving."""

from __future__ import annotations

from flask import Response, render_template

from engine.errors import Issue, in_words
from engine.web.frame import bare_shell, issues_now
from engine.web.views import ErrorPage, IssueLine
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
    marks = (visit().app.metadata.number, *(f"{i.file}:{i.line}:{i.code}" for i in issues_now()))
    return Response(",".join(map(str, marks)), mimetype="text/plain")


def issue_line(issue: Issue) -> IssueLine:
    """A mistake in the folder of the application, with the line that it points at."""
    place = f"{issue.file}:{issue.line}:{issue.column}" if issue.line else issue.file
    message, hint, expected = (in_words(text, visit().language) for text in (issue.message, issue.hint, issue.expected))
    return IssueLine(place, issue.code, message, hint, issue.level, expected, issue.line, _source(issue))


def _source(issue: Issue) -> tuple[str, str, str]:
    """The line of an issue, cut around what it points at; blank where there is none."""
    try:
        text = (visit().app.root / issue.file).read_text("utf-8") if issue.line else ""
    except (OSError, UnicodeDecodeError):
        return "", "", ""
    line = "".join(text.splitlines()[issue.line - 1 : issue.line])
    begin, end = issue.column - 1, issue.column - 1 + issue.width
    return line[:begin], line[begin:end], line[end:]
