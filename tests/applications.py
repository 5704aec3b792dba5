"""Small applications for tests, written as YAML documents in the test itself and opened on a real database.

with opened(YAML, url) as world:
    world.person("bea", roles=["buyer"])
    world.save("bea", "order", total=3)
"""

import textwrap
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from engine import migration, records, storage
from engine.access import SYSTEM, Actor
from engine.app import App, Serving, assemble
from engine.clock import VirtualClock
from engine.loading import Sources, load_sources
from engine.metadata import Metadata
from engine.plugins import Plugins
from engine.scenarios import Answers
from engine.unit_of_work import Ground, View
from tests.databases import SCRATCH
from tests.templates import TEMPLATES, Template, copy_to

START = datetime(2026, 3, 2, 1, tzinfo=UTC)  # 09:00 in Shanghai, a Monday
NO_PLUGINS = Plugins()


@dataclass
class World:
    """An application on a database, its people by name, and a clock that stands still."""

    app: App
    clock: VirtualClock
    people: dict[str, int] = field(default_factory=dict)

    @property
    def ground(self) -> Ground:
        return self.app.ground

    @property
    def metadata(self) -> Metadata:
        return self.app.metadata

    def actor(self, name: str) -> Actor:
        return SYSTEM if name == "system" else self.app.people.actor(self.people[name])

    def person(self, name: str, **values: object) -> int:
        row = self.save("system", "user", login=name, **{"name": name.title(), "active": True, **values})
        self.people[name] = row["id"]  # type: ignore[assignment]
        return self.people[name]

    def save(self, who: str, entity: str, number: int | None = None, /, **values: object) -> records.Row:
        return self.app.run(self.actor(who), lambda uow: records.save(uow, entity, number, values))

    def apply(self, text: str) -> None:
        """Another definition of the application comes into force."""
        written = sources(text)
        migration.apply(self.app.database, written, load_sources(written), "tests", START)
        self.app.serving.reload()

    def delete(self, who: str, entity: str, number: int) -> None:
        self.app.run(self.actor(who), lambda uow: records.delete(uow, entity, number))

    def look(self, who: str) -> AbstractContextManager[View]:
        return self.app.look(self.actor(who))

    def find(self, who: str, entity: str, *typed: str, **more: object) -> list[int]:
        with self.look(who) as view:
            return [record.id for record in records.find(view, records.Query(entity, typed=typed, **more)).records]  # type: ignore[arg-type]


def sources(text: str) -> Sources:
    """The documents of `text`, separated by lines of three dashes, as the files of an application; a picture has its path in its first."""
    files: dict[str, bytes] = {}
    for document in textwrap.dedent(text).split("\n---\n"):
        if document.startswith("picture: "):
            head, _, drawing = document.partition("\n")
            files[head.removeprefix("picture: ")] = drawing.encode()
            continue
        kind, name = (part.strip() for part in document.strip().split("\n", 1)[0].split(":", 1))
        folder = {
            "app": "",
            "workflow": "workflows/",
            "lifecycle": "workflows/",
            "form": "forms/",
            "list": "forms/",
            "public": "forms/",
            "portal": "forms/",
        }.get(kind, "models/")
        files["app.yaml" if kind == "app" else f"{folder}{name}.{kind}.yaml"] = document.strip().encode() + b"\n"
    return Sources(files)


def write(text: str, root: Path) -> None:
    """The same files in a folder, for commands that read one."""
    for name, content in sources(text).files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


@contextmanager
def opened(text: str, url: str, answers: Answers | None = None, plugins: Plugins = NO_PLUGINS) -> Iterator[World]:
    """The application of `text`, applied to the empty database at `url`; `answers` stand behind its connectors."""
    ready = _ready(text, plugins, url)
    database = storage.open_database(url)
    serving = Serving(database, plugins, ready or _applied(text, database, plugins))
    clock = VirtualClock(START)
    app = assemble(SCRATCH, serving, clock, (answers or Answers({})).connect)
    try:
        yield World(app, clock)
    finally:
        app.close()


def _applied(text: str, database: storage.Database, plugins: Plugins) -> storage.Tables:
    written = sources(text)
    return migration.apply(database, written, load_sources(written, plugins=plugins), "tests", START).change.tables


def _ready(text: str, plugins: Plugins, url: str) -> storage.Tables | None:
    """Make the empty database at `url` a copy of one in which the same was applied before, and give its tables; None the first time."""
    key = TEMPLATES.wanted(text, plugins, url)
    if key is None:
        return None
    template = TEMPLATES.known(key)
    if template is None:
        database = storage.open_database(TEMPLATES.place(url))
        template = Template(database.url, _applied(text, database, plugins))
        database.dispose()
        TEMPLATES.keep(key, template)
    copy_to(url, template.address)
    return template.tables
