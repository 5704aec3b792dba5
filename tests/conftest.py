"""Fixtures for all tests: real databases, the length of a run, and where Hypothesis and PostgreSQL keep their things."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import hypothesis
import pytest

from engine.cli.logging import plain_log
from tests.browsers import chromium
from tests.databases import SCRATCH, postgresql_database, postgresql_server, shared_postgresql, stop_shared_postgresql
from tests.everything import turned
from tests.templates import TEMPLATES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

T = TypeVar("T")
GARBAGE = 20_000
"""After how many new objects Python looks for those that nothing holds."""
RUN_FOLDER = "LOOM_TEST_RUN"  # inherited by the processes of pytest-xdist

hypothesis.settings.register_profile("quick", deadline=None, max_examples=40)
hypothesis.settings.register_profile("long", deadline=None, max_examples=2000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--turn", help="with --long: what says where to begin, for a run that will be cut off")
    parser.addoption("--long", action="store_true", help="only the long settings of property, race and crash tests")


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # until everything is collected: what is imported stays
    os.environ["LANGUAGE"] = "en"
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(SCRATCH.parent / "cache" / "hypothesis"))
    hypothesis.settings.load_profile("long" if config.getoption("--long") else "quick")
    if not hasattr(config, "workerinput"):
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="run-", dir=SCRATCH)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        folder = Path(os.environ.pop(RUN_FOLDER))
        stop_shared_postgresql(folder)
        shutil.rmtree(folder)


def pytest_collection_finish() -> None:
    """Looking through all tests and libraries again and again would take a fifth of the time; drawing a traceback takes half a second."""
    plain_log()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = [item for item in items if _has_long_setting(item)] if config.getoption("--long") else [i for i in items if not _is_long(i)]
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    turn = config.getoption("--turn")
    items[:] = wanted if turn is None else turned(wanted, turn)
    if chromium() is None:
        for item in items:
            if item.get_closest_marker("ui"):
                item.add_marker(pytest.mark.skip(reason="no Chromium found (LOOM_CHROMIUM may name one)"))


def _is_long(item: pytest.Item) -> bool:
    return item.get_closest_marker("long") is not None


def _has_long_setting(item: pytest.Item) -> bool:
    drawn = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    return _is_long(item) or drawn or "effort" in getattr(item, "fixturenames", ())


@pytest.fixture
def effort(pytestconfig: pytest.Config) -> Callable[[T, T], T]:
    """`effort(20, 2000)`: how often to repeat; the second in `./dev test --long`."""
    long = pytestconfig.getoption("--long")
    return lambda quick, thorough: thorough if long else quick


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(scope="session", autouse=True)
def templates() -> Iterator[None]:
    """What `opened` kept for the next test is removed at the end of the run."""
    yield
    TEMPLATES.drop()


@pytest.fixture(scope="session")
def postgresql_server_url() -> Iterator[str]:
    """The URL of the server; all processes of a run share one."""
    given = "LOOM_TEST_POSTGRESQL" in os.environ
    with postgresql_server() if given else shared_postgresql(Path(os.environ[RUN_FOLDER])) as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_server_url: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    with postgresql_database(postgresql_server_url) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def shared_database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same for all tests of a module: an empty database of each kind, which they fill once and only read."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('shared') / 'test.db'}"
    else:
        with postgresql_database(request.getfixturevalue("postgresql_server_url")) as url:
            yield url


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Chromium without a window, and without imitating a graphics card; only for tests marked `ui`. Its sandbox refuses root."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a third of a second that other tests need not pay

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(), args=["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        )
        yield started
        started.close()
