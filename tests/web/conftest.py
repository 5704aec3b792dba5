"""Fixtures for tests of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.applications import World
from tests.copies import Copies, Place
from tests.web.small import YAML, at_pages, pages_of, people_and_products
from tests.web.without_script import Person


@pytest.fixture(scope="session")
def shops() -> Iterator[Copies]:
    """Shops as they all begin."""
    with Copies(YAML, people_and_products) as copies:
        yield copies


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
def at_browser(flask: Flask, world: World) -> Callable[..., Person]:
    """Somebody of the shop who is signed in: `at_browser("bea", "zh")`."""
    return at_pages(flask, world)
