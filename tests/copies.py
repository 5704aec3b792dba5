"""One application for many tests that all begin alike: applied and filled once, then every test gets a copy of the database.

with Copies(YAML, fill) as copies, copies.open(tmp_path) as world: ...        # SQLite: a file in the folder
with Copies(YAML, fill) as copies, copies.open(server_url) as world: ...      # PostgreSQL: a database on the server
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from engine.app import Serving, assemble
from engine.clock import VirtualClock
from engine.scenarios import Answers
from engine.storage import Tables, drop_scratch, open_database, scratch_database
from tests.applications import NO_PLUGINS, START, World, opened
from tests.databases import SCRATCH

Place = Path | str
"""A folder for files, or the address of a server."""


@dataclass(frozen=True)
class _Template:
    address: str
    tables: Tables
    people: Mapping[str, int]


class Copies:
    """The copies of one application; `fill` gives it the records that every test finds."""

    def __init__(self, text: str, fill: Callable[[World], None], answers: Answers | None = None) -> None:
        self._text = text
        self._fill = fill
        self._answers = answers or Answers({})
        self._templates: dict[str, _Template] = {}
        self._folder = Path(tempfile.mkdtemp(prefix="copies-", dir=SCRATCH))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for template in self._templates.values():
            drop_scratch(template.address)
        shutil.rmtree(self._folder)

    @contextmanager
    def open(self, place: Place) -> Iterator[World]:
        """The application on a database of its own, which is gone afterwards."""
        template = self._template("file" if isinstance(place, Path) else place)
        url = scratch_database(place, template.address)
        clock = VirtualClock(START)
        serving = Serving(open_database(url), NO_PLUGINS, template.tables)
        app = assemble(SCRATCH, serving, clock, self._answers.connect)
        try:
            yield World(app, clock, dict(template.people))
        finally:
            app.close()
            drop_scratch(url)

    def _template(self, kind: str) -> _Template:
        if kind not in self._templates:
            address = scratch_database(self._folder if kind == "file" else kind)
            with opened(self._text, address, self._answers) as world:
                self._fill(world)
                self._templates[kind] = _Template(address, world.app.serving.current().tables, world.people)
        return self._templates[kind]
