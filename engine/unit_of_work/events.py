"""What can happen to a record, as it is told to whoever listens."""

from __future__ import annotations

from collections.abc import Mapping

from engine.frozen import frozen
from engine.metadata import Value


@frozen
class Event:
    """Something that happened to a record; `record` is its id."""

    entity: str
    record: int


@frozen
class Created(Event):
    """A record was made."""


@frozen
class Changed(Event):
    """Fields of a record have other values than before."""

    fields: frozenset[str] = frozenset()
    old: Mapping[str, Value] | None = None


@frozen
class Deleted(Event):
    """A record was deleted; `row` is what it was."""

    row: Mapping[str, Value] | None = None


@frozen
class Restored(Event):
    """A deleted record came back."""


@frozen
class Commented(Event):
    """Somebody wrote about a record: whom they named, and who else follows it and may read what was written."""

    author: int | None = None
    words: str = ""
    mentioned: tuple[int, ...] = ()
    followers: tuple[int, ...] = ()


@frozen
class Entered(Event):
    """A record came into a state."""

    state: str = ""


@frozen
class Fired(Event):
    """An action of its lifecycle was fired, by a person or by the engine."""

    action: str = ""


@frozen
class Ended(Event):
    """A workflow of a record came to an end; `instance` is the run of it."""

    workflow: str = ""
    end: str = ""
    revision: int = 0
    instance: int = 0


@frozen
class Enrolled(Event):
    """The definition made a person: an effect, not somebody who makes accounts."""


@frozen
class Linked(Event):
    """People are to be sent a secret address of the public form `form` about a record: `readers` are addresses with their languages."""

    form: str = ""
    readers: tuple[tuple[str, str], ...] = ()
    words: Mapping[str, str] | str = ""


@frozen
class Called(Event):
    """People are to be told of something at a record: `kind` says what, `words` in which words where it has its own.

    `made_of` are the paths from the record that the words tell: whoever may not read one of them is not told the words. `by` are
    the ways (`inbox`, `email`, `chat`) if the definition says them; else each person's preferences do.
    """

    people: tuple[int, ...] = ()
    kind: str = ""
    instance: int | None = None
    words: Mapping[str, str] | str = ""
    by: tuple[str, ...] = ()
    made_of: tuple[str, ...] = ()
