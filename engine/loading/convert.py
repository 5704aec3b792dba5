"""A document becomes the struct of its kind; what is wrong in it is explained, left out, and the rest goes on."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from engine.errors import Issue
from engine.metadata.written import Declaration

from .explain import explain
from .positions import Document, Mark, Path, issue_at

_ROUNDS = 8
_NAMED = frozenset("fields states actions steps detours ends roles values connectors".split())
"""Mappings whose keys are names that something else may mention."""


@dataclass(frozen=True)
class Piece:
    """A declaration with the document it was read from; `broken` are names that were left out because they are wrong themselves."""

    document: Document
    declared: Declaration | None
    issues: tuple[Issue, ...] = ()
    broken: frozenset[str] = frozenset()


def convert(document: Document, struct: type[Declaration]) -> Piece:
    """The declaration in `document`; None when too little of it is right."""
    issues: dict[tuple[int, int, str, str], Issue] = {}
    broken: set[str] = set()
    for _ in range(_ROUNDS):
        try:
            return Piece(document, msgspec.convert(document.data, struct), tuple(issues.values()), frozenset(broken))
        except msgspec.ValidationError as error:
            answers = explain(document, struct) or [(_unexplained(document, error), ())]
        for issue, _ in answers:
            issues.setdefault((issue.line, issue.column, issue.code, issue.message), issue)
        paths = sorted({path for _, path in answers}, key=str, reverse=True)
        broken.update(str(path[-1]) for path in paths if len(path) > 1 and path[-2] in _NAMED)
        if () in paths:
            break
        document = _without(document, paths)
    return Piece(document, None, tuple(issues.values()), frozenset(broken))


def _unexplained(document: Document, error: msgspec.ValidationError) -> Issue:
    return issue_at(document, document.mark(()), "S203", f"{error}.")


def _without(document: Document, paths: list[Path]) -> Document:
    """The document without the parts at `paths`; later items of a list move up, with their places."""
    data = copy.deepcopy(document.data)
    keys, values = dict(document.keys), dict(document.values)
    for path in sorted(paths, key=_order, reverse=True):
        container = _at(data, path[:-1])
        if isinstance(container, dict):
            container.pop(path[-1], None)
        elif isinstance(container, list) and isinstance(path[-1], int) and path[-1] < len(container):
            del container[path[-1]]
            keys, values = _moved_up(keys, path), _moved_up(values, path)
    return replace(document, data=data, keys=keys, values=values)


def _order(path: Path) -> tuple[tuple[int, int, str], ...]:
    return tuple((1, part, "") if isinstance(part, int) else (0, 0, part) for part in path)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _moved_up(places: dict[Path, Mark], path: Path) -> dict[Path, Mark]:
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
