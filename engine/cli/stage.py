"""An open application as scenarios want it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from engine.access import Actor
from engine.app import App
from engine.metadata import Metadata
from engine.unit_of_work import Subscriber, UnitOfWork, View

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Stage:
    """The application behind a scenario: it acts as the people of the story, and works off what is due when told."""

    app: App

    @property
    def metadata(self) -> Metadata:
        """The definition being served."""
        return self.app.metadata

    def run(self, actor: Actor, work: Callable[[UnitOfWork], Result]) -> Result:
        """Do `work` in one transaction as `actor`."""
        return self.app.run(actor, work)

    def look(self, actor: Actor) -> AbstractContextManager[View]:
        """Read as `actor`."""
        return self.app.look(actor)

    def actor(self, person: int) -> Actor:
        """A person as one who acts."""
        return self.app.people.actor(person)

    def run_due(self, until: datetime) -> None:
        """Do everything that is due until then, in due order, each at its own time."""
        self.app.jobs.run_due(until)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Tell `subscriber` everything that happens."""
        self.app.ground.subscribers = (*self.app.ground.subscribers, subscriber)
