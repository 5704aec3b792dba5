"""Fixtures of the tests of running work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.workflow.small import PEOPLE, Files, Small, hire, open_small

Opener = Callable[[Files], Small]


@pytest.fixture
def small(database_url: str) -> Iterator[Opener]:
    """Opens a small application on this test's database with the people of `PEOPLE`."""
    with ExitStack() as stack:

        def open_it(files: Files) -> Small:
            found = stack.enter_context(open_small(database_url, files))
            hire(found, PEOPLE)
            return found

        yield open_it
