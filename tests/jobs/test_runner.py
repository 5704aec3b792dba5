import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event, Lock

import pytest
import sqlalchemy as sa

from engine import jobs
from engine.clock import SystemClock, VirtualClock
from engine.jobs import Job, LeaseLost, Runner, Work, Works
from engine.jobs.runner import ATTEMPTS, LEASE, wait_after
from engine.storage import Database, Tables, create_schema, open_database
from engine.storage.later_tables import job as job_table
from tests.storage.samples import application

ROOT = Path(__file__).parent.parent.parent
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    with found.write() as connection:
        create_schema(connection, Tables(application(), found.dialect))
    yield found
    found.dispose()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


def ask(database: Database, *works: Work) -> list[int]:
    with database.write() as connection:
        return [jobs.put(connection, work) for work in works]


def states(database: Database) -> list[tuple[str, int]]:
    with database.glance() as connection:
        return [(row.state, row.attempts) for row in connection.execute(sa.select(job_table).order_by(job_table.c.id))]


def test_jobs_run_in_the_order_of_their_times_and_see_them(database: Database, clock: VirtualClock) -> None:
    seen: list[tuple[object, datetime]] = []
    runner = Runner(database, clock, Works({"note": lambda job: seen.append((job.payload["n"], clock.now()))}))
    ask(database, *(Work("note", START + hours * HOUR, {"n": hours}) for hours in (3, 1, 2, 5)))
    assert runner.run_due(START + 4 * HOUR) == 3
    assert seen == [(hours, START + hours * HOUR) for hours in (1, 2, 3)]
    assert clock.now() == START + 4 * HOUR
    assert states(database) == [("done", 1), ("done", 1), ("done", 1), ("waiting", 0)]


def test_what_a_job_asks_for_runs_in_its_turn(database: Database, clock: VirtualClock) -> None:
    seen: list[str] = []

    def first(job: Job) -> None:
        seen.append("first")
        ask(database, Work("second", clock.now() + HOUR))

    handlers = {"first": first, "second": lambda job: seen.append("second"), "third": lambda job: seen.append("third")}
    runner = Runner(database, clock, Works(handlers))
    ask(database, Work("third", START + 2 * HOUR), Work("first", START))
    assert runner.run_due(START + 3 * HOUR) == 3
    assert seen == ["first", "second", "third"]


def test_a_job_stands_or_falls_with_its_transaction(database: Database, clock: VirtualClock) -> None:
    def give_up() -> None:
        with database.write() as connection:
            jobs.put(connection, Work("note", START))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        give_up()
    assert states(database) == []


def test_a_key_names_one_piece_of_work(database: Database, clock: VirtualClock) -> None:
    seen: list[object] = []
    runner = Runner(database, clock, Works({"note": lambda job: seen.append((job.once, job.payload["n"]))}))
    first, second = ask(database, Work("note", START + HOUR, {"n": 1}, "k"), Work("note", START + 2 * HOUR, {"n": 2}, "k"))
    assert first == second
    assert runner.run_due(START + HOUR) == 0
    assert runner.run_due(START + 2 * HOUR) == 1
    assert ask(database, Work("note", START, {"n": 3}, "k")) == [first]
    assert runner.run_due(START + 3 * HOUR) == 0
    assert seen == [("k", 2)]


def test_a_deadline_moves_and_is_called_off(database: Database, clock: VirtualClock) -> None:
    runner = Runner(database, clock, Works({"note": lambda job: None}))
    ask(database, Work("note", START, key="a"), Work("note", START, key="b"))
    with database.write() as connection:
        assert jobs.move(connection, "a", START + HOUR)
        assert jobs.cancel(connection, "b", START)
        assert not jobs.move(connection, "b", START)
        assert not jobs.cancel(connection, "c", START)
    assert runner.run_due(START) == 0
    assert runner.run_due(START + HOUR) == 1
    with database.write() as connection:
        assert not jobs.move(connection, "a", START + 2 * HOUR), "what is done stays done"


def test_what_was_cancelled_can_be_asked_for_again(database: Database, clock: VirtualClock) -> None:
    runner = Runner(database, clock, Works({"note": lambda job: None}))
    ask(database, Work("note", START, key="a"))
    with database.write() as connection:
        jobs.cancel(connection, "a", START)
    ask(database, Work("note", START, key="a"))
    assert runner.run_due() == 1


