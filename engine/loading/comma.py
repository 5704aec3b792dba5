"""The comma that ended a text: `{formula: ROUND(qty * price, 2)}` is two keys to YAML, and one formula to its author."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any

from engine.errors import Issue, Sentence

from .positions import Document, Fix, Mark, Path, issue_at, line_and_column, line_offset


def rejoin(document: Document, path: Path, container: dict[str, Any], bare: list[str]) -> tuple[list[Issue], list[Fix]]:
    """Give the pieces back to the text they were cut from; `bare` are the keys of `container` that have no value.

    Issues are Y107; a fix quotes the whole text. `container` and the places of `document` are corrected, so that nothing else is
    reported because of this.
    """
    issues: list[Issue] = []
    fixes: list[Fix] = []
    for before, pieces in _pieces(container, set(bare)):
        if before is None or not isinstance(container[before], str) or document.values[(*path, before)].style:
            issues.extend(_without_value(document, (*path, piece)) for piece in pieces)
        else:
            start, end = document.values[(*path, before)], document.keys[(*path, pieces[-1])]
            fix, issue = _joined(document, start, end)
            fixes.append(fix)
            issues.append(issue)
            container[before] = " ".join(document.text[fix.start : fix.end].split())
            _keep_place(document, (*path, before), Mark(start.line, start.column, end.end_line, end.end_column))
        for piece in pieces:
            container.pop(piece, None)
    return issues, fixes


def _pieces(container: dict[str, Any], bare: set[str]) -> list[tuple[str | None, list[str]]]:
    """Each run of keys without value, with the key before it."""
    found: list[tuple[str | None, list[str]]] = []
    before: str | None = None
    for without, run in groupby(list(container), key=bare.__contains__):
        keys = list(run)
        if without:
            found.append((before, keys))
        before = keys[-1]
    return found


def _keep_place(document: Document, path: Path, mark: Mark) -> None:
    values = document.values
    assert isinstance(values, dict)
    values[path] = mark


def _without_value(document: Document, path: Path) -> Issue:
    issue = issue_at(
        document, document.keys[path], "Y107", Sentence('"{path}" has no value: the comma ended the text before it.', path=path[-1])
    )
    return replace(issue, hint="give it a value; a text with a comma stands in quotes")


def _joined(document: Document, start: Mark, end: Mark) -> tuple[Fix, Issue]:
    first = line_offset(document.text, start.line, start.column)
    last = line_offset(document.text, end.end_line, end.end_column)
    fix = Fix(first, last, quoted(document.text[first:last]))
    comma = document.text.index(",", first)
    line, column = line_and_column(document.text, comma)
    issue = issue_at(
        document, Mark(line, column, line, column + 1), "Y107", "The comma ended the text; a text with a comma stands in quotes."
    )
    return fix, replace(issue, hint=Sentence("write: {line}", line=corrected_line(document.text, fix)))


def quoted(text: str) -> str:
    """The text between single quotes, on one line."""
    return "'" + " ".join(text.split()).replace("'", "''") + "'"


def corrected_line(text: str, fix: Fix) -> str:
    """The line of the text on which the fix begins, as it would be."""
    start = text.rfind("\n", 0, fix.start) + 1
    end = text.find("\n", fix.end)
    return (text[start : fix.start] + fix.text + text[fix.end : end if end >= 0 else len(text)]).strip()


def apply_fixes(text: str, fixes: tuple[Fix, ...]) -> str:
    """The text with its corrections made."""
    for fix in sorted(fixes, key=lambda f: f.start, reverse=True):
        text = text[: fix.start] + fix.text + text[fix.end :]
    return text
