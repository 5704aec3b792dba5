"""A file that was read: plain data beside a map from each path in it to its place in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import islice
from typing import NamedTuple

from engine.errors import Issue
from engine.frozen import frozen

_BREAK = re.compile("[\n\x85\u2028\u2029]")
"""What ends a line for libyaml; carriage returns are gone before it reads."""
Path = tuple[str | int, ...]
"""Where something stands in a file: `("fields", "name", "type")`, `("checks", 0)`."""


class Mark(NamedTuple):
    """The place of a key or a value, counted from 0; `style` is how a scalar was written: plain (empty), `'`, `"`, `|` or `>`."""

    line: int
    column: int
    end_line: int
    end_column: int
    style: str = ""


@frozen
class Fix:
    """A correction of the text: what stands between two offsets is replaced."""

    start: int
    end: int
    text: str


@frozen(slots=False)
class Document:
    """One YAML file: `data` is plain (mappings, lists, text, whole numbers, booleans, None), `keys` and `values` are places."""

    file: str
    text: str
    data: object = None
    keys: Mapping[Path, Mark] = field(default_factory=dict)
    values: Mapping[Path, Mark] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    fixes: tuple[Fix, ...] = ()

    @property
    def lines(self) -> Sequence[str]:
        """The lines of the text, without their ends."""
        return _BREAK.split(self.text)

    def mark(self, path: Path, *, key: bool = False) -> Mark:
        """The place of the value (or of the key) at `path`, else of the nearest thing around it that has one."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        for length in range(len(path), -1, -1):
            found = first.get(path[:length]) or second.get(path[:length])
            if found:
                return found
        return Mark(0, 0, 0, 1)

    def inside(self, path: Path, value: str, offset: int) -> tuple[int, int]:
        """Line and column (from 0) of the character `offset` of the scalar `value` at `path`; its start where that is not exact."""
        mark = self.mark(path)
        if mark.style == "|":
            return self._in_block(mark, value, offset)
        if mark.line != mark.end_line or mark.style == ">":
            return mark.line, mark.column
        return mark.line, mark.column + _written_length(self.lines[mark.line][mark.column : mark.end_column], mark.style, offset)

    def _in_block(self, mark: Mark, value: str, offset: int) -> tuple[int, int]:
        content = self.lines[mark.line + 1 : mark.line + 1 + max(1, len(value.splitlines()))]
        indents = [len(line) - len(line.lstrip(" ")) for line in content if line.strip()]
        before = value[:offset]
        down = before.count("\n")
        return mark.line + 1 + down, min(indents, default=0) + len(before) - (before.rfind("\n") + 1)


def _written_length(written: str, style: str, offset: int) -> int:
    """How many characters of the written scalar stand for the first `offset` characters of its value."""
    if not style:
        return offset
    position = 1
    for _ in range(offset):
        position += _escape_length(written, position, style)
    return position


def _escape_length(written: str, position: int, style: str) -> int:
    if style == "'":
        return 2 if written.startswith("''", position) else 1
    if not written.startswith("\\", position):
        return 1
    return 2 + {"x": 2, "u": 4, "U": 8}.get(written[position + 1 : position + 2], 0)


def line_offset(text: str, line: int, column: int) -> int:
    """The offset in `text` of a line and column, both from 0."""
    breaks = islice(_BREAK.finditer(text), line)
    return max((found.end() for found in breaks), default=0) + column


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """The line and column, both from 0, of an offset in `text`."""
    ends = [found.end() for found in _BREAK.finditer(text, 0, offset)]
    return len(ends), offset - (ends[-1] if ends else 0)


def issue_at(document: Document, mark: Mark, code: str, message: str) -> Issue:
    """An issue at a place of a document, with the width of what stands there; the end of the text when the place lies behind it."""
    width = mark.end_column - mark.column if mark.line == mark.end_line else 1
    last = len(document.lines) - 1
    line, column = (mark.line, mark.column) if mark.line <= last else (last, len(document.lines[last]))
    return Issue(code, message, document.file, line + 1, column + 1, width=max(width, 1))
