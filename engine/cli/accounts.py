"""What commands about people share: where the application is, and finding a person by what they sign in with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path

import click

from engine import records
from engine.app import App, open_app
from engine.errors import Invisible, Message
from engine.frozen import frozen
from engine.records import Record
from engine.unit_of_work import View

from .issues import path_argument


@frozen
class Place:
    """Which application, and on which database (None: its own)."""

    path: Path
    database: str | None

    @contextmanager
    def open(self) -> Iterator[App]:
        """The application, open until the block ends."""
        app = open_app(self.path, self.database)
        try:
            yield app
        finally:
            app.close()


def at_place(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the argument PATH and the option --db, as one parameter in front of its own."""

    @wraps(command)
    def placed(path: Path, database: str | None, **own: object) -> None:
        command(Place(path, database), **own)

    help_text = "The database; default: LOOM_DB, else var/objectloom.db of PATH."
    return path_argument(click.option("--db", "database", metavar="URL", help=help_text)(placed))


def person_named(view: View, name: str) -> Record:
    """The person who signs in with this name or e-mail address. Raises Invisible."""
    found = records.person_named(view, name)
    if found is None:
        raise Invisible(Message("There is no person “{name}”.", {"name": name}))
    return found
