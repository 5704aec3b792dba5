"""Everything that can go wrong, as one tree.

    ObjectloomError
    ├── BadDefinition      the YAML is wrong: all its issues at once
    ├── Unauthorised       nobody is signed in                                        401
    ├── Forbidden          the person sees the record but may not do this            403
    ├── Invisible          for this person it does not exist                         404
    ├── Refusal            a rule of an action, a workflow or another record says no 409
    │   └── Conflict       somebody was faster                                       409
    ├── Invalid            wrong input: a problem per field                          422
    ├── TooMany            more requests than are allowed                            429
    ├── Unavailable        a new definition is being loaded, or the database is away 503
    ├── RevisionMoved      the unit of work must begin again on the new definition   (never leaves the engine)
    └── TryAgain           somebody did the same at the same moment: begin again     (never leaves the engine)

A mistake in YAML is an `Issue`, wrong input a `Problem`; both are data. Words are `Message`s: an English template with
named holes that is translated when it is shown, or a label that the analyst wrote in several languages.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from engine.frozen import frozen

Text = Mapping[str, str]
"""A label as the analyst wrote it: language code to words."""

LOCALE = Path(__file__).parent / "locale"
FALLBACK = "en"


@lru_cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("objectloom", LOCALE, languages=[language], fallback=True)


def translate(text: str, language: str) -> str:
    """The words of the engine `text` (English) in `language`; the English itself where no translation exists."""
    return _catalogue(language).gettext(text)


def translate_count(one: str, many: str, count: int, language: str) -> str:
    """The form of the words of the engine for `count` things in `language`; `%(num)s` is the count."""
    return _catalogue(language).ngettext(one, many, count)


def in_language(text: Text, language: str) -> str:
    """The words of a label in `language`, else in its first language; an empty label gives an empty text."""
    return text.get(language) or next(iter(text.values()), "")


@frozen
class Message:
    """Words for a person: `text` with `{named}` holes, filled from `params`, each itself a label, a message or a plain value.

    A number chooses its words: `{rows:record|records}` is "1 record" or "2 records", `{rows:|is|are}` the words alone.
    """

    text: str | Text
    params: Mapping[str, object] = field(default_factory=dict)

    def render(self, language: str = FALLBACK) -> str:
        """These words in `language`."""
        words = translate(self.text, language) if isinstance(self.text, str) else in_language(self.text, language)
        if not self.params:
            return words
        return words.format_map({name: _shown(value, language) for name, value in self.params.items()})

    def __str__(self) -> str:
        return self.render()


class _Number(int):
    """A number that chooses the words after it."""

    def __format__(self, words: str) -> str:
        if not words:
            return str(int(self))
        *alone, one, many = words.split("|")
        chosen = one if self == 1 else many
        return chosen if alone else f"{int(self)} {chosen}"


def _shown(value: object, language: str) -> str | _Number:
    if type(value) is int:
        return _Number(value)
    if isinstance(value, Message):
        return value.render(language)
    if isinstance(value, Sentence):
        return value.message.render(language)
    if isinstance(value, Mapping):
        return in_language(value, language)
    return str(value)


class Sentence(str):
    """English words about a declaration that know how they were put together: the `message` with its template and parts.

    To a program they are a text like any other; `in_words` says them in another language.
    """

    __slots__ = ("message",)
    message: Message

    def __new__(cls, text: str, /, **parts: object) -> Self:
        """The words of `text` with its `{named}` holes filled."""
        message = Message(text, parts)
        told = super().__new__(cls, message.render())
        told.message = message
        return told


def in_words(text: str, language: str) -> str:
    """What an issue says, in `language`; as it stands where no translation exists."""
    if isinstance(text, Sentence):
        return text.message.render(language)
    return translate(text, language) if text else ""


@frozen
class Issue:
    """One mistake in a declaration, with its place; lines and columns count from 1, `file` is relative to the application.

    `message`, `expected` and `hint` are English, as a `Sentence` where they have parts.
    """

    code: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""
    level: Literal["error", "warning"] = "error"
    expected: str = ""
    hint: str = ""
    width: int = 1


@frozen
class Problem:
    """One thing that is wrong with an input; `path` is the field (`lines.2.qty` for a cell), empty for the record."""

    path: str
    code: str
    message: Message


class Unfit(ValueError):
    """A value that is not what its field takes; `message` says what was expected."""

    def __init__(self, text: str | Text, **params: object) -> None:
        self.message = Message(text, params)
        super().__init__(str(self.message))


class ObjectloomError(Exception):
    """The root of the tree; `status` is the HTTP status of RFC 9457 answers, `code` their machine-readable name."""

    status = 500
    code = "error"

    def __init__(self, message: Message | str = "") -> None:
        self.message = message if isinstance(message, Message) else Message(message)
        super().__init__(str(self.message))


class BadDefinition(ObjectloomError):
    """The application cannot be loaded; carries every issue found."""

    code = "bad_definition"

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(f"{i.file}:{i.line}:{i.column} {i.code} {i.message}" for i in self.issues))


class Unauthorised(ObjectloomError):
    """Nobody is signed in, or the token or signature is wrong."""

    status, code = 401, "unauthorised"


class Forbidden(ObjectloomError):
    """The person sees the record but has no right to do this with it."""

    status, code = 403, "forbidden"


class Invisible(ObjectloomError):
    """For this person the thing does not exist."""

    status, code = 404, "not_found"

    def __init__(self, message: Message | str = "There is no such record, or you may not see it.") -> None:
        super().__init__(message)


class Refusal(ObjectloomError):
    """A rule says no, and this is its reason."""

    status, code = 409, "refused"


class Conflict(Refusal):
    """Somebody was faster; `theirs` names who, when and which fields, so that a page can show both versions."""

    code = "conflict"

    def __init__(self, message: Message | str, theirs: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.theirs = dict(theirs or {})


class Invalid(ObjectloomError):
    """The input is wrong; carries every problem found."""

    status, code = 422, "invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(Message("Please correct what is marked."))

    def __str__(self) -> str:
        return "; ".join(f"{p.path}: {p.message}" if p.path else str(p.message) for p in self.problems)


@contextmanager
def told_of(name: str) -> Iterator[None]:
    """What is wrong inside is told of the input `name`: an attribute of the question, not a part of what stands in it."""
    try:
        yield
    except Invalid as wrong:
        raise Invalid([replace(problem, path=name) for problem in wrong.problems]) from None


class TooMany(ObjectloomError):
    """More was asked than is allowed; after `seconds` it may be asked again."""

    status, code = 429, "too_many"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(Message("That was too often; please try again in {seconds} seconds.", {"seconds": seconds}))


class Unavailable(ObjectloomError):
    """For a moment the application cannot answer; the request may be sent again."""

    status, code = 503, "unavailable"


class RevisionMoved(ObjectloomError):
    """The applied revision is no longer the one this unit of work began with; the process reloads and begins again."""

    code = "revision_moved"


class TryAgain(ObjectloomError):
    """Somebody did the same at the same moment, so the database took theirs: the unit of work begins again and finds it."""

    code = "try_again"
