"""Text that is no YAML: where, why, and the line as it was meant when a formula without quotes is the cause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import yaml

from engine.errors import Issue, Sentence

from .comma import corrected_line, quoted
from .positions import Document, Fix, line_and_column, line_offset

FORMULA_KEYS = frozenset(
    "formula require when where show readonly required having title once limit read create update delete export print share default".split()
)
_KEY = re.compile(rf"(?<![\w.])({'|'.join(sorted(FORMULA_KEYS))}): +(?=\S)")
_END = re.compile(r"\s*(?:,\s*\w+:\s|\})")
_TEXT = re.compile(r'"[^"]*"')
_NEXT_KEY = re.compile(r"\s(\w+):\s")
"""A key after a value without a comma between: no formula holds that outside a text."""
_BEFORE = re.compile(r"(?P<value>[^,{:\s]\s+)?(?P<key>\w+)\Z")
_TRIES = 24
_ASCII = {"：": ": ", "，": ", ", "｛": "{", "｝": "}", "［": "[", "］": "]", "“": '"', "”": '"', "‘": "'", "’": "'"}
_WIDE = re.compile(f"[{''.join(_ASCII)}]")
_WIDE_KEY = re.compile(r"[A-Za-z_]\s*：|[，｛［]\s*[A-Za-z_]+\s*[:：]|[:：]\s*[｛［“‘]|[｝］]")
"""A sign of Chinese typing where a key or a bracket stands, and not a word of a text."""


def syntax_issue(document: Document, error: yaml.YAMLError) -> tuple[Issue, tuple[Fix, ...]]:
    """The issue for what libyaml could not read, and the fix when quoting a formula makes it readable."""
    line, column, problem = _where(document, error)
    begun = getattr(error, "context_mark", None)
    fix = _quoting(document, {line, min(line, _context_line(error, line))}, line)
    hint = _wide_hint(document.lines[line]) or _plain_hint(problem, document.lines[line], column)
    if begun is not None and begun.line < line and not fix:
        line, column, hint = _begun(document, (begun.line, begun.column), (line, column), problem, hint)
    if fix:
        hint = Sentence(
            "a formula with `: `, ` #`, a quote, brace or bracket stands in quotes; write: {line}", line=corrected_line(document.text, fix)
        )
    code = "Y107" if fix else "Y100"
    message = Sentence("This is not YAML: {problem}.", problem=problem)
    return Issue(code, message, document.file, line + 1, column + 1, hint=hint), (fix,) if fix else ()


def _where(document: Document, error: yaml.YAMLError) -> tuple[int, int, Sentence]:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        last = len(document.lines) - 1
        return min(error.problem_mark.line, last), error.problem_mark.column, Sentence(error.problem or "it cannot be read")
    if isinstance(error, yaml.reader.ReaderError):
        position = error.position if isinstance(error.position, int) else 0
        before = document.text.encode()[:position].decode(errors="ignore")
        return *line_and_column(before, len(before)), Sentence("the character {character} is not allowed", character=repr(error.character))
    return 0, 0, Sentence("it cannot be read")


def _context_line(error: yaml.YAMLError, line: int) -> int:
    mark = getattr(error, "context_mark", None)
    return mark.line if mark else line


def _plain_hint(problem: str, line: str, column: int) -> str:
    if line[column : column + 1] == "\t":
        return "indent with blanks, not with tabs"
    before = _BEFORE.search(line[:column]) if "',' or '}'" in problem and line[column : column + 1] == ":" else None
    if before and before["value"]:
        return Sentence("a comma is missing before {key}, or a text that holds `: ` stands in quotes", key=before["key"])
    if before or "mapping values are not allowed" in problem:
        return "a text that holds `: ` stands in quotes"
    return ""


def _wide_hint(line: str) -> str:
    """Signs of Chinese typing where YAML needs those of ASCII; texts in quotes may hold them."""
    found = _WIDE.search(_TEXT.sub("", line))
    if not found or _WIDE_KEY.search(line) is None:
        return ""
    return Sentence("{wide} is part of a text; YAML needs {ascii}", wide=f"`{found[0]}`", ascii=f"`{_ASCII[found[0]]}`")


def _begun(document: Document, begun: tuple[int, int], found: tuple[int, int], problem: str, hint: str) -> tuple[int, int, str]:
    """Where to look when what cannot be read began on an earlier line: at an open brace, at a key without colon, else at the indent."""
    opened = document.lines[begun[0]][begun[1] : begun[1] + 1]
    if "',' or '" in problem and opened in ("{", "["):
        return *begun, _wide_hint(document.lines[begun[0]]) or Sentence("this {bracket} is not closed", bracket=f"`{opened}`")
    if "expected ':'" in problem:
        return *begun, _wide_hint(document.lines[begun[0]]) or "after a key stand a colon and a blank: `key: value`"
    if "expected key" in problem or "'-' indicator" in problem:
        aligned = Sentence("lines that belong together begin in the same column, here in column {column}", column=begun[1] + 1)
        return *found, hint or aligned
    return *found, hint


def _quoting(document: Document, lines: set[int], failed: int) -> Fix | None:
    """The fix that quotes one formula of these lines and gets the reader past the line where it failed."""
    candidates = list(islice(_candidates(document, sorted(lines, reverse=True)), _TRIES))
    reached = [(_readable_lines(document.text[: fix.start] + fix.text + document.text[fix.end :]), fix) for fix in candidates]
    best = max(reached, key=lambda each: each[0], default=None)  # the first of equals: the shortest text
    return best[1] if best and best[0] > failed + 1 else None


def _candidates(document: Document, lines: list[int]) -> Iterator[Fix]:
    for number in lines:
        line = document.lines[number].rstrip()
        start = line_offset(document.text, number, 0)
        for key in _KEY.finditer(line):
            ends = [m.start() for m in _END.finditer(line, key.end())]
            for end in ends if "{" in line[: key.start()] else [len(line)]:
                if end > key.end() and not _NEXT_KEY.search(_TEXT.sub("", line[key.end() : end])):
                    yield Fix(start + key.end(), start + end, quoted(line[key.end() : end]))


def _readable_lines(text: str) -> int:
    """How many lines can be read before the first failure; more than all when there is none."""
    try:
        for _ in yaml.parse(text, Loader=yaml.CSafeLoader):
            continue
    except yaml.MarkedYAMLError as error:
        return error.problem_mark.line if error.problem_mark else 0
    except yaml.YAMLError:
        return 0
    return text.count("\n") + 2
