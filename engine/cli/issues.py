"""Issues as a good compiler shows them: the place, the line with a caret, what was expected, what to write instead."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from engine.errors import Issue

JSON_KEYS = ("code", "level", "file", "line", "column", "path", "message", "expected", "hint")
Reader = Callable[[str], str | None]
"""Gives the text of a file of the application, None when there is none."""

path_argument = click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


def reader_of(root: Path) -> Reader:
    """Reads the files of the application in `root`."""

    def read(file: str) -> str | None:
        try:
            return (root / file).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    return read


def print_issues(issues: Sequence[Issue], read: Reader = lambda file: None) -> None:
    """Show issues on stderr, with the lines of their files where `read` gives them, and how many there are."""
    for issue in issues:
        click.echo("\n".join(lines_of(issue, read(issue.file))) + "\n", err=True)
    errors = sum(issue.level == "error" for issue in issues)
    if issues:
        click.echo(f"{_count(errors, 'error')}, {_count(len(issues) - errors, 'warning')}", err=True)


def issues_json(issues: Sequence[Issue]) -> str:
    """The issues as `loom check --json` prints them."""
    found = [{key: value for key, value in asdict(issue).items() if key in JSON_KEYS} for issue in issues]
    return json.dumps({"issues": found}, ensure_ascii=False, indent=2)


def lines_of(issue: Issue, text: str | None) -> Iterator[str]:
    """The lines that show one issue."""
    color = "red" if issue.level == "error" else "yellow"
    place = click.style(f"{issue.file}:{issue.line}:{issue.column}", bold=True)
    yield f"{place} {click.style(issue.code, fg=color, bold=True)} {issue.message}"
    source = text.splitlines()[issue.line - 1 : issue.line] if text and issue.line else []
    margin = " " * len(str(issue.line))
    for line in source:
        before, marked = line[: issue.column - 1], line[issue.column - 1 : issue.column - 1 + issue.width]
        blank = "".join("\t" if letter == "\t" else " " * _width(letter) for letter in before)
        yield f" {issue.line} | {line}"
        yield f" {margin} | {blank}{click.style('^' * max(1, sum(map(_width, marked))), fg=color, bold=True)}"
    if issue.expected:
        yield f" {margin} = expected: {issue.expected}"
    if issue.hint:
        yield f" {margin} = {issue.hint}"


def _width(letter: str) -> int:
    """How many columns of a terminal a letter takes."""
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 0 if unicodedata.combining(letter) else 1


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