def test_a_failing_job_is_tried_again_later_each_time_and_in_the_end_given_up(database: Database, clock: VirtualClock) -> None:
    tried: list[datetime] = []
    broken = True

    def handle(job: Job) -> None:
        tried.append(clock.now())
        if broken:
            raise ConnectionError("nobody there")

    runner = Runner(database, clock, Works({"note": handle}))
    ask(database, Work("note", START, {"n": 1}, cause="instance:4"))
    runner.run_due(START + 24 * HOUR)
    assert len(tried) == ATTEMPTS
    assert [later - earlier for earlier, later in pairwise(tried)] == [wait_after(n) for n in range(1, ATTEMPTS)]
    with database.write() as connection:
        (given_up,) = jobs.failed(connection)
        assert (given_up.error, given_up.attempts, given_up.cause) == ("ConnectionError: nobody there", ATTEMPTS, "instance:4")
        broken = False
        assert jobs.again(connection, given_up.id, clock.now())
        assert not jobs.again(connection, given_up.id, clock.now())
    assert runner.run_due() == 1
    assert states(database) == [("done", 1)]


def test_what_is_given_up_is_told_once(database: Database, clock: VirtualClock) -> None:
    def handle(job: Job) -> None:
        raise ConnectionError("nobody there")

    told: list[tuple[object, str]] = []
    runner = Runner(
        database,
        clock,
        Works({"note": handle, "other": handle}, gave_up={"note": lambda job, words: told.append((job.payload["n"], words))}),
    )
    ask(database, Work("note", START, {"n": 1}), Work("other", START))
    runner.run_due(START + 24 * HOUR)
    assert told == [(1, "ConnectionError: nobody there")]
    assert states(database) == [("failed", ATTEMPTS), ("failed", ATTEMPTS)]


def test_waits_grow_up_to_an_hour() -> None:
    assert [wait_after(n).total_seconds() for n in (1, 2, 3, 20)] == [10, 20, 40, 3600]


def test_effect_and_completion_are_one_transaction(database: Database, clock: VirtualClock) -> None:
    def handle(job: Job) -> None:
        with database.write() as connection:
            jobs.put(connection, Work("effect", START + HOUR))
            job.done(connection)
            if job.attempt == 1:
                raise ConnectionError

    runner = Runner(database, clock, Works({"note": handle, "effect": lambda job: None}))
    ask(database, Work("note", START))
    runner.run_due(START + HOUR / 2)
    assert states(database) == [("done", 2), ("waiting", 0)]


def test_a_worker_that_lost_its_lease_cannot_write(database: Database, clock: VirtualClock) -> None:
    """The first worker hangs until its lease has ended; another one does the work; then the first one wakes up."""
    done: list[str] = []

    def quick(job: Job) -> None:
        with database.write() as connection:
            job.done(connection)
        done.append("quick")

    def hanging(job: Job) -> None:
        other.run_due(START + LEASE)
        with database.write() as connection:
            jobs.put(connection, Work("effect", START))
            job.done(connection)
        done.append("hanging")

    other = Runner(database, VirtualClock(START), Works({"note": quick}))
    ask(database, Work("note", START))
    Runner(database, clock, Works({"note": hanging})).run_due(START)
    assert done == ["quick"]
    assert states(database) == [("done", 2)]


def test_a_lost_lease_is_told_to_the_handler(database: Database, clock: VirtualClock) -> None:
    ask(database, Work("note", START))
    kept: list[Job] = []
    Runner(database, clock, Works({"note": kept.append})).run_due()
    with pytest.raises(LeaseLost), database.write() as connection:
        kept[0].done(connection)


def test_work_that_this_process_does_not_know_is_left_to_others(database: Database, clock: VirtualClock) -> None:
    ask(database, Work("new", START), Work("note", START))
    assert Runner(database, clock, Works({"note": lambda job: None})).run_due() == 1
    assert states(database) == [("waiting", 0), ("done", 1)]


def test_threads_share_the_work(database: Database, effort: Callable[[int, int], int]) -> None:
    """Two runners with two threads each; every job is done by exactly one of them."""

    count = effort(40, 400)
    seen: list[int] = []
    lock, finished = Lock(), Event()

    def handle(job: Job) -> None:
        with database.write() as connection:
            job.done(connection)
        with lock:
            seen.append(job.id)
            if len(seen) == count:
                finished.set()

    ids = ask(database, *(Work("note", START) for _ in range(count)))
    runners = [Runner(database, SystemClock(), Works({"note": handle})) for _ in range(2)]
    for runner in runners:
        runner.start(threads=2)
    assert finished.wait(300)
    for runner in runners:
        runner.stop()
    assert sorted(seen) == sorted(ids)


def test_the_job_of_a_killed_process_is_taken_over(database: Database, database_url: str) -> None:
    """Its lease is what others wait for: before it has ended the job is left alone."""

    ask(database, Work("note", START))
    started = SystemClock().now()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.worker", database_url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "hanging\n"
        process.kill()
    attempts: list[int] = []
    runner = Runner(database, VirtualClock(started), Works({"note": lambda job: attempts.append(job.attempt)}))
    assert runner.run_due() == 0
    assert runner.run_due(SystemClock().now() + LEASE) == 1
    assert attempts == [2]
    assert states(database) == [("done", 2)]
