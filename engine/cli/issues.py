"""Issues as a good compiler shows them: the place, the line with a caret, what was expected, what to write instead."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from engine.errors import FALLBACK, Issue, Sentence, in_words, translate, translate_count

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
    language = terminal_language()
    for issue in issues:
        click.echo("\n".join(lines_of(issue, read(issue.file), language)) + "\n", err=True)
    errors = sum(issue.level == "error" for issue in issues)
    if issues:
        click.echo(", ".join(_counted(errors, len(issues) - errors, language)), err=True)


def terminal_language() -> str:
    """The language that the variables of gettext name: LANGUAGE, LC_ALL, LC_MESSAGES, LANG; English where they name none."""
    named = next(filter(None, map(os.environ.get, ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))), FALLBACK)
    return re.split("[_.:@]", named)[0]


def issues_json(issues: Sequence[Issue]) -> str:
    """The issues as `loom check --json` prints them: in English, with the parts that a message was put together from."""
    found = [{**{key: getattr(issue, key) for key in JSON_KEYS}, "parts": _parts(issue.message)} for issue in issues]
    return json.dumps({"issues": found}, ensure_ascii=False, indent=2)


def _parts(words: str) -> dict[str, str]:
    return {name: str(part) for name, part in words.message.params.items()} if isinstance(words, Sentence) else {}


def lines_of(issue: Issue, text: str | None, language: str = FALLBACK) -> Iterator[str]:
    """The lines that show one issue."""
    color = "red" if issue.level == "error" else "yellow"
    place = click.style(f"{issue.file}:{issue.line}:{issue.column}", bold=True)
    yield f"{place} {click.style(issue.code, fg=color, bold=True)} {in_words(issue.message, language)}"
    source = text.splitlines()[issue.line - 1 : issue.line] if text and issue.line else []
    margin = " " * len(str(issue.line))
    for line in source:
        before, marked = line[: issue.column - 1], line[issue.column - 1 : issue.column - 1 + issue.width]
        blank = "".join("\t" if letter == "\t" else " " * _width(letter) for letter in before)
        yield f" {issue.line} | {line}"
        yield f" {margin} | {blank}{click.style('^' * max(1, sum(map(_width, marked))), fg=color, bold=True)}"
    if issue.expected:
        yield f" {margin} = {translate('expected: {what}', language).format(what=in_words(issue.expected, language))}"
    if issue.hint:
        yield f" {margin} = {in_words(issue.hint, language)}"


def _width(letter: str) -> int:
    """How many columns of a terminal a letter takes."""
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 0 if unicodedata.combining(letter) else 1


def _counted(errors: int, warnings: int, language: str) -> tuple[str, str]:
    return (
        translate_count("%(num)s error", "%(num)s errors", errors, language) % {"num": errors},
        translate_count("%(num)s warning", "%(num)s warnings", warnings, language) % {"num": warnings},
    )
