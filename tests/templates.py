"""Databases in which an application was applied before: tests that open the same application get a copy of one.

Applying makes some 150 tables, which takes longer than most tests.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa

from engine.plugins import Plugins
from engine.storage import Tables, drop_scratch, scratch_database
from tests.databases import SCRATCH, on_server

Key = tuple[str, int, str]
"""The text of an application, which plugins it has, and the server (or "sqlite") on which it was applied."""


@dataclass(frozen=True)
class Template:
    """Where the applied database lies, and its tables."""

    address: str
    tables: Tables


class Templates:
    """The templates of this process."""

    def __init__(self) -> None:
        self._seen: dict[Key, Plugins] = {}  # kept, so that no others get their id
        self._made: dict[Key, Template] = {}
        self._filled: dict[tuple[str, str], str] = {}
        self._folder: Path | None = None

    def wanted(self, text: str, plugins: Plugins, url: str) -> Key | None:
        """What to ask a template for: None for a database that is not empty, and on a server for an application seen for the first time.

        A file is copied in a moment; on a server a template takes as long as applying, and its room.
        """
        key = (text, id(plugins), _server(url))
        again = key in self._seen or key[2] == "sqlite"
        self._seen[key] = plugins
        return key if again and _empty(url) else None

    def place(self, url: str) -> str:
        """A database for a new template, beside that at `url`."""
        if not url.startswith("sqlite"):
            return scratch_database(_server(url))
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="templates-", dir=SCRATCH))
        return scratch_database(self._folder)

    def known(self, key: Key) -> Template | None:
        """The template of an application, if there is one."""
        return self._made.get(key)

    def keep(self, key: Key, template: Template) -> None:
        """A template for those to come."""
        self._made[key] = template

    def fill(self, url: str, name: str, make: Callable[[str], None]) -> None:
        """The empty database at `url` becomes a copy of what `make` makes of an empty one, once for each `name` and server."""
        key = name, _server(url)
        if key not in self._filled:
            self._filled[key] = self.place(url)
            make(self._filled[key])
        copy_to(url, self._filled[key])

    def drop(self) -> None:
        """Remove all of them."""
        for address in (*(template.address for template in self._made.values()), *self._filled.values()):
            drop_scratch(address)
        self._made.clear()
        self._filled.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder)
            self._folder = None


TEMPLATES = Templates()


def copy_to(url: str, address: str) -> None:
    """The empty database at `url` becomes a copy of the one at `address`."""
    target = sa.make_url(url)
    if target.get_backend_name() == "sqlite":
        shutil.copyfile(str(sa.make_url(address).database), str(target.database))
        return
    server = _server(url)
    copy = sa.make_url(scratch_database(server, address)).database
    on_server(server, f'DROP DATABASE "{target.database}"')
    on_server(server, f'ALTER DATABASE "{copy}" RENAME TO "{target.database}"')


def _server(url: str) -> str:
    target = sa.make_url(url)
    return "sqlite" if target.get_backend_name() == "sqlite" else target.set(database="postgres").render_as_string(hide_password=False)


def _empty(url: str) -> bool:
    if url.startswith("sqlite"):
        return not Path(str(sa.make_url(url).database)).exists()
    with psycopg.connect(url.replace("postgresql+psycopg:", "postgresql:")) as connection:
        return connection.execute("SELECT to_regclass('loom_revision')").fetchone() == (None,)
