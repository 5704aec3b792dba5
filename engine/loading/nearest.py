"""Did you mean: the valid name closest to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import Sentence


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name within two typing mistakes, or the same letters in other case or with other underscores; None when nothing is near."""
    best: tuple[int, str] | None = None
    for candidate in names:
        if _letters(candidate) == _letters(name):
            return candidate
        limit = min(2, max(len(name), len(candidate)) // 3)
        away = distance(name, candidate, limit)
        if away <= limit and (best is None or away < best[0]):
            best = away, candidate
    return best[1] if best else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The hint for a misspelt name: the nearest one, else all when they are few, else nothing."""
    known = list(names)
    near = nearest(name, known)
    if near:
        return Sentence('did you mean "{near}"?', near=near)
    return Sentence("there is: {known}", known=", ".join(known)) if 0 < len(known) <= 12 else ""


def _letters(name: str) -> str:
    return name.replace("_", "").replace("-", "").casefold()


def distance(a: str, b: str, limit: int) -> int:
    """The number of typing mistakes between two words (a missing, extra, wrong letter, or two swapped); more than `limit` is limit + 1."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    rows = [list(range(len(b) + 1))]
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return min(rows[-1][-1], limit + 1)
