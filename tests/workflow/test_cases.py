"""The features, the patterns and the requests of the specification, each as a case that is played on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.applications import opened
from tests.databases import postgresql_database
from tests.workflow.playing import Case, Play, application, people, read
from tests.workflow.small import PLUGINS, Line, Small

CASES = read("features.yaml", "patterns.yaml", "asks.yaml")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """The application of all cases, applied once."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('cases') / 'cases.db'}"
        else:
            url = stack.enter_context(postgresql_database(request.getfixturevalue("postgresql_server_url")))
        line = Line()
        found = stack.enter_context(opened(application(CASES), url, line, PLUGINS))  # type: ignore[arg-type] # anything that connects
        small = Small(found.app, found.clock, line=line)
        people(small)
        yield small


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(world: Small, case: Case) -> None:
    Play(world, case).check_story()
