"""What both oracles of access need: how much is tried, a database for each example, and what a person hears of many questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings

from engine.access import Actor
from engine.errors import Invalid, Invisible
from engine.unit_of_work import View, look
from tests.applications import World
from tests.databases import postgresql_database

MANY = settings(
    max_examples=330 if settings().max_examples > 1000 else 5,  # each makes a database of its own
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Heard:
    """The answers that a person gets, refusals in their words."""

    def __init__(self, world: World, actor: Actor) -> None:
        self._world, self._actor = world, actor
        self._answers: list[object] = []

    def ask(self, question: Callable[[View], object]) -> None:
        """Hear the answer of one look."""
        with look(self._world.ground, self._actor) as view:
            try:
                self._answers.append(question(view))
            except (Invalid, Invisible) as no:
                self._answers.append(str(no))

    def __repr__(self) -> str:
        return repr(self._answers)


@contextmanager
def new_database(dialect: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The URL of an empty database; an example of a property needs its own."""
    if dialect == "sqlite":
        yield f"sqlite:///{folder / uuid4().hex}.db"
        return
    with postgresql_database(request.getfixturevalue("postgresql_server_url")) as url:
        yield url
