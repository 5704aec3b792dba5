"""Did you mean: the nearest valid name (Damerau distance at most 2, or the same letters, or shared characters for CJK)."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def nearest(word: str, names: Iterable[str], fits: Callable[[str], bool] = bool) -> str | None:
    """The valid name that `word` most likely stands for, one that `fits` first; None if none is near."""
    near = sorted((score, name) for name in names if (score := _score(word, name)) is not None)
    return next((name for _, name in near if fits(name)), near[0][1] if near else None)


def _score(word: str, name: str) -> float | None:
    plain, other = _letters(word), _letters(name)
    if plain == other:
        return 0.0
    if not (word.isascii() and name.isascii()):
        shared = len(set(word) & set(name))
        return 3.0 - shared / max(len(word), len(name)) if shared * 2 >= min(len(word), len(name)) else None
    allowed = 1 if min(len(word), len(name)) <= 3 else 2
    if abs(len(plain) - len(other)) > allowed:
        return None
    steps = distance(plain, other)
    return float(steps) if steps <= allowed and steps < len(plain) else None


def _letters(word: str) -> str:
    return word.replace("_", "").casefold()


def distance(a: str, b: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words."""
    older: list[int] = []
    old = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(old[j] + 1, row[-1] + 1, old[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        older, old = old, row
    return old[-1]
