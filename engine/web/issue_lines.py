"""Mistakes in the folder of the application, as lines of a page."""

from __future__ import annotations

from engine.errors import Issue, in_words

from .views import IssueLine
from .visit import visit


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
