"""Patterns a user may write: LIKE with `* ? ~`, and a subset of regular expressions; both matched in linear time (2.12)."""

from __future__ import annotations

import re
from functools import lru_cache

from .expressions import LENGTH, BadPattern, Expression, read_expression

_LIKE = re.compile(r"~[*?~]|\*+|\?|.", re.DOTALL)


class Like:
    """A LIKE pattern: pieces of fixed length between the stars, each found as far left as possible, so matching is linear."""

    def __init__(self, pattern: str) -> None:
        pieces: list[list[str]] = [[]]
        for part in _LIKE.findall(pattern):
            if part[0] == "*":
                pieces.append([])
            else:
                pieces[-1].append("." if part == "?" else re.escape(part[-1]))
        self.lengths = tuple(map(len, pieces))
        self.pieces = tuple(re.compile("".join(piece), re.DOTALL) for piece in pieces)

    def matches(self, text: str) -> bool:
        """Whether the whole text fits."""
        first, last = self.pieces[0], self.pieces[-1]
        if len(self.pieces) == 1:
            return first.fullmatch(text) is not None
        at, end = self.lengths[0], len(text) - self.lengths[-1]
        if at > end or not first.match(text) or not last.fullmatch(text, end):
            return False
        for piece in self.pieces[1:-1]:
            found = piece.search(text, at, end)
            if found is None:
                return False
            at = found.end()
        return True


@lru_cache(maxsize=1024)
def like_pattern(pattern: str) -> Like:
    """LIKE compiled: * any characters, ? one, ~ before them themselves. Raises BadPattern when too long."""
    if len(pattern) > LENGTH:
        raise BadPattern("a pattern may have {limit} characters", limit=LENGTH)
    return Like(pattern)


def like_parts(pattern: str) -> tuple[tuple[str, str], ...]:
    """LIKE taken apart for other engines: ("any", ""), ("one", "") and ("text", character) in order."""
    kinds = {"*": "any", "?": "one"}
    return tuple((kinds[part[0]], "") if part[0] in kinds else ("text", part[-1]) for part in _LIKE.findall(pattern))


@lru_cache(maxsize=1024)
def match_pattern(pattern: str) -> Expression:
    """MATCHES compiled; raises BadPattern outside the subset."""
    return read_expression(pattern)


def matches(pattern: str, text: str) -> bool:
    """Whether a part of `text` fits a pattern of the subset; raises BadPattern outside the subset."""
    return match_pattern(pattern).search(text)
