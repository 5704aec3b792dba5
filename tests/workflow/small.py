"""A small application on a scratch database, for tests of running work: people by name, a clock, a connector that answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from engine.jobs import Runner
from engine.loading import load_sources
from engine.metadata import Metadata
from engine.plugins import Action, Call, CallFailed, Connector, Payload, Plugins, Provider
from engine.records import fetch
from engine.storage import Database
from engine.unit_of_work import UnitOfWork, View
from engine.workflow import Answer, Task, all_tasks, decide, open_tasks
from tests.applications import World, opened, sources

Result = TypeVar("Result")
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
PEOPLE = {"wendy": "writer", "walt": "writer", "jack": "judge", "jill": "judge", "bob": "boss", "rita": "reader", "ada": "admin"}
Files = Mapping[str, str]


class Words(Payload):
    """What the register is asked."""

    words: str


class Hits(Payload):
    """What it answers."""

    hits: str


class Nobody(Provider):
    """A provider that is never called: tests answer in its place."""

    def search(self, question: Words, call: Call) -> Hits:
        raise NotImplementedError


PLUGINS = Plugins({"register": Connector("register", {"search": Action(Words, Hits)}, {"none": Nobody})})


@dataclass
class Line:
    """A connector whose answers stand in a list; it remembers the questions and their keys."""

    answers: list[object] = field(default_factory=list)
    asked: list[tuple[str, Mapping[str, object], str]] = field(default_factory=list)

    def connect(self, name: str) -> Line:
        return self

    def call(self, action: str, inputs: Mapping[str, object], key: str) -> Mapping[str, object]:
        self.asked.append((action, inputs, key))
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, CallFailed):
            raise answer
        assert isinstance(answer, Mapping)
        return answer


@dataclass
class Small(World):
    """The application while a test uses it."""

    line: Line = field(default_factory=Line)

    @property
    def runner(self) -> Runner:
        return self.app.jobs

    @property
    def database(self) -> Database:
        return self.app.database

    def run(self, name: str, work: Callable[[UnitOfWork], Result]) -> Result:
        return self.app.run(self.actor(name), work)

    def see(self, name: str, work: Callable[[View], Result]) -> Result:
        with self.look(name) as view:
            return work(view)

    def create(self, name: str, entity: str, values: Mapping[str, object]) -> int:
        return int(str(self.save(name, entity, **values)["id"]))

    def row(self, entity: str, number: int) -> Mapping[str, object]:
        return self.see("system", lambda view: fetch(view, entity, number))

    def asked(self, entity: str, number: int) -> dict[str, list[str]]:
        """The open tasks of a record: step to the names of the people, sorted."""
        names = {person: name for name, person in self.people.items()}
        found: dict[str, list[str]] = {}
        for task in self.see("system", lambda view: open_tasks(view, entity, number)):
            found.setdefault(task.step, []).append(names[task.person])
        return {step: sorted(people) for step, people in found.items()}

    def task(self, name: str, entity: str, number: int) -> Task:
        tasks = self.see("system", lambda view: all_tasks(view, entity, number))
        own = [task for task in tasks if task.person == self.people[name]]
        return next((task for task in own if task.status == "open"), own[-1])

    def decide(self, name: str, entity: str, number: int, answer: Answer) -> None:
        task = self.task(name, entity, number)
        self.run(name, lambda uow: decide(uow, task.id, answer))


def text_of(files: Files) -> str:
    """The documents of an application as one text."""
    return "\n---\n".join([APP, *files.values()])


def metadata_of(files: Files) -> Metadata:
    """The metadata of an application that was never applied."""
    return load_sources(sources(text_of(files)), plugins=PLUGINS)


@contextmanager
def open_small(url: str, files: Files, line: Line | None = None) -> Iterator[Small]:
    """The application on an empty database, or on one that has it already."""
    line = line or Line()
    with opened(text_of(files), url, line, PLUGINS) as world:  # type: ignore[arg-type] # anything that connects
        yield Small(world.app, world.clock, line=line)


def hire(small: Small, people: Mapping[str, str]) -> None:
    """Give people accounts: name to role."""
    for name, role in people.items():
        small.person(name, roles=[role])
