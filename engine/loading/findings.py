"""What is found while an application is loaded: all issues, each at its place, and none that only follow from another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from engine.errors import Issue, Sentence
from engine.frozen import frozen

from .former import Former
from .nearest import did_you_mean, nearest
from .positions import Document, Path, issue_at


@frozen
class Place:
    """A path in a document: where something is declared; parts of it may stand `elsewhere`, by their paths.

    `shared` is what stands in the declaration of another thing, with which this one begins.
    """

    document: Document
    path: Path = ()
    elsewhere: Mapping[Path, Place] = field(default_factory=dict)
    shared: bool = False

    def at(self, *path: str | int) -> Place:
        """A place further inside."""
        inside = (*self.path, *path)
        for length in range(len(inside), 0, -1) if self.elsewhere else ():
            if (other := self.elsewhere.get(inside[:length])) is not None:
                return replace(other.at(*inside[length:]), shared=True)
        return Place(self.document, inside, self.elsewhere, self.shared)

    def item(self, key: str, index: int) -> Place:
        """An item of the list under `key`, or the key itself where one thing stands without a list around it."""
        inside = self.at(key, index)
        return inside if inside.path in inside.document.values else self.at(key)

    def key(self) -> str:
        """The path in words: `fields.name`."""
        return ".".join(str(part) for part in self.path)


ADVICE = frozenset({"FX310", "FX311", "FX711"})
"""What is allowed in a formula and most likely not meant."""


@dataclass
class Findings:
    """The issues so far; `broken` are names whose own declaration is wrong, so that nobody is told that they are missing.

    What is `shared` is told once, by the thing whose declaration it stands in, if that finds it too. `former` knows earlier names.
    """

    issues: list[Issue] = field(default_factory=list)
    shared: list[Issue] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    former: Former = field(default_factory=Former)

    def add(self, code: str, message: str, place: Place, *, hint: str = "", key: bool = False) -> None:
        """An error at a place: at its value, or at its key."""
        self._note(self._issue(code, message, place, key=key, hint=hint), place)

    def warn(self, code: str, message: str, place: Place, *, hint: str = "") -> None:
        """A warning at a place."""
        self._note(replace(self._issue(code, message, place, key=False, hint=hint), level="warning"), place)

    def inside(self, code: str, message: str, place: Place, span: tuple[int, int], hint: str = "") -> None:
        """An error at the characters `span` of the scalar at a place; advice on formulas (FX310, FX311, FX711) is a warning."""
        document = place.document
        value = _value(document.data, place.path)
        line, column = document.inside(place.path, value, span[0])
        issue = Issue(code, message, document.file, line + 1, column + 1, place.key(), hint=hint, width=max(1, span[1] - span[0]))
        self._note(replace(issue, level="warning") if code in ADVICE else issue, place)

    def unknown(self, what: str, name: str, known: Iterable[str], place: Place, *, key: bool = False) -> None:
        """N301: a name that is not there, with the nearest one; silent when its declaration is what is wrong."""
        if name not in self.broken:
            names = list(known)
            self.add(
                "N301",
                Sentence('There is no {what} "{name}".', what=what if isinstance(what, Sentence) else Sentence(what), name=name),
                place,
                hint=self.called_now(name, names) or did_you_mean(name, names),
                key=key,
            )

    def called_now(self, name: str, known: Collection[str]) -> str:
        """The hint for an earlier name of something; empty for any other name."""
        now = self.former.now(name, known)
        return Sentence('it is called "{now}" now', now=now) if now else ""

    def meant(self, name: str, known: Collection[str]) -> str | None:
        """What was most likely meant by a name that is not there: what was called so, else the nearest one."""
        return self.former.now(name, known) or nearest(name, known)

    def _note(self, issue: Issue, place: Place) -> None:
        (self.shared if place.shared else self.issues).append(issue)

    def _issue(self, code: str, message: str, place: Place, *, key: bool, hint: str) -> Issue:
        issue = issue_at(place.document, place.document.mark(place.path, key=key), code, message)
        return replace(issue, path=place.key(), hint=hint)

    @property
    def failed(self) -> bool:
        """Whether there is an error."""
        return any(issue.level == "error" for issue in (*self.issues, *self.shared))

    def ordered(self) -> tuple[Issue, ...]:
        """The issues by file and line, each once."""
        places = {_spot(issue) for issue in self.issues}
        shared = {_spot(issue): issue for issue in reversed(self.shared) if _spot(issue) not in places}
        return tuple(sorted(dict.fromkeys((*self.issues, *shared.values())), key=_spot))


def _spot(issue: Issue) -> tuple[str, int, int, str]:
    return issue.file, issue.line, issue.column, issue.code


def _value(data: object, path: Path) -> str:
    for part in path:
        if not isinstance(data, dict | list):
            return ""
        data = data[part]  # type: ignore[index]
    return str(data)
