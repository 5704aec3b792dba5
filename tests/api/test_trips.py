"""How often a request waits for PostgreSQL, which is what makes an application slow when the database is on another machine."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.access import AUTH
from engine.app import open_app
from engine.records import save
from engine.unit_of_work import UnitOfWork
from engine.web.api import create_token, make_api
from tests.api.conftest import Client, World, apply_folder
from tests.databases import postgresql_database

APPLICATION = Path(__file__).parents[2] / "benchmarks" / "application"
ORDERS = "/records/purchase_order"
LONG = 3600.0
BUDGET = {"read": 5, "list": 4, "update": 5, "create": 6, "submit": 4, "approve": 11}

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def buyer(postgresql_server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Client]]:
    """A buyer of the application that the benchmarks measure."""

    folder = tmp_path_factory.mktemp("trips")
    with pytest.MonkeyPatch.context() as patch, postgresql_database(postgresql_server_url) as url:
        patch.setenv("LOOM_KEYS", str(folder))
        for remembering in ("engine.records.people", "engine.web.api.tokens"):  # a slow machine would ask again between two requests
            patch.setattr(f"{remembering}.SECONDS", LONG)
        apply_folder(APPLICATION, url)
        app = open_app(APPLICATION, url)

        def people(uow: UnitOfWork) -> tuple[int, str]:
            department = save(uow, "department", None, {"name": "Purchasing"})["id"]
            user = save(uow, "user", None, {"name": "Ann", "login": "ann", "roles": ["buyer"], "department": department})["id"]
            save(uow, "supplier", None, {"name": "Hong"})
            return int(str(user)), create_token(uow, int(str(user)), "trips")

        user, token = app.run(AUTH, people)
        world = World(app, make_api(app), {"ann": user}, {"ann": token})
        yield world, world["ann"]
        app.close()


@pytest.fixture
def trips(buyer: tuple[World, Client], tmp_path: Path) -> Iterator[Callable[[Callable[[], Any]], int]]:
    """Counts the messages of a request that ask the server for an answer; it is sent before, so that everything is prepared."""
    database = buyer[0].app.database

    def pgconn() -> Any:
        with database.glance() as connection:  # the one used last is used next
            driver: Any = connection.connection.driver_connection
            return driver.pgconn

    with (tmp_path / "trace").open("wb", buffering=0) as trace:

        def count(send: Callable[[], Any]) -> int:
            for _ in range(8):
                assert send().status_code < 300
            before = trace.tell()
            pgconn().trace(trace.fileno())
            assert send().status_code < 300
            pgconn().untrace()
            lines = [line.split("\t") for line in (tmp_path / "trace").read_bytes()[before:].decode(errors="replace").splitlines()]
            return sum(line[1:2] == ["F"] and line[3].split()[0] in ("Query", "Sync") for line in lines if len(line) > 3)

        yield count


def values(number: int) -> dict[str, Any]:
    lines = [{"product": f"Part {at}", "qty": at + 1, "price": "12.50"} for at in range(5)]
    return {"supplier": 1, "order_date": "2026-02-03", "terms": "net30", "reference": f"R{number}", "lines": lines}


def test_a_read_with_its_rows(buyer: tuple[World, Client], trips: Callable[[Callable[[], Any]], int]) -> None:
    made = buyer[1].made("purchase_order", values(0))
    assert 0 < trips(lambda: buyer[1].get(f"{ORDERS}/{made['id']}")) <= BUDGET["read"]


def test_a_list(buyer: tuple[World, Client], trips: Callable[[Callable[[], Any]], int]) -> None:
    assert 0 < trips(lambda: buyer[1].get(ORDERS, where='state = "draft"', sort="-order_date", limit="10")) <= BUDGET["list"]


def test_a_new_record_with_its_rows(buyer: tuple[World, Client], trips: Callable[[Callable[[], Any]], int]) -> None:
    assert 0 < trips(lambda: buyer[1].send("POST", ORDERS, values(1))) <= BUDGET["create"]


def test_a_change(buyer: tuple[World, Client], trips: Callable[[Callable[[], Any]], int]) -> None:
    path = f"{ORDERS}/{buyer[1].made('purchase_order', values(2))['id']}"
    versions = iter(range(1, 100))
    assert 0 < trips(lambda: buyer[1].send("PATCH", path, {"note": f"n{(v := next(versions))}"}, If_Match=f'"{v}"')) <= BUDGET["update"]


def test_an_action(buyer: tuple[World, Client], trips: Callable[[Callable[[], Any]], int]) -> None:
    numbers = iter([buyer[1].made("purchase_order", values(3))["id"] for _ in range(9)])
    assert 0 < trips(lambda: buyer[1].send("POST", f"{ORDERS}/{next(numbers)}/actions/submit", {})) <= BUDGET["submit"]


def test_an_approval_with_a_remark(buyer: tuple[World, Client], trips: Callable[[Callable[[], Any]], int]) -> None:
    ann = buyer[1]
    for _ in range(9):
        ann.send("POST", f"{ORDERS}/{ann.made('purchase_order', values(4))['id']}/actions/check", {})
    found: Any = ann.get("/tasks").json
    tasks = iter([task["id"] for task in found["tasks"]])
    approval = {"values": {"note": "seen"}, "comment": "Good."}
    assert 0 < trips(lambda: ann.send("POST", f"/tasks/{next(tasks)}/approve", approval)) <= BUDGET["approve"]
