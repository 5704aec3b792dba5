"""An application, open: the one place where the rooms are put together.

`open_app` opens the database and serves the revision that was applied last. Whoever wants to act gets an actor from
`people`, and then runs a unit of work or looks; both take the definition that is current at their start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from engine import jobs, migration, notices, prints, settings, storage, transfer, workflow
from engine.access import SYSTEM, Actor
from engine.clock import Clock, SystemClock
from engine.errors import Message, Unavailable
from engine.files import Store
from engine.loading import Kept, Sources, has_system, load_sources
from engine.metadata import Identity, Metadata, Renaming, renamed
from engine.plugins import Plugins
from engine.records import (
    DERIVE,
    RETENTION,
    SWEEP,
    UNSEAL,
    UPKEEP,
    People,
    check_derived,
    derive_handler,
    end_closed,
    give_numbers,
    plan_upkeep,
    retention_handler,
    sweep_handler,
    unseal_handler,
    upkeep_handler,
    watch_seals,
)
from engine.storage import Database, Lists, Tables
from engine.unit_of_work import Definition, Ground, UnitOfWork, View, look, run

Result = TypeVar("Result")
LISTENING = (workflow.react, workflow.notice_event, workflow.attend, *notices.SUBSCRIBERS, end_closed, watch_seals)
"""Who hears of what happens, in this order."""
KEPT = 16
"""How many earlier revisions a process keeps compiled for the work that still runs on them."""


Load = Callable[[Sources, Identity, int, Plugins], Metadata]
"""How stored files become metadata: compiled, or read where another process kept them compiled."""


class Serving:
    """The definition that this process serves; a newer one replaces it as a whole. `ready` are the tables of one that is loaded already."""

    def __init__(self, database: Database, plugins: Plugins, ready: Tables | None = None, load: Load = load_sources) -> None:
        self.database = database
        self.plugins = plugins
        self._load = load
        self.revision = lru_cache(maxsize=KEPT)(self._revision)
        self._ready = ready
        self._of_today: set[int] = set()
        self._now: Definition | None = None
        self._loading = threading.Lock()

    def current(self) -> Definition:
        """The definition being served. Raises Unavailable before the first one has been applied."""
        if self._now is None:
            self.reload()
        if self._now is None:
            raise Unavailable(Message("No definition has been applied to this database yet; `loom apply` does it."))
        return self._now

    def reload(self) -> None:
        """Serve the applied revision, if it is another than now; the old one serves until the new one is ready."""
        with self._loading:
            with self.database.glance() as connection:
                number = storage.served(connection) if self._now or storage.is_prepared(connection) else 0
            if number and (self._now is None or self._now.number != number):
                self._now = self._definition(self._servable(number))

    def take(self, ready: Tables) -> None:
        """Serve what these tables are of once it is applied: it is loaded already, and need not be compiled again."""
        self._ready = ready

    def _definition(self, metadata: Metadata) -> Definition:
        tables = self._ready if self._ready and self._ready.metadata is metadata else Tables(metadata, self.database.dialect)
        earlier = lru_cache(maxsize=KEPT)(lambda number: self._earlier(number, metadata))
        return Definition(metadata, tables, Lists(tables, self.database.functions), earlier)

    def _earlier(self, number: int, now: Metadata) -> Metadata:
        """The revision `number` for what still runs on it: its workflows, in the words of the one that is served."""
        if number == now.number:
            return now
        found = self.revision(number)
        renaming = Renaming(found, now)
        workflows = [renamed(workflow, renaming) for workflow in found.workflows.values()]
        calls = {name: renamed(call, renaming) for name, call in found.calls.items()}
        return replace(found, workflows={workflow.name: workflow for workflow in workflows}, calls=calls)

    def _revision(self, number: int) -> Metadata:
        if self._ready and self._ready.metadata.number == number:
            return self._ready.metadata
        with self.database.read() as connection:
            stored = migration.stored(connection, number)
        if has_system(stored.sources):
            self._of_today.add(number)
        return self._load(stored.sources, stored.identity, number, self.plugins)

    def _servable(self, number: int) -> Metadata:
        """The revision `number`. Raises Unavailable when this engine needs more than it has."""
        metadata = self.revision(number)
        if self._ready is None or self._ready.metadata is not metadata:
            with self.database.glance() as connection:
                migration.refuse_outdated(connection, None if number in self._of_today else metadata)
        return metadata


@dataclass
class App:
    """One open application. `root` is the folder that its connectors and files are relative to."""

    root: Path
    serving: Serving
    ground: Ground
    people: People
    plugins: Plugins
    jobs: jobs.Runner
    letters: notices.Letters
    links: notices.SecretLinks
    endings: transfer.Endings
    files: Store
    closing: list[Callable[[], None]] = field(default_factory=list)

    @property
    def database(self) -> Database:
        """Where the data lies."""
        return self.ground.database

    @property
    def metadata(self) -> Metadata:
        """The definition being served."""
        return self.serving.current().metadata

    def run(self, actor: Actor, work: Callable[[UnitOfWork], Result], *, request_id: str = "") -> Result:
        """Do `work` in one transaction as `actor`."""
        return run(self.ground, actor, work, request_id=request_id)

    def look(self, actor: Actor, *, snapshot: bool = True, reader: Actor | None = None) -> AbstractContextManager[View]:
        """Read as `actor`; `reader` is who looks in truth, where that is somebody else."""
        return look(self.ground, actor, snapshot=snapshot, reader=reader)

    def start(self) -> None:
        """Work in the background until it is closed, from now on also at what must be done every hour."""
        self.run(SYSTEM, plan_upkeep)
        self.jobs.start()

    def close(self) -> None:
        """Stop the workers and close the database."""
        self.jobs.stop()
        for close in self.closing:
            close()
        self.database.dispose()


def open_app(root: Path, database_url: str | None = None, *, clock: Clock | None = None, plugins: Plugins | None = None) -> App:
    """Open the application in `root` on its database; nothing runs in the background until `app.jobs.start()`."""
    plugins = plugins or Plugins.discover(root)
    kept = Kept(settings.cache_folder(root), lambda: settings.key(root, "cache"))
    serving = Serving(storage.open_database(database_url or settings.database_url(root)), plugins, load=kept.load)
    return assemble(root, serving, clock or SystemClock(), workflow.Connectors(root, plugins, lambda: serving.current().metadata))


def assemble(root: Path, serving: Serving, clock: Clock, connect: workflow.Connect) -> App:
    """Put the rooms together around a database; `connect` gives the connectors, which scenarios answer for themselves."""
    cipher = storage.Cipher(lambda: settings.key(root, "seals"))
    ground = Ground(serving.database, clock, serving.current, serving.reload, lambda: settings.key(root, "audit"), cipher)
    people = People(ground)
    ground.subscribers = (*LISTENING, people.forget)
    ground.late = (workflow.answer_events,)
    ground.closing = (give_numbers, check_derived, notices.write_notices)
    handlers = {workflow.JOB: workflow.call_handler(ground, connect), migration.JOB: migration.recompute_handler(ground)}
    post = notices.Post.from_settings()
    letters = notices.Letters(ground, settings.key(root, "letters"), settings.address(), post)
    links = notices.SecretLinks(ground, settings.key(root, "letters"), settings.address(), post)
    handlers |= {notices.LETTER: letters.handle, notices.LINK: links.handle}
    handlers[transfer.JOB] = transfer.import_handler(ground, people)
    handlers[DERIVE] = derive_handler(ground)
    handlers |= {migration.TIDY: migration.tidy_handler(ground), migration.MOVE: migration.move_handler(ground)}
    handlers[workflow.SCHEDULE] = workflow.schedule_handler(ground)
    store = Store(settings.files_folder(root))
    handlers |= {SWEEP: sweep_handler(ground, store), UPKEEP: upkeep_handler(ground), UNSEAL: unseal_handler(ground)}
    handlers[RETENTION] = retention_handler(ground)
    handlers[notices.NOTICE] = notices.notice_handler(ground, people, post, settings.address())
    handlers[notices.CHAT] = notices.chat_handler(ground, people, notices.Robot.from_settings(), settings.address())
    handlers[workflow.PRINT] = prints.print_handler(ground, store)
    handlers[workflow.MESSAGE] = workflow.message_handler(ground)
    handlers[workflow.ARMING] = workflow.arming_handler(ground)
    handlers[workflow.DEADLINES] = workflow.deadlines_handler(ground)
    endings = transfer.Endings(settings.key(root, "letters"), settings.address())
    handlers |= transfer.report_handlers(transfer.Desk(ground, people, post, settings.address(), endings))
    leaving = (notices.LETTER, notices.LINK, notices.NOTICE, notices.CHAT, transfer.LETTER)
    timers = {workflow.TIMER: workflow.timer_handler(ground), workflow.STATE_TIMER: workflow.state_timer_handler(ground)}
    timers[workflow.CLOCK] = workflow.clock_handler(ground)
    gave_up = {workflow.JOB: workflow.gave_up(ground)}
    schedules = (
        workflow.plan_schedules(ground, workflow.SCHEDULE, workflow.automations_at_times),
        workflow.plan_schedules(ground, transfer.DUE, transfer.reports_at_times),
    )
    sweeps, outside = (*schedules, workflow.watch_over(ground), notices.sweep(ground)), frozenset({workflow.JOB, *leaving})
    works = jobs.Works(handlers, timers, gave_up, sweeps, outside)
    runner = jobs.Runner(serving.database, clock, works, ground.traffic)
    return App(root, serving, ground, people, serving.plugins, runner, letters, links, endings, store)
