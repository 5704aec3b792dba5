"""What a monitor sees of a process, and who may be one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from engine import jobs
from engine.access import AUTH, SYSTEM
from engine.jobs import Work
from engine.records import save
from engine.web.api import create_token, read_scope
from tests.api.conftest import Client

if TYPE_CHECKING:
    from tests.api.conftest import World


@pytest.fixture
def monitor(world: World) -> Client:
    """The token of an administrator that may do nothing else."""
    rows = {"name": "Monitor", "login": "monitor", "roles": ["admin"]}
    with world.app.look(SYSTEM) as view:
        known = [name for name in world.users if name == "monitor"]
        assert view.metadata.number
    if not known:
        world.users["monitor"] = int(str(world.app.run(SYSTEM, lambda uow: save(uow, "user", None, rows))["id"]))
    text = world.app.run(AUTH, lambda uow: create_token(uow, world.users["monitor"], "watch", read_scope("metrics:read")))
    return Client(world.flask.test_client(), world.users["monitor"], text)


def seen(client: Client) -> str:
    answer = client.flask.get("/metrics", headers={"Authorization": f"Bearer {client.token}"})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def waiting(told: str) -> float:
    return next(float(line.split()[1]) for line in told.splitlines() if line.startswith('loom_jobs{state="waiting"}'))


def test_requests_are_counted_by_their_pattern(world: World, monitor: Client, supplier: int) -> None:
    for number in (supplier, 999_999):
        world["ann"].get(f"/records/supplier/{number}")
    told = seen(monitor)
    pattern = 'loom_requests_total{door="api",method="GET",route="/api/v1/records/<entity>/<id:number>",status="%s"}'
    assert pattern % 200 in told
    assert pattern % 404 in told
    assert "999999" not in told
    assert "loom_request_seconds_count" in told


def test_work_that_waits_is_counted(world: World, monitor: Client) -> None:
    before = waiting(seen(monitor))
    world.app.run(SYSTEM, lambda uow: jobs.put(uow.connection, Work("call", uow.now - timedelta(minutes=5), {}, key="metrics")))
    told = seen(monitor)
    assert waiting(told) == before + 1
    late = next(line for line in told.splitlines() if line.startswith("loom_jobs_late_seconds "))
    assert float(late.split()[1]) >= 300
    world.app.run(SYSTEM, lambda uow: jobs.cancel(uow.connection, "metrics", uow.now))


def test_only_an_administrators_token_may_look(world: World, monitor: Client) -> None:
    ask = world.flask.test_client().get
    assert ask("/metrics").status_code == 401
    assert ask("/metrics", headers={"Authorization": f"Bearer {world['ann'].token}"}).status_code == 403
    assert monitor.get("/records/supplier").status_code == 403
