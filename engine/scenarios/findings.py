"""What is wrong with scenario files: every issue once, however many cases it appears in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.errors import Issue
from engine.frozen import frozen
from engine.loading import Document, Path, issue_at


@frozen
class Place:
    """The value at a path of a document, or its key."""

    document: Document
    path: Path
    key: bool = False


@dataclass
class Findings:
    """The issues of all files of an application."""

    issues: dict[Issue, None] = field(default_factory=dict)

    def add(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """One more issue, at its place."""
        mark = place.document.mark(place.path, key=place.key)
        self.issues[replace(issue_at(place.document, mark, code, message), hint=hint)] = None

    @property
    def sorted(self) -> list[Issue]:
        """The issues by file and place."""
        return sorted(self.issues, key=lambda issue: (issue.file, issue.line, issue.column))
