"""Scratch databases for scenarios: one template per application, copied for every run and gone after it.

SQLite copies a file; PostgreSQL copies a database on the server whose address is given (`CREATE DATABASE … TEMPLATE …`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from engine import migration
from engine.access import Actor
from engine.app import App, Serving, assemble
from engine.clock import VirtualClock
from engine.frozen import frozen
from engine.loading import Sources
from engine.metadata import Metadata
from engine.plugins import Plugins
from engine.scenarios import Answers
from engine.storage import drop_scratch, open_database, scratch_database
from engine.unit_of_work import Ground, Subscriber, UnitOfWork, View

Result = TypeVar("Result")
FIRST = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@frozen(slots=False)
class Scene:
    """An application on its scratch database, as scenarios use it."""

    app: App

    @property
    def metadata(self) -> Metadata:
        """The definition being served."""
        return self.app.metadata

    @property
    def ground(self) -> Ground:
        """What its units of work stand on."""
        return self.app.ground

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
        """Do everything that is due until then."""
        self.app.jobs.run_due(until)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Tell `subscriber` everything that happens."""
        self.app.ground.subscribers = (*self.app.ground.subscribers, subscriber)


class Scratch:
    """The scratch databases of one application: its folder, its `definition` as written and as compiled, and its plugins.

    `server` is the address of a PostgreSQL server, None for SQLite files.
    """

    def __init__(self, root: Path, definition: tuple[Sources, Metadata], plugins: Plugins, server: str | None) -> None:
        self._root = root
        self._plugins = plugins
        self._folder = Path(tempfile.mkdtemp(prefix="loom-"))
        self._place = server or self._folder
        self._template = scratch_database(self._place)
        database = open_database(self._template)
        try:
            self._ready = migration.apply(database, *definition, "scenarios", FIRST).change.tables
        finally:
            database.dispose()

    @contextmanager
    def open(self, clock: VirtualClock, answers: Answers) -> Iterator[Scene]:
        """The application on a fresh database."""
        url = scratch_database(self._place, self._template)
        database = open_database(url)
        try:
            yield Scene(assemble(self._root, Serving(database, self._plugins, self._ready), clock, answers.connect))
        finally:
            database.dispose()
            drop_scratch(url)

    def close(self) -> None:
        """Nothing is left."""
        drop_scratch(self._template)
        shutil.rmtree(self._folder)
