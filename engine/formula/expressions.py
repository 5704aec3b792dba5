"""Regular expressions of the subset that MATCHES takes: read, translated for databases, matched without back-tracking.

Literals, classes, `. ? * + {m,n}` on single characters, `^` and `$`, alternatives of the whole by `|`. A text is read once: the
set of places in the pattern that could have been reached is one integer, a bit per place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field

from engine.errors import Message
from engine.frozen import frozen

LENGTH, REPEATS, PLACES, UNBOUNDED = 200, 100, 1000, 3


class BadPattern(ValueError):
    """The pattern is outside the subset; `reason` says how."""

    def __init__(self, reason: str, **words: object) -> None:
        self.reason = Message(reason, words)
        super().__init__(reason)


@frozen
class Atom:
    """One character: those in `ranges`, or all others; `source` writes it for any engine. Repeated from `low` to `high` times."""

    source: str
    ranges: tuple[tuple[str, str], ...]
    negated: bool = False
    low: int = 1
    high: int | None = 1

    def takes(self, char: str) -> bool:
        """Whether it fits a character."""
        return any(first <= char <= last for first, last in self.ranges) is not self.negated


class Branch:
    """One alternative: its places in order, each a character that may be left out (`skip`) or come again (`loop`)."""

    def __init__(self, atoms: Sequence[Atom], begins: bool, ends: bool) -> None:
        self.begins, self.ends = begins, ends
        self.places: list[Atom] = []
        self.skip = self.loop = 0
        for atom in atoms:
            self._add(atom)
        if len(self.places) > PLACES:
            raise BadPattern("a pattern may repeat {limit} characters in all", limit=PLACES)
        self.last = 1 << len(self.places)
        self._masks: dict[str, int] = {}

    def _add(self, atom: Atom) -> None:
        optional = (atom.high - atom.low) if atom.high is not None else 1
        for index in range(atom.low + optional):
            bit = 1 << len(self.places)
            self.places.append(atom)
            if index >= atom.low:
                self.skip |= bit
                self.loop |= bit if atom.high is None else 0

    def found(self, text: str, begins: bool, ends: bool) -> bool:
        """Whether a part of the text fits, one at its begin or end where asked."""
        reached = start = self._skipped(1)
        for char in text:
            if reached & self.last and not ends:
                return True
            moved = reached & self._mask(char)
            reached = self._skipped((moved << 1) | (moved & self.loop)) | (0 if begins else start)
        return bool(reached & self.last)

    def _mask(self, char: str) -> int:
        mask = self._masks.get(char)
        if mask is None:
            mask = sum(1 << index for index, atom in enumerate(self.places) if atom.takes(char))
            if len(self._masks) < 256:
                self._masks[char] = mask
        return mask

    def _skipped(self, reached: int) -> int:
        while more := ((reached & self.skip) << 1) & ~reached:
            reached |= more
        return reached


@frozen
class Expression:
    """A pattern, ready: `pattern` is the same in the dialect that Python and PostgreSQL share."""

    pattern: str
    branches: tuple[Branch, ...] = field(compare=False)

    def search(self, text: str) -> bool:
        """Whether a part of the text fits."""
        return any(branch.found(text, branch.begins, branch.ends) for branch in self.branches)

    def fullmatch(self, text: str) -> bool:
        """Whether the whole text fits."""
        return any(branch.found(text, True, True) for branch in self.branches)


def read_expression(pattern: str) -> Expression:
    """The pattern, ready; raises BadPattern outside the subset."""
    if len(pattern) > LENGTH:
        raise BadPattern("a pattern may have {limit} characters", limit=LENGTH)
    reader = _Reader(pattern)
    branches = [reader.branch()]
    while reader.at < len(pattern):
        reader.at += 1
        branches.append(reader.branch())
    if reader.unbounded > UNBOUNDED:
        raise BadPattern("a pattern may hold {limit} of * + {{n,}}", limit=UNBOUNDED)
    return Expression("".join(reader.out), tuple(branches))


_CLASSES = {
    "d": (("0", "9"),),
    "w": (("A", "Z"), ("a", "z"), ("0", "9"), ("_", "_")),
    "s": ((" ", " "), ("\t", "\t"), ("\n", "\n"), ("\r", "\r")),
}
_WRITTEN = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \\t\\r\\n"}
_BOUNDS = re.compile(r"([0-9]{1,3})(,([0-9]{1,3})?)?\}")
Ranges = tuple[tuple[str, str], ...]


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.text, self.at, self.unbounded = pattern, 0, 0
        self.out: list[str] = []

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def branch(self) -> Branch:
        if self.at:
            self.out.append("|")
        begins = self._next() == "^"
        self.at += begins
        self.out.append("^" if begins else "")
        atoms: list[Atom] = []
        while self._next() not in ("", "|", "$"):
            atoms.append(self._repeated(self._atom()))
        ends = self._next() == "$"
        self.at += ends
        if self._next() not in ("", "|"):
            raise BadPattern('"$" stands at the end of a pattern or alternative')
        self.out.append(r"\Z" if ends else "")
        return Branch(atoms, begins, ends)

    def _atom(self) -> Atom:
        char = self._next()
        self.at += 1
        if char in "()":
            raise BadPattern("groups are not possible in a pattern")
        if char in "*+?{^":
            raise BadPattern('nothing stands before "{char}" that could repeat', char=char)
        if char == "[":
            return self._class()
        if char == ".":
            return Atom(r"[^\n]", (("\n", "\n"),), True)
        if char == "\\":
            ranges, source = self._escape()
            return Atom(f"[{source}]", ranges)
        return Atom(re.escape(char), ((char, char),))

    def _escape(self) -> tuple[Ranges, str]:
        char = self._next()
        self.at += 1
        if char in _CLASSES:
            return _CLASSES[char], _WRITTEN[char]
        if not char or char.isalnum():
            raise BadPattern('"\\{char}" is not known in a pattern', char=char)
        return ((char, char),), re.escape(char)

    def _class(self) -> Atom:
        negated = self._next() == "^"
        self.at += negated
        ranges: list[tuple[str, str]] = []
        source = ""
        while self._next() not in ("", "]"):
            more, text = self._member()
            ranges += more
            source += text
        if not self._next() or not ranges:
            raise BadPattern('a "[" is not closed, or nothing stands in it')
        self.at += 1
        return Atom(f"[{'^' if negated else ''}{source}]", tuple(ranges), negated)

    def _member(self) -> tuple[Ranges, str]:
        ranges, source = self._single()
        after = self.text[self.at + 1 : self.at + 2]
        if self._next() != "-" or after in ("", "]"):
            return ranges, source
        self.at += 1
        until, end = self._single()
        if len(ranges) > 1 or len(until) > 1 or until[0][0] < ranges[0][0] or ranges[0][0] != ranges[0][1]:
            raise BadPattern("a range in [ ] goes from the smaller to the larger character")
        return ((ranges[0][0], until[0][1]),), f"{source}-{end}"

    def _single(self) -> tuple[Ranges, str]:
        char = self._next()
        self.at += 1
        if char == "\\":
            return self._escape()
        if char == "[":
            raise BadPattern('"[" inside [ ] is written \\[')
        return ((char, char),), re.escape(char)

    def _repeated(self, atom: Atom) -> Atom:
        start, mark = self.at, self._next()
        low, high = 1, 1 if mark not in ("*", "+") else None
        if mark in ("*", "?"):
            low = 0
        if mark == "{":
            low, high = self._bounds()
        elif mark in ("*", "+", "?"):
            self.at += 1
        if self.at > start and self._next() in ("*", "+", "?", "{") and self._next():
            raise BadPattern("one repetition after another is not possible in a pattern")
        self.unbounded += high is None
        self.out.append(atom.source + self.text[start : self.at])
        return Atom(atom.source, atom.ranges, atom.negated, low, high)

    def _bounds(self) -> tuple[int, int | None]:
        match = _BOUNDS.match(self.text, self.at + 1)
        if match is None:
            raise BadPattern("write {n}, {n,} or {n,m}")
        self.at = match.end()
        low = int(match[1])
        high = int(match[3]) if match[3] else None if match[2] else low
        if max(low, high or 0) > REPEATS or (high is not None and high < low):
            raise BadPattern("at most {limit} repetitions, the smaller number first", limit=REPEATS)
        return low, high
