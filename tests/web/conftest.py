"""Fixtures for tests of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.applications import World
from tests.copies import Copies, Place
from tests.web.small import PASSWORD, YAML, pages_of, people_and_products
from tests.web.without_script import Person


@pytest.fixture(scope="session")
def shops() -> Iterator[Copies]:
    """Shops as they all begin."""
    with Copies(YAML, people_and_products) as copies:
        yield copies


@pytest.fixture(scope="session")
def sessions() -> dict[tuple[str, str], str]:
    """The cookies of those who are signed in, by database and name: what is copied is still signed in."""
    return {}


@pytest.fixture
def world(shops: Copies, tmp_path: Path) -> Iterator[World]:
    """The shop on SQLite."""
    with shops.open(tmp_path) as world:
        yield world


@pytest.fixture
def flask(world: World) -> Flask:
    """Its pages."""
    return pages_of(world.app)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where copies are made: the test runs once on SQLite and once on PostgreSQL."""
    return tmp_path if request.param == "sqlite" else str(request.getfixturevalue("postgresql_server_url"))


@pytest.fixture
def at_browser(flask: Flask, world: World, sessions: dict[tuple[str, str], str]) -> Callable[..., Person]:
    """Somebody of the shop who is signed in: `at_browser("bea", "zh")`. The door itself is opened once for each."""

    def enter(name: str, language: str = "en") -> Person:
        person, known = Person(flask, language), (world.app.database.dialect, name)
        if known in sessions and name in ("bea", "leo", "gus"):
            person.client.set_cookie("session", sessions[known])
            return person
        person.sign_in(name, PASSWORD)
        cookie = person.client.get_cookie("session")
        assert cookie is not None
        sessions[known] = cookie.value
        return person

    return enter
