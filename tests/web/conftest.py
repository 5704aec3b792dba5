"""Fixtures for tests of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.applications import World
from tests.web.small import PASSWORD, shop
from tests.web.without_script import Person


@pytest.fixture
def world_and_flask(sqlite_url: str) -> Iterator[tuple[World, Flask]]:
    """The shop on SQLite."""
    with shop(sqlite_url) as found:
        yield found


@pytest.fixture
def world(world_and_flask: tuple[World, Flask]) -> World:
    """Its application."""
    return world_and_flask[0]


@pytest.fixture
def at_browser(world_and_flask: tuple[World, Flask]) -> Callable[..., Person]:
    """Somebody of the shop who is signed in: `at_browser("bea", "zh")`."""

    def sign_in(name: str, language: str = "en") -> Person:
        person = Person(world_and_flask[1], language)
        person.sign_in(name, PASSWORD)
        return person

    return sign_in
