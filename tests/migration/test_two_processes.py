"""Two processes serve, and people write through their API without pause, while one definition after the other is applied."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import migration, records
from engine.access import AUTH
from engine.clock import SystemClock
from engine.loading import load_sources
from engine.storage.system_tables import audit
from engine.web.api import create_token
from tests.applications import START, World, opened, sources, write
from tests.migration.visitors import Visitor, listening, served, writing

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
access: {{buyer: {{read: true, create: true, update: true}}}}
"""
LEASE = timedelta(minutes=10)
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


def test_no_request_fails_and_no_write_is_lost(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, effort: Callable[[int, int], int]
) -> None:
    """But for answers that say when to come back."""
    monkeypatch.setenv("LOOM_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("LOOM_API_PER_MINUTE", "0")
    said: dict[str, object] = {"it": "text", "more": "", "factor": 2}
    applies = effort(3, len(CHANGES))
    write(DEFINITION.format(**said), tmp_path)
    with opened(DEFINITION.format(**said), database_url) as world:
        person = world.person("bea", roles=["buyer"])
        token = world.app.run(AUTH, lambda uow: create_token(uow, person, "visitors"))
        with ExitStack() as running:
            ports = [running.enter_context(served(tmp_path, database_url, name)) for name in ("a", "b")]
            for port in ports:
                listening(port)
            visitors = [Visitor(port, token, f"{port}-{number}") for port in ports for number in range(effort(1, 2))]
            with writing(visitors):
                apply_all(world, said, CHANGES[:applies], visitors, effort(2, 25))
        assert [visitor.failed for visitor in visitors] == [[] for _ in visitors]
        world.app.serving.reload()
        world.app.jobs.run_due(SystemClock().now() + LEASE)  # what the servers had begun when they were ended, too
        check(world, {number: mark for visitor in visitors for number, mark in visitor.written.items()}, 3 * int(str(said["factor"])))
        with world.app.database.glance() as connection:
            made = sa.select(audit.c.revision).where(audit.c.cause == "person", audit.c.actor == person).order_by(audit.c.id)
            revisions = list(connection.execute(made).scalars())
        assert revisions == sorted(revisions), "nobody writes under an old definition"
        assert len(set(revisions)) == applies + 1


def apply_all(world: World, said: dict[str, object], changes: list[dict[str, object]], visitors: list[Visitor], rounds: int) -> None:
    """One definition after the other, each while everybody writes."""
    for change in [{}, *changes]:
        said.update(change)
        written = sources(DEFINITION.format(**said))
        migration.apply(world.app.database, written, load_sources(written), "Li Na", START)
        for visitor in visitors:
            visitor.more(rounds)


def check(world: World, written: dict[int, str], total: int) -> None:
    """Everything that somebody was told is there, and formulas are those of the last definition."""
    with world.look("system") as view:
        for number, mark in written.items():
            row = records.fetch(view, "thing", number)
            assert (row["mark"], row["it"], row["sum"]) == (mark, 7, total), number
