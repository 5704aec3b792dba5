"""A backup is taken while people write: what they were told before it began is in it, and nothing is half in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.access import AUTH, SYSTEM
from engine.app import open_app
from engine.cli.backup import command as backup
from engine.cli.restore import command as restore
from engine.cli.verify import command as verify
from engine.records import Query, find
from engine.web.api import create_token
from tests.applications import opened, write
from tests.databases import postgresql_database
from tests.migration.test_two_processes import DEFINITION
from tests.migration.visitors import Visitor, listening, served, writing
from tests.transfer.test_backup import run

TEXT = DEFINITION.format(it="text", more="", factor=2)
SUM = 6


@pytest.mark.postgresql
@pytest.mark.parametrize("forth", [True, False], ids=["to PostgreSQL", "to SQLite"])
def test_what_people_were_told_is_in_it(
    forth: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, effort: Callable[[int, int], int]
) -> None:
    """The backup goes into the other kind of database, whose audit and computed fields are right."""
    monkeypatch.setenv("LOOM_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("LOOM_FILES", str(tmp_path / "files"))
    monkeypatch.setenv("LOOM_API_PER_MINUTE", "0")
    write(TEXT, tmp_path)
    before: dict[int, str] = {}
    files = [tmp_path / f"{turn}.loom" for turn in range(effort(2, 10))]
    lite = f"sqlite:///{tmp_path / 'a.db'}"
    with postgresql_database(request.getfixturevalue("postgresql_server_url")) as server:
        url, other = (lite, server) if forth else (server, lite)
        with opened(TEXT, url) as world:
            person = world.person("bea", roles=["buyer"])
            token = world.app.run(AUTH, lambda uow: create_token(uow, person, "visitors"))
            with served(tmp_path, url, "a") as port:
                listening(port)
                visitors = [Visitor(port, token, f"v{number}") for number in range(3)]
                with writing(visitors):
                    for file in files:
                        for visitor in visitors:
                            visitor.more(effort(3, 50))
                        before = {number: mark for visitor in visitors for number, mark in list(visitor.written.items())}
                        run(backup, tmp_path, "--db", url, "--to", file)
        assert [visitor.failed for visitor in visitors] == [[], [], []]
        run(backup, tmp_path, "--check", files[-1])
        run(restore, tmp_path, "--db", other, "--from", files[-1])
        run(verify, tmp_path, "--db", other, "--computed")
        check(tmp_path, other, before)


def check(root: Path, url: str, before: dict[int, str]) -> None:
    """Every record that somebody was told of is as they were told, or as they changed it since; each is whole."""
    app = open_app(root, url)
    with app.look(SYSTEM) as view:
        found = {record.id: record.values for record in find(view, Query("thing", limit=100_000, tables=True)).records}
    app.close()
    assert {number for number, mark in before.items() if found[number]["mark"] not in (mark, f"{mark}!")} == set()
    assert {number for number, row in found.items() if row["sum"] != SUM or len(row["lines"]) != 1} == set()  # type: ignore[arg-type]
