"""What one action may touch: one definition, one connection, one actor, one time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from engine.access import Actor
from engine.clock import Clock
from engine.errors import Message, Refusal
from engine.frozen import frozen
from engine.jobs import Traffic
from engine.metadata import Calendar, Metadata, Value
from engine.storage import Cipher, Connection, Database, Lists, Tables

from .events import Event

DEPTH = 10
"""How far one event may lead to another before the chain is cut (DESIGN section 2)."""


@frozen(slots=False)
class Definition:
    """One applied revision, ready: its metadata, its tables and the statements of its lists.

    `revision` gives the metadata of an earlier one, for what still runs on it.
    """

    metadata: Metadata
    tables: Tables
    lists: Lists
    revision: Callable[[int], Metadata]

    @property
    def number(self) -> int:
        """The number of the revision."""
        return self.metadata.number


class View:
    """One moment of reading: a definition, a snapshot, an actor.

    `linked` remembers records that formulas have followed links to, `calendars` those that were asked, `rates` what
    currencies were worth, `named` the titles that the actor asked for, by entity (None: they may change meanwhile). `cipher` closes
    and opens what must not be read in the database. `shown` are the records that the actor was shown, by entity number and id, of
    entities whose reads are kept.
    """

    def __init__(self, definition: Definition, begin: Callable[[], Connection], actor: Actor, now: datetime, cipher: Cipher) -> None:
        self._begin = begin
        self._connection: Connection | None = None
        self.definition = definition
        self.cipher = cipher
        self.metadata = definition.metadata
        self.tables = definition.tables
        self.lists = definition.lists
        self.actor = actor
        self.now = now
        self.linked: dict[tuple[str, int], dict[str, Value] | None] = {}
        self.rates: dict[tuple[str, date], Decimal | None] = {}
        self.calendars: dict[str, Calendar] = {}
        self.named: dict[str, dict[int, str | None]] | None = {}
        self.shown: set[tuple[int, int]] = set()

    def seen_by(self, actor: Actor) -> View:
        """The same moment, seen by somebody else."""
        return View(self.definition, lambda: self.connection, actor, self.now, self.cipher)

    @property
    def connection(self) -> Connection:
        """The transaction, which begins when something is first asked of the database: others need not wait for what is computed before."""
        if self._connection is None:
            self._connection = self._begin()
        return self._connection

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the application."""
        return self.metadata.zone

    @property
    def today(self) -> date:
        """The date in the zone of the application."""
        return self.now.astimezone(self.zone).date()


@frozen
class Touched:
    """A row that was written: as it was and as it is (None before it was made and after it went), and the fields that differ.

    The change None is the making or removing of the row.
    """

    entity: str
    id: int
    old: Mapping[str, Value] | None
    new: Mapping[str, Value] | None
    changes: frozenset[str | None]


@frozen
class Waiting:
    """What an automation waits for the end of the unit of work with: the record as it was before it, or before it was deleted."""

    old: Mapping[str, Value] | None = None
    row: Mapping[str, Value] | None = None


@frozen
class Cause:
    """Why something is written: `kind` is person, action, end, step, timer, job, derived …; `name` says which."""

    kind: str = "person"
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind


class UnitOfWork(View):
    """One transaction. `warnings` are told to the person with the answer; `emit` collects what happened.

    `touched` are the rows written since computed fields were last settled, `derived` the records that were settled, `deferred` those
    that are computed after the commit, `made` those
    that the engine made meanwhile, `unnumbered` those that get a number at the end, `held` the records that are locked and not
    written since they were read, `notices` what people are to be told, written at the end. `automatic` is false where no automation
    follows what is written.
    """

    def __init__(self, ground: Ground, definition: Definition, begin: Callable[[], Connection], actor: Actor, now: datetime) -> None:
        super().__init__(definition, begin, actor, now, ground.cipher)
        self.ground = ground
        self.named = None
        self.cause = Cause()
        self.on_behalf_of: int | None = None
        self.request_id = ""
        self.warnings: list[Message] = []
        self.touched: list[Touched] = []
        self.derived: set[tuple[str, int]] = set()
        self.deferred: set[tuple[str, int]] = set()
        self.made: list[tuple[str, dict[str, Value]]] = []
        self.unnumbered: list[tuple[str, int]] = []
        self.held: dict[tuple[str, int], dict[str, Value]] = {}
        self.notices: list[Mapping[str, object]] = []
        self.automatic = True
        self.waiting: dict[tuple[str, int], Waiting] = {}
        self.automated: dict[tuple[str, int], tuple[int, Mapping[str, Value] | None]] = {}
        self._events: deque[tuple[Event, int]] = deque()
        self._depth = 0

    def forget(self, entity: str, record: int) -> None:
        """A record was written: what was read of it before does not count any more."""
        self.linked.pop((entity, record), None)
        self.held.pop((entity, record), None)

    def emit(self, event: Event) -> None:
        """Tell the subscribers, before the commit, that something happened."""
        self._events.append((event, self._depth + 1))

    @contextmanager
    def because(self, cause: Cause, actor: Actor | None = None) -> Iterator[None]:
        """Write for this reason, and as this actor, until the block ends."""
        before = self.cause, self.actor
        self.cause, self.actor = cause, actor or self.actor
        try:
            yield
        finally:
            self.cause, self.actor = before

    @contextmanager
    def standing_in(self, person: int) -> Iterator[None]:
        """What the acting person does until the block ends is done for this one, whoever it is."""
        before, self.on_behalf_of = self.on_behalf_of, person if person != self.actor.id else None
        try:
            yield
        finally:
            self.on_behalf_of = before

    def finish(self) -> None:
        """Tell everybody, and do and ask what belongs at the end; whoever wants to answer with a record as it will be calls it before."""
        self.drain()
        for close in self.ground.closing:
            close(self)
            self.drain()

    def drain(self) -> None:
        """Tell every subscriber what happened, and what happened because of that; at its end, those who waited for all of it.

        Raises Refusal when the chain does not end.
        """
        self._tell()
        for _ in range(DEPTH):
            if not any(late(self) for late in self.ground.late):
                return
            self._tell()
        raise Refusal(Message("A chain of automatic changes is longer than {depth}.", {"depth": DEPTH}))

    def _tell(self) -> None:
        while self._events:
            event, self._depth = self._events.popleft()
            if self._depth > DEPTH:
                raise Refusal(Message("A chain of automatic changes is longer than {depth}.", {"depth": DEPTH}))
            for subscriber in self.ground.subscribers:
                subscriber(self, event)
        self._depth = 0


Subscriber = Callable[[UnitOfWork, Event], None]


@dataclass
class Ground:
    """What all units of work of a process stand on. `current` gives the definition being served, `reload` looks for a newer one.

    `find_audit_key` gives the key of the audit when something is first written.
    `late` is asked when all subscribers have been told, and again as long as one of it did something; `closing` is asked last,
    before the commit, and may refuse all of it. `traffic` knows who is being answered, so that work in the background can give way.
    """

    database: Database
    clock: Clock
    current: Callable[[], Definition]
    reload: Callable[[], None]
    find_audit_key: Callable[[], bytes]
    cipher: Cipher
    subscribers: Sequence[Subscriber] = field(default_factory=tuple)
    late: Sequence[Callable[[UnitOfWork], bool]] = field(default_factory=tuple)
    closing: Sequence[Callable[[UnitOfWork], None]] = field(default_factory=tuple)
    traffic: Traffic = field(default_factory=Traffic)

    @cached_property
    def audit_key(self) -> bytes:
        """What entries of the audit are sealed with."""
        return self.find_audit_key()
