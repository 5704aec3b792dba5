"""An import whose process is killed, at one statement after the other, goes on where it was and does nothing twice."""

from __future__ import annotations

import signal
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

from engine import storage
from engine.app import Serving, assemble
from engine.clock import VirtualClock
from engine.records import Row, fetch, load
from engine.scenarios import Answers
from engine.storage import open_database
from engine.transfer import begin, course
from tests.applications import NO_PLUGINS, START, World, opened
from tests.databases import SCRATCH
from tests.dying import die_at_statement, in_a_process
from tests.transfer.test_export import file_of
from tests.transfer.test_import import done, of, staged, written, wrong
from tests.transfer.works import YAML

THERE, ALL = 2, 5
STRIDE = 30, 1
LEAST = 3
FEW = {"LEAST": 2, "MOST": 3}
"""Records that come in together."""


def test_an_import_that_is_killed_anywhere_ends_as_if_nothing_had_been(
    database_url: str, tmp_path: Path, effort: Callable[[int, int], int]
) -> None:
    """Some of its records are there and change their people and rows, others are new."""
    with opened(YAML, database_url) as world:
        world.person("lea", roles=["lead"])
        for name in ("Ann", "Ben", "Cyd"):
            world.save("lea", "person", name=name)
        for number in range(1, THERE + 1):
            world.save("lea", "project", code=f"C{number}", people=[1, 2], parts=[{"name": "old", "hours": 1}])
        rows = "".join(f"C{number},Ben; Cyd,new,{number}\n" for number in range(1, ALL + 1))
        number = staged(world, "lea", written(tmp_path / "x.csv", "Code,People,Parts: Name,Parts: Hours\n" + rows), "project")
        world.app.run(world.actor("lea"), lambda uow: begin(uow, number, rehearse=False))
        stride, killed = effort(*STRIDE), 0
        while (end := in_a_process(partial(imported, world, number, 1 + killed * stride))) == -signal.SIGKILL:
            killed += 1
            assert told_done(world, number) == len(changed(world)), "each record is told done in the transaction that makes it"
        assert (end, killed > LEAST) == (0, True)
        assert (dict(of(world, "lea", number).counts), wrong(world, number)) == ({"done": ALL}, [])
        agree(world)
        assert dict(
            done(world, "lea", staged(world, "lea", file_of(world, "lea", tmp_path / "y.xlsx", entity="project"), "project")).counts
        ) == {"same": ALL}


def imported(world: World, number: int, last: int) -> int:
    vars(course).update(FEW)
    database = open_database(world.app.serving.database.url)
    app = assemble(SCRATCH, Serving(database, NO_PLUGINS), VirtualClock(START), Answers({}).connect)
    actor = app.people.actor(world.people["lea"])
    die_at_statement(last, database)
    worker = course.Course(app.ground, lambda: actor, number, size=FEW["LEAST"])
    while worker.step():
        pass
    return 0


def told_done(world: World, number: int) -> int:
    return of(world, "lea", number).counts.get("done", 0)


def changed(world: World) -> list[Row]:
    with world.look("system") as view:
        found = [fetch(view, "project", each) for each in world.find("system", "project")]
    return [row for row in found if any(part["name"] == "new" for part in row["parts"])]  # type: ignore[attr-defined]


def agree(world: World) -> None:
    with world.look("lea") as view:
        found = [load(view, "project", each).values for each in sorted(world.find("lea", "project"))]
        people = [fetch(view, "person", each)["projects"] for each in (1, 2, 3)]
        assert len(world.find("lea", "membership", limit=100)) == 2 * ALL
        assert not list(storage.verify(view.connection, world.ground.audit_key))
    assert sorted(str(row["code"]) for row in found) == sorted(f"C{number}" for number in range(1, ALL + 1))
    assert [row["number"] for row in found] == [f"P-{number:03}" for number in range(1, ALL + 1)]
    assert people == [0, ALL, ALL]
    for row in found:
        number = int(str(row["code"])[1:])
        old = ["old"] if number <= THERE else []
        parts = [(part["name"], part["state"]) for part in row["parts"]]  # type: ignore[attr-defined]
        assert (row["people"], row["state"], parts) == ((2, 3), "planned", [(name, "open") for name in (*old, "new")])
        assert row["hours"] == Decimal(number + len(old))
