"""`loom demo load`: fills an empty database with the people and records of the application's demonstration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from engine.access import AUTH, SYSTEM
from engine.app import App, open_app
from engine.clock import SystemClock, VirtualClock
from engine.errors import Message, Refusal
from engine.records import Query, Record, find
from engine.scenarios import Application, play_demonstration
from engine.unit_of_work import UnitOfWork, View
from engine.web import has_password, hash_of, set_password

from .accounts import Place, at_place
from .scratch import Scene

DEMO_PASSWORD = "objectloom"  # noqa: S105 - printed on purpose, and only where nobody else can reach the server


@click.group("demo")
def command() -> None:
    """Demonstration data."""


@command.command("load")
@at_place
def load_command(place: Place) -> None:
    """Play PATH/demo/demo.yaml into the database, which must hold no people yet."""
    for login in load(place):
        click.echo(login)


def load(place: Place) -> Sequence[str]:
    """Load the demonstration; gives the sign-in names of its people. Raises Refusal, BadDefinition."""
    with place.open() as app:
        with app.look(SYSTEM) as view:
            if _people(view):
                raise Refusal(Message("There are people in this database already; a demonstration wants an empty one."))
        played = play_demonstration(place.path, app.metadata, SystemClock().now(), lambda clock, _answers: _world(place, clock))
    if played is None:
        raise Refusal(Message("{path} has no demo/demo.yaml.", {"path": str(place.path)}))
    scenario, result = played
    if not result.good:
        failed = result.failures[0]
        raise Refusal(Message("{file}:{line} {words}", {"file": failed.file, "line": failed.line, "words": failed.message}))
    return tuple(scenario.people)


def has_people(app: App) -> bool:
    """Whether anybody has an account."""
    with app.look(SYSTEM) as view:
        return bool(_people(view))


def let_in(app: App) -> None:
    """Whoever of the demonstration has no password gets the one that the door tells."""

    def work(uow: UnitOfWork) -> None:
        hashed = ""
        for person in demo_people(uow):
            if not has_password(uow, person.id):
                hashed = hashed or hash_of(DEMO_PASSWORD)
                set_password(uow, person.id, hashed)

    app.run(AUTH, work)


def demo_people(view: View) -> Sequence[Record]:
    """The people of the demonstration, newest first."""
    return _people(view, 'ENDSWITH(email, "@demo.example")', limit=50)


def _people(view: View, *typed: str, limit: int = 1) -> Sequence[Record]:
    return find(view, Query("user", typed=typed, limit=limit, titles=False)).records


@contextmanager
def _world(place: Place, clock: VirtualClock) -> Iterator[Application]:
    app = open_app(place.path, place.database, clock=clock)
    try:
        yield Scene(app)
    finally:
        app.close()
