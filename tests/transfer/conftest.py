from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.applications import World
from tests.copies import Copies
from tests.transfer.shop import YAML


def filled(world: World) -> None:
    for name, role in (("bea", "buyer"), ("cleo", "clerk"), ("gus", "guest")):
        world.person(name, roles=[role], email=f"{name}@example.com")
    for code, name in (("B1", "Bolt"), ("N1", "Nut"), ("W1", "Washer")):
        world.save("system", "product", code=code, name=name)


@pytest.fixture(scope="session")
def shops() -> Iterator[Copies]:
    with Copies(YAML, filled) as copies:
        yield copies


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def world(request: pytest.FixtureRequest, shops: Copies, tmp_path: Path) -> Iterator[World]:
    place = tmp_path if request.param == "sqlite" else str(request.getfixturevalue("postgresql_server_url"))
    with shops.open(place) as world:
        yield world
