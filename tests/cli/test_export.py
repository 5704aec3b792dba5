"""`loom export`: what is archived stays out of a file, unless it is asked for."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine import records
from engine.access import SYSTEM
from engine.cli import loom
from tests.applications import opened

YAML = """
    app: kept
    roles: {clerk: {label: Clerk}}
    ---
    entity: order
    fields:
      code: {type: text}
      closed_on: {type: date}
    retention: {after: 2 years, since: closed_on, do: archive}
    access: {clerk: {read: true, create: true, delete: true}}
"""


@pytest.mark.parametrize(("asked", "expected"), [((), ["new"]), (("--archived",), ["old", "new"])])
def test_archived_records_are_taken_along_when_they_are_asked_for(
    tmp_path: Path, sqlite_url: str, asked: tuple[str, ...], expected: list[str]
) -> None:
    with opened(YAML, sqlite_url) as world:
        old = world.save("system", "order", code="old", closed_on=date(2020, 1, 1))
        world.save("system", "order", code="new")
        world.app.run(SYSTEM, lambda uow: records.archive(uow, "order", int(str(old["id"]))))
        target = tmp_path / "orders.csv"
        done = CliRunner().invoke(
            loom, ["export", "order", str(tmp_path), "--db", sqlite_url, "--out", str(target), "--fields", "code", *asked]
        )
    assert done.exit_code == 0, done.output
    lines = target.read_text("utf-8-sig").splitlines()[1:]
    assert sorted(lines, reverse=True) == expected
    assert ("left out" in done.stderr) is not bool(asked)
