"""A small application on a scratch database, for tests of running work: people by name, a clock, connectors that answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from engine.access import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.jobs import Runner
from engine.loading import Sources, load_sources
from engine.metadata import Identity, Metadata
from engine.plugins import CallFailed
from engine.records import People, fetch, save
from engine.storage import Database, Lists, Tables, create_schema, open_database, serve
from engine.unit_of_work import Definition, Ground, UnitOfWork, View, look, run
from engine.workflow import JOB, Answer, Connect, Task, all_tasks, call_handler, decide, open_tasks, react

Result = TypeVar("Result")
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
APP = """
app: small
languages: [en, zh]
timezone: Asia/Shanghai
roles:
  writer: {}
  reader: {}
  judge: {}
  boss: {includes: [judge]}
connectors:
  register: {provider: none}
"""


@dataclass
class Line:
    """A connector whose answers stand in a list; it remembers the questions and their keys."""

    answers: list[object] = field(default_factory=list)
    asked: list[tuple[str, Mapping[str, object], str]] = field(default_factory=list)

    def __call__(self, name: str) -> Line:
        return self

    def call(self, action: str, inputs: Mapping[str, object], key: str) -> Mapping[str, object]:
        self.asked.append((action, inputs, key))
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, CallFailed):
            raise answer
        assert isinstance(answer, Mapping)
        return answer


@dataclass
class Small:
    """The application while a test uses it."""

    ground: Ground
    database: Database
    clock: VirtualClock
    line: Line
    runner: Runner
    accounts: People
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def metadata(self) -> Metadata:
        return self.ground.current().metadata

    def actor(self, name: str) -> Actor:
        return SYSTEM if name == "system" else self.accounts.actor(self.ids[name])

    def person(self, name: str, *roles: str) -> None:
        self.ids[name] = self.run(
            "system", lambda uow: int(str(save(uow, "user", None, {"login": name, "name": name.title(), "roles": list(roles)})["id"]))
        )

    def run(self, name: str, work: Callable[[UnitOfWork], Result]) -> Result:
        return run(self.ground, self.actor(name), work)

    def see(self, name: str, work: Callable[[View], Result]) -> Result:
        with look(self.ground, self.actor(name)) as view:
            return work(view)

    def create(self, name: str, entity: str, values: Mapping[str, object]) -> int:
        return self.run(name, lambda uow: int(str(save(uow, entity, None, values)["id"])))

    def row(self, entity: str, number: int) -> Mapping[str, object]:
        return self.see("system", lambda view: fetch(view, entity, number))

    def asked(self, entity: str, number: int) -> dict[str, list[str]]:
        """The open tasks of a record: step to the names of the people, sorted."""
        names = {person: name for name, person in self.ids.items()}
        found: dict[str, list[str]] = {}
        for task in self.see("system", lambda view: open_tasks(view, entity, number)):
            found.setdefault(task.step, []).append(names[task.person])
        return {step: sorted(people) for step, people in found.items()}

    def task(self, name: str, entity: str, number: int) -> Task:
        tasks = self.see("system", lambda view: all_tasks(view, entity, number))
        own = [task for task in tasks if task.person == self.ids[name]]
        return next((task for task in own if task.status == "open"), own[-1])

    def decide(self, name: str, entity: str, number: int, answer: Answer) -> None:
        task = self.task(name, entity, number)
        self.run(name, lambda uow: decide(uow, task.id, answer))


def numbered(files: Mapping[str, str]) -> Metadata:
    """The metadata of an application as its first revision, every entity with an id for life."""
    sources = Sources({name: text.encode() for name, text in files.items()})
    names = load_sources(sources, Identity(), 1).entities
    return load_sources(sources, Identity({f"entity:{name}": number for number, name in enumerate(names, 1)}), 1)


def open_small(
    url: str, files: Mapping[str, str], people: Sequence[tuple[str, ...]], *, fresh: bool = True, line: Connect | None = None
) -> Small:
    """Open the application on an empty database (or one that was made before) with its people; APP where no `app.yaml` is given."""
    metadata = numbered({"app.yaml": APP, **files})
    database = open_database(url)
    tables = Tables(metadata, database.dialect)
    if fresh:
        with database.write() as connection:
            create_schema(connection, tables)
            serve(connection, 1)
    definition = Definition(metadata, tables, Lists(tables, database.functions), lambda number: metadata)
    clock, answers = VirtualClock(START), Line()
    ground = Ground(database, clock, lambda: definition, lambda: None, b"k" * 32)
    accounts = People(ground)
    ground.subscribers = (react, accounts.forget)
    runner = Runner(database, clock, {JOB: call_handler(ground, line or answers)})
    small = Small(ground, database, clock, answers, runner, accounts)
    for name, *roles in people:
        small.person(name, *roles)
    return small
