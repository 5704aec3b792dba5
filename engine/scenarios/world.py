"""The world of one run: an empty scratch database, a clock that is moved by hand, and connectors that answer as written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from engine.access import Actor
from engine.clock import VirtualClock
from engine.frozen import frozen
from engine.metadata import Metadata
from engine.plugins import CallFailed, FailureKind
from engine.unit_of_work import Created, Event, Ground, Subscriber, UnitOfWork, View

from .model import Scenario

Result = TypeVar("Result")


class Application(Protocol):
    """What scenarios need of an open application."""

    @property
    def metadata(self) -> Metadata:
        """The definition being served."""

    @property
    def ground(self) -> Ground:
        """What its units of work stand on."""

    def run(self, actor: Actor, work: Callable[[UnitOfWork], Result]) -> Result:
        """Do `work` in one transaction as `actor`."""

    def look(self, actor: Actor) -> AbstractContextManager[View]:
        """Read as `actor`."""

    def actor(self, person: int) -> Actor:
        """A person as one who acts."""

    def run_due(self, until: datetime) -> None:
        """Do everything that is due until then, in due order, each at its own time."""

    def subscribe(self, subscriber: Subscriber) -> None:
        """Tell `subscriber` everything that happens."""


@frozen
class Called:
    """One call of a connector."""

    name: str
    inputs: Mapping[str, object]


@dataclass
class Answers:
    """The connectors of a run: they answer in the order written and remember what they were asked."""

    waiting: dict[str, list[object]]
    calls: list[Called] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, scenario: Scenario) -> Answers:
        """The answers that a scenario gives."""
        return cls({name: list(answers) for name, answers in scenario.connectors.items()})

    def connect(self, connector: str) -> Answering:
        """The connector of that name."""
        return Answering(self, connector)

    def answer(self, name: str, inputs: Mapping[str, object]) -> Mapping[str, object]:
        """The next answer to `connector.action`. Raises CallFailed where the scenario says so, or has no answer left."""
        with self._turn:
            self.calls.append(Called(name, dict(inputs)))
            left = self.waiting.get(name, [])
            following = left.pop(0) if left else None
        if not isinstance(following, Mapping):
            self.unexpected.append(name)
            raise CallFailed("defect", f"The scenario has no answer for {name}.")
        if "fail" in following:
            kind: FailureKind = following["fail"]
            raise CallFailed(kind, f"The scenario lets the call fail: {kind}.")
        found = following.get("answer")
        return found if isinstance(found, Mapping) else {}


@frozen
class Answering:
    """One connector of a run."""

    answers: Answers
    connector: str

    def call(self, action: str, inputs: Mapping[str, object], key: str) -> Mapping[str, object]:
        """The answer that the scenario wrote down."""
        return self.answers.answer(f"{self.connector}.{action}", inputs)


class Watching(Protocol):
    """Who sees what happens in a run."""

    def hear(self, event: Event) -> None:
        """Something happened to a record."""


@dataclass
class World:
    """One run: the application, its clock, and the ids of everything that has a name."""

    application: Application
    clock: VirtualClock
    answers: Answers
    ids: dict[str, int] = field(default_factory=dict)
    entities: dict[str, str] = field(default_factory=dict)
    witness: Watching | None = None
    _listener: list[tuple[str, int]] | None = None

    def hear(self, uow: UnitOfWork, event: Event) -> None:
        """A subscriber: whoever listens learns which records are made, and the witness everything."""
        if self.witness is not None:
            self.witness.hear(event)
        if self._listener is not None and isinstance(event, Created):
            self._listener.append((event.entity, event.record))

    @contextmanager
    def listening(self, made: list[tuple[str, int]]) -> Iterator[None]:
        """Collect what is made until the block ends."""
        self._listener = made
        try:
            yield
        finally:
            self._listener = None

    @property
    def metadata(self) -> Metadata:
        """The definition being served."""
        return self.application.metadata

    def name(self, name: str, entity: str, record: int) -> None:
        """Remember a record by its name."""
        self.ids[name] = record
        self.entities[name] = entity


Open = Callable[[VirtualClock, Answers], AbstractContextManager[Application]]
"""Opens an application on a scratch database of its own; it is gone when the block ends."""
