"""Whatever people do with records, in whatever order and at the same moment: all that is computed, counted, found and sealed is right."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.applications import World, opened
from tests.databases import postgresql_database
from tests.records.mixed import begin, variant, wrong
from tests.records.whatever import Somebody

EXAMPLES = max(2, settings().max_examples // 20)  # each makes a database of its own
STEPS = 60
PEOPLE = 5

on_both = pytest.mark.parametrize("dialect", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
whatever = settings(phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=list(HealthCheck), max_examples=EXAMPLES)


@contextmanager
def begun(dialect: str, request: pytest.FixtureRequest, folder: Path, seed: int) -> Iterator[World]:
    if dialect == "sqlite":
        with opened(variant(seed), f"sqlite:///{folder / uuid4().hex}.db") as world:
            begin(world)
            yield world
    else:
        with postgresql_database(request.getfixturevalue("postgresql_server_url")) as url, opened(variant(seed), url) as world:
            begin(world)
            yield world


@whatever
@given(seed=st.integers(0, 10**6))
@on_both
def test_one_after_the_other(dialect: str, request: pytest.FixtureRequest, tmp_path: Path, seed: int) -> None:
    with begun(dialect, request, tmp_path, seed) as world:
        somebody = Somebody(world, seed)
        for step in range(STEPS):
            somebody.step()
            if step % 10 == 9:
                assert list(wrong(world)) == [], "\n".join(somebody.told)
        assert somebody.refused < STEPS * 0.9


@whatever
@given(seed=st.integers(0, 10**6))
@on_both
def test_several_at_the_same_time(dialect: str, request: pytest.FixtureRequest, tmp_path: Path, seed: int) -> None:
    with begun(dialect, request, tmp_path, seed) as world:
        people = [Somebody(world, seed + at) for at in range(PEOPLE)]
        with ThreadPoolExecutor(PEOPLE) as pool:
            list(pool.map(busy, people))
        assert list(wrong(world)) == [], "\n\n".join("\n".join(each.told) for each in people)


def busy(somebody: Somebody) -> None:
    for _ in range(STEPS // PEOPLE):
        somebody.step()
