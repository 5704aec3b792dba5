"""`loom worker`: the work that is due is done beside the processes that serve."""

from pathlib import Path

from click.testing import CliRunner

from engine import jobs, storage
from engine.cli import loom
from engine.clock import SystemClock
from engine.jobs import Work
from engine.records import SWEEP
from tests.applications import write

APP = """
app: small
languages: [en]
---
entity: thing
fields: {name: {type: text}}
---
automation: hourly
trigger: {every: hour}
from: {entity: thing}
do: {set: {name: seen}}
"""


def test_what_is_due_is_done_and_schedules_wait_for_their_time(tmp_path: Path, database_url: str) -> None:
    write(APP, tmp_path)
    assert CliRunner().invoke(loom, ["apply", str(tmp_path), "--db", database_url]).exit_code == 0
    database = storage.open_database(database_url)
    with database.write() as connection:
        jobs.put(connection, Work(SWEEP, SystemClock().now()))
    done = CliRunner().invoke(loom, ["worker", str(tmp_path), "--db", database_url, "--once"])
    assert (done.exit_code, done.output.strip().splitlines()[-1]) == (0, "1 jobs done")
    with database.read() as connection:
        assert list(jobs.waiting(connection, "schedule")) == ["schedule:hourly"]
    database.dispose()
