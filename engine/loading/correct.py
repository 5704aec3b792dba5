"""A document as it was probably meant: misspelt keys and words are read as the nearest ones, the rest of what is wrong is left out.

Only the checks that follow see this; the mistakes are issues all the same, and nothing is loaded while there is one.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .explain import Answer
from .positions import Document, Mark, Path


def corrected(document: Document, answers: Sequence[Answer]) -> Document:
    """The document with every answer followed; places move with what they are the places of."""
    data = copy.deepcopy(document.data)
    keys, values = dict(document.keys), dict(document.values)
    for answer in sorted(answers, key=lambda a: _order(a.path), reverse=True):
        container, last = _at(data, answer.path[:-1]), answer.path[-1]
        if isinstance(container, list) and isinstance(last, int) and last < len(container):
            if answer.value is not None:
                container[last] = answer.value
                continue
            del container[last]
            keys, values = _moved_up(keys, answer.path), _moved_up(values, answer.path)
        elif isinstance(container, dict) and last in container:
            _correct_key(container, str(last), answer)
            if answer.key is not None:
                keys, values = _renamed(keys, answer.path, answer.key), _renamed(values, answer.path, answer.key)
    return replace(document, data=data, keys=keys, values=values)


def _correct_key(container: dict[str, Any], key: str, answer: Answer) -> None:
    if answer.value is not None:
        container[key] = answer.value
        return
    value = container.pop(key)
    if answer.key is not None and answer.key not in container:
        container[answer.key] = value


def _order(path: Path) -> tuple[tuple[int, int, str], ...]:
    return tuple((1, part, "") if isinstance(part, int) else (0, 0, part) for part in path)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _renamed(places: dict[Path, Mark], path: Path, key: str) -> dict[Path, Mark]:
    depth = len(path)
    return {((*path[:-1], key, *at[depth:]) if at[:depth] == path else at): mark for at, mark in places.items()}


def _moved_up(places: dict[Path, Mark], path: Path) -> dict[Path, Mark]:
    """The places without those of a list item that is left out; later items take its number."""
    depth, gone = len(path) - 1, path[-1]
    assert isinstance(gone, int)
    moved: dict[Path, Mark] = {}
    for at, mark in places.items():
        index = at[depth] if len(at) > depth and at[:depth] == path[:-1] else None
        if not isinstance(index, int) or index < gone:
            moved[at] = mark
        elif index > gone:
            moved[(*at[:depth], index - 1, *at[depth + 1 :])] = mark
    return moved
