"""Patterns a user may write: LIKE with `* ? ~`, and the subset of regular expressions that cannot back-track far (2.12)."""

from __future__ import annotations

import re
from functools import lru_cache

from engine.errors import Message

LENGTH = 200
UNBOUNDED = 3
REPEATS = 100


class BadPattern(ValueError):
    """The pattern is outside the subset; `reason` says how."""

    def __init__(self, reason: str, **words: object) -> None:
        self.reason = Message(reason, words)
        super().__init__(reason)


@lru_cache(maxsize=1024)
def like_pattern(pattern: str) -> re.Pattern[str]:
    """LIKE compiled: * any characters, ? one, ~ before them themselves. Raises BadPattern when too long."""
    if len(pattern) > LENGTH:
        raise BadPattern("a pattern may have {limit} characters", limit=LENGTH)
    parts = re.findall(r"~[*?~]|\*+|\?|.", pattern, re.DOTALL)
    return re.compile("".join(_like_part(part, last=i == len(parts) - 1) for i, part in enumerate(parts)), re.DOTALL)


def like_parts(pattern: str) -> tuple[tuple[str, str], ...]:
    """LIKE taken apart for other engines: ("any", ""), ("one", "") and ("text", character) in order."""
    kinds = {"*": "any", "?": "one"}
    return tuple(
        (kinds[part[0]], "") if part[0] in kinds else ("text", part[-1]) for part in re.findall(r"~[*?~]|\*+|\?|.", pattern, re.DOTALL)
    )


def _like_part(part: str, last: bool) -> str:
    if part[0] == "*":
        return ".*" if last else ".*?"
    return "." if part == "?" else re.escape(part[-1])


@lru_cache(maxsize=1024)
def match_pattern(pattern: str) -> re.Pattern[str]:
    """MATCHES compiled; raises BadPattern outside the subset."""
    return re.compile(_Subset(pattern).translated())


def matches(pattern: str, text: str) -> bool:
    """Whether a part of `text` fits a pattern of the subset; raises BadPattern outside the subset."""
    return match_pattern(pattern).search(text) is not None


class _Subset:
    """Reads the subset and writes it again in escapes that every engine understands alike."""

    def __init__(self, pattern: str) -> None:
        if len(pattern) > LENGTH:
            raise BadPattern("a pattern may have {limit} characters", limit=LENGTH)
        self.text, self.at, self.unbounded = pattern, 0, 0

    def translated(self) -> str:
        out: list[str] = []
        while self.at < len(self.text):
            out.append(self._piece())
        if self.unbounded > UNBOUNDED:
            raise BadPattern("a pattern may hold {limit} of * + {{n,}}", limit=UNBOUNDED)
        return "".join(out)

    def _take(self) -> str:
        char = self.text[self.at]
        self.at += 1
        return char

    def _piece(self) -> str:
        char = self._take()
        if char in "()":
            raise BadPattern("groups are not possible in a pattern")
        if char in "*+?{":
            raise BadPattern('nothing stands before "{char}" that could repeat', char=char)
        if char in "^|":
            return char
        if char == "$":
            return r"\Z"
        return self._atom(char) + self._quantifier()

    def _atom(self, char: str) -> str:
        if char == "[":
            return self._class()
        if char == ".":
            return r"[^\n]"
        if char == "\\":
            return self._escape()
        return re.escape(char)

    def _escape(self) -> str:
        if self.at >= len(self.text):
            raise BadPattern("the pattern ends with a backslash")
        char = self._take()
        if char == "d":
            return "[0-9]"
        if char == "w":
            return "[A-Za-z0-9_]"
        if char == "s":
            return "[ \\t\\r\\n]"
        if char.isalnum():
            raise BadPattern('"\\{char}" is not known in a pattern', char=char)
        return re.escape(char)

    def _class(self) -> str:
        out, negated = [], self.text[self.at : self.at + 1] == "^"
        self.at += negated
        while self.at < len(self.text) and self.text[self.at] != "]":
            out.append(self._member())
        if self.at >= len(self.text) or not out:
            raise BadPattern('a "[" is not closed, or nothing stands in it')
        self.at += 1
        return f"[{'^' if negated else ''}{''.join(out)}]"

    def _member(self) -> str:
        first = self._single()
        if len(first) > 2 or self.text[self.at : self.at + 1] != "-" or self.text[self.at + 1 : self.at + 2] in ("", "]"):
            return first
        self.at += 1
        last = self._single()
        if len(last) > 2 or last[-1] < first[-1]:
            raise BadPattern("a range in [ ] goes from the smaller to the larger character")
        return f"{first}-{last}"

    def _single(self) -> str:
        char = self._take()
        if char == "\\":
            return self._escape().strip("[]") if self.at < len(self.text) else self._escape()
        if char == "[":
            raise BadPattern('"[" inside [ ] is written \\[')
        return re.escape(char)

    def _quantifier(self) -> str:
        if self.at >= len(self.text) or self.text[self.at] not in "*+?{":
            return ""
        mark = self._take()
        if mark == "{":
            mark = self._bounds()
        elif mark != "?":
            self.unbounded += 1
        if self.text[self.at : self.at + 1] in ("*", "+", "?", "{") and self.text[self.at : self.at + 1]:
            raise BadPattern("one repetition after another is not possible in a pattern")
        return mark

    def _bounds(self) -> str:
        match = re.compile(r"([0-9]{1,3})(,([0-9]{1,3})?)?\}").match(self.text, self.at)
        if match is None:
            raise BadPattern("write {{n}}, {{n,}} or {{n,m}}")
        self.at = match.end()
        low, high = int(match[1]), int(match[3] or match[1])
        if max(low, high) > REPEATS or high < low:
            raise BadPattern("at most {limit} repetitions, the smaller number first", limit=REPEATS)
        self.unbounded += bool(match[2]) and match[3] is None
        if match[3] is not None and high - low > 1:
            self.unbounded += 1
        return "{" + match[0]
