"""The world of orders in both databases."""

from collections.abc import Iterator

import pytest

from tests.databases import postgresql_database
from tests.storage.expressions.world import Rows, Store, rows, stored


@pytest.fixture(scope="module")
def world() -> Rows:
    return rows(7)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, world: Rows) -> Iterator[Store]:
    if request.param == "sqlite":
        with stored(f"sqlite:///{tmp_path_factory.mktemp('world') / 'w.db'}", world) as found:
            yield found
    else:
        with postgresql_database(request.getfixturevalue("postgresql_server_url")) as url, stored(url, world) as found:
            yield found
