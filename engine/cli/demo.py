"""`loom demo load`: fills an empty database with the people and records of the application's demonstration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from engine.access import SYSTEM
from engine.app import open_app
from engine.clock import SystemClock, VirtualClock
from engine.errors import Message, Refusal
from engine.records import Query, find
from engine.scenarios import Application, play_demonstration

from .accounts import Place, at_place
from .scratch import Scene


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
            if find(view, Query("user", limit=1, titles=False)).records:
                raise Refusal(Message("There are people in this database already; a demonstration wants an empty one."))
        played = play_demonstration(place.path, app.metadata, SystemClock().now(), lambda clock, _answers: _world(place, clock))
    if played is None:
        raise Refusal(Message("{path} has no demo/demo.yaml.", {"path": str(place.path)}))
    scenario, result = played
    if not result.good:
        failed = result.failures[0]
        raise Refusal(Message("{file}:{line} {words}", {"file": failed.file, "line": failed.line, "words": failed.message}))
    return tuple(scenario.people)


@contextmanager
def _world(place: Place, clock: VirtualClock) -> Iterator[Application]:
    app = open_app(place.path, place.database, clock=clock)
    try:
        yield Scene(app)
    finally:
        app.close()
