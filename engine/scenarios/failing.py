"""Whether a step failed in the way that was written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.errors import Conflict, Forbidden, Invalid, Invisible, ObjectloomError, Problem, Refusal, Unauthorised

from .world import World

KINDS: Mapping[str, type[ObjectloomError]] = MappingProxyType(
    {
        "conflict": Conflict,
        "refused": Refusal,
        "invalid": Invalid,
        "forbidden": Forbidden,
        "invisible": Invisible,
        "unauthorised": Unauthorised,
    }
)
"""The kinds of failure, the more exact first."""


def kind_of(error: BaseException) -> str:
    """The word for a failure; the name of its class where it is none that a scenario can expect."""
    return next((kind for kind, known in KINDS.items() if isinstance(error, known)), type(error).__name__)


def wrong_failure(world: World, wanted: object, error: BaseException) -> str | None:
    """Why the failure is not the one that was written, in a sentence; None if it is."""
    if not isinstance(wanted, Mapping):
        return _wrong_kind(str(wanted), error)
    kind, detail = next(iter(wanted.items()))
    if wrong := _wrong_kind(str(kind), error):
        return wrong
    language = world.metadata.languages[0]
    if isinstance(error, Invalid):
        return _wrong_problems(detail, error, language)
    words = error.message.render(language) if isinstance(error, ObjectloomError) else str(error)
    return None if str(detail) in words else f"it failed with “{words}”, not “{detail}”"


def _wrong_kind(wanted: str, error: BaseException) -> str | None:
    found = kind_of(error)
    if found == wanted or (wanted == "any" and found in KINDS):
        return None
    return f"it failed: {found} ({error}); it should have failed: {wanted}"


def _wrong_problems(wanted: object, error: Invalid, language: str) -> str | None:
    """At least these fields, or this text at the record or any field, or these texts at these fields."""
    said = {problem.path: problem.message.render(language) for problem in error.problems}
    if isinstance(wanted, list):
        missing = [path for path in wanted if path not in said]
    elif isinstance(wanted, Mapping):
        missing = [path for path, words in wanted.items() if str(words) not in said.get(path, "")]
    else:
        missing = [] if any(str(wanted) in words for words in said.values()) else [str(wanted)]
    return f"the problems are {_listed(error.problems, language)}; missing: {', '.join(map(str, missing))}" if missing else None


def _listed(problems: tuple[Problem, ...], language: str) -> str:
    return "; ".join(f"{problem.path}: {problem.message.render(language)}" for problem in problems)
