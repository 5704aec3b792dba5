"""Two processes serve and write without pause while one definition after the other is applied."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from engine import migration, records
from engine.loading import load_sources
from engine.storage.system_tables import audit
from tests.applications import START, opened, sources

ROOT = Path(__file__).parents[2]
DEFINITION = """\
app: shop
roles: {{buyer: {{label: Buyer}}}}
---
entity: thing
fields:
  mark: {{type: text}}
  it: {{type: {it}}}
{more}  lines: {{type: table, fields: {{n: {{type: integer}}, times: {{type: integer, formula: n * {factor}}}}}}}
  sum: {{type: integer, formula: SUM(lines.times)}}
access: {{buyer: {{read: true}}}}
"""
CHANGES: list[dict[str, object]] = [
    {"more": "  note: {type: text}\n"},
    {"it": "integer"},
    {"factor": 3},
    {"more": "  remark: {type: text, was: note, index: true}\n"},
    {"it": "decimal"},
    {"more": "  size: {type: integer, required: true, default: 4}\n"},
    {"it": "text"},
    {"factor": 5},
    {"more": "  size: {type: text}\n"},
    {"more": "", "it": "integer"},
]


def wait_for(serving: list[subprocess.Popen[str]], revision: int, requests: int) -> None:
    """Both have done so many requests under a revision."""
    for process in serving:
        assert process.stdout is not None
        left = requests
        while left:
            line = process.stdout.readline()
            assert line, "the process has ended"
            left -= int(line) == revision


def test_no_request_fails_and_no_write_is_lost(database_url: str, effort: Callable[[int, int], int]) -> None:
    said: dict[str, object] = {"it": "text", "more": "", "factor": 2}
    with opened(DEFINITION.format(**said), database_url) as world:
        command = [sys.executable, "-m", "tests.migration.serving_process", database_url]
        serving = [
            subprocess.Popen([*command, name], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for name in ("a", "b")
        ]
        wait_for(serving, 1, 4)
        for change in CHANGES[: effort(5, len(CHANGES))]:
            said.update(change)
            written = sources(DEFINITION.format(**said))
            found = migration.apply(world.app.database, written, load_sources(written), "Li Na", START)
            wait_for(serving, found.number, effort(4, 50))
        told = [json.loads(process.communicate("")[0].splitlines()[-1]) for process in serving]
        world.app.serving.reload()
        world.app.jobs.run_due(START.replace(year=2099))
        assert [each["failed"] for each in told] == [[], []]
        expected = {int(number): mark for each in told for number, mark in each["written"].items()}
        with world.look("system") as view:
            for number, mark in expected.items():
                row = records.fetch(view, "thing", number)
                assert (row["mark"], row["it"], row["sum"]) == (mark, 7, 3 * int(str(said["factor"]))), number
        with world.app.database.glance() as connection:
            revisions = (
                connection.execute(sa.select(audit.c.revision).where(audit.c.cause == "person").order_by(audit.c.id)).scalars().all()
            )
        assert list(revisions) == sorted(revisions)
        assert len(set(revisions)) == effort(5, len(CHANGES)) + 1
