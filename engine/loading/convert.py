"""A document becomes the struct of its kind; what is wrong in it is explained, corrected or left out, and the rest goes on."""

from __future__ import annotations

import msgspec

from engine.errors import Issue
from engine.frozen import frozen
from engine.metadata import Declaration, ExtraTypes

from .correct import corrected
from .explain import Answer, explain
from .positions import Document, Path, issue_at

_ROUNDS = 8
_NAMED = frozenset("fields states actions steps detours ends roles values connectors".split())
"""Mappings whose keys are names that something else may mention."""


@frozen(slots=False)
class Piece:
    """A declaration with the document it was read from; `broken` are names that were left out because they are wrong themselves."""

    document: Document
    declared: Declaration | None
    issues: tuple[Issue, ...] = ()
    broken: frozenset[str] = frozenset()


def convert(document: Document, struct: type[Declaration], extra: ExtraTypes = ()) -> Piece:
    """The declaration in `document`; None when too little of it is right. `extra` are the field types of plugins that `struct` knows."""
    issues: dict[tuple[int, int, str, str], Issue] = {}
    broken: set[str] = set()
    left_out: set[Path] = set()
    for _ in range(_ROUNDS):
        try:
            return Piece(document, msgspec.convert(document.data, struct), tuple(issues.values()), frozenset(broken))
        except msgspec.ValidationError as error:
            answers = explain(document, struct, extra) or [Answer(_unexplained(document, error), ())]
        for answer in answers:
            if answer.missing is None or (*answer.path, answer.missing) not in left_out:
                issue = answer.issue
                issues.setdefault((issue.line, issue.column, issue.code, issue.message), issue)
        left_out.update(a.path for a in answers if a.key is None and a.value is None and a.missing is None)
        broken.update("languages" for a in answers if a.path[:1] == ("languages",))
        broken.update(str(a.path[-1]) for a in answers if len(a.path) > 1 and a.path[-2] in _NAMED)
        if any(answer.path == () for answer in answers):
            break
        document = corrected(document, answers)
    return Piece(document, None, tuple(issues.values()), frozenset(broken))


def _unexplained(document: Document, error: msgspec.ValidationError) -> Issue:
    return issue_at(document, document.mark(()), "S203", f"{error}.")
