"""Fixtures of the tests of running work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.workflow.small import Small, open_small

PEOPLE = (
    ("wendy", "writer"),
    ("walt", "writer"),
    ("jack", "judge"),
    ("jill", "judge"),
    ("bob", "boss"),
    ("rita", "reader"),
    ("ada", "admin"),
)
Opener = Callable[[Mapping[str, str]], Small]


@pytest.fixture
def small(database_url: str) -> Iterator[Opener]:
    """Opens a small application on this test's database with the people of `PEOPLE`."""
    opened: list[Small] = []

    def open_it(files: Mapping[str, str]) -> Small:
        opened.append(open_small(database_url, files, PEOPLE))
        return opened[-1]

    yield open_it
    for each in opened:
        each.database.dispose()
