"""The databases that tests are given are real, empty and their own."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from tests.databases import main, postgresql_database, start_postgresql, stop_postgresql


def test_a_database_is_empty_and_speaks_sql(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE t (x INTEGER)"))
        connection.execute(sqlalchemy.text("INSERT INTO t VALUES (1)"))
        assert connection.execute(sqlalchemy.text("SELECT count(*) FROM t")).scalar_one() == 1
    engine.dispose()


@pytest.mark.postgresql
def test_two_databases_share_a_server_and_nothing_else(postgresql_server_url: str) -> None:
    with postgresql_database(postgresql_server_url) as one, postgresql_database(postgresql_server_url) as other:
        assert one != other
        with psycopg.connect(one.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE t (x INTEGER)")
        with psycopg.connect(other.replace("+psycopg", "")) as connection:
            found = connection.execute("SELECT to_regclass('t') IS NULL").fetchone()
    assert found == (True,)


@pytest.mark.postgresql
def test_a_dropped_database_is_gone_even_with_a_connection_left(postgresql_server_url: str) -> None:
    with postgresql_database(postgresql_server_url) as url:
        left = psycopg.connect(url.replace("+psycopg", ""))
    with closing(left), pytest.raises(psycopg.OperationalError):
        left.execute("SELECT 1")


@pytest.mark.postgresql
def test_a_stopped_server_leaves_no_folder() -> None:
    server = start_postgresql(os.getpid())
    assert Path(server.home, "data", "postmaster.pid").exists()
    stop_postgresql(server.home)
    assert not server.home.exists()


@pytest.mark.postgresql
def test_a_server_whose_owner_was_killed_is_stopped_by_the_next_start() -> None:
    owner = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    orphan = start_postgresql(owner.pid)
    owner.kill()
    owner.communicate()
    server = start_postgresql(os.getpid())
    stop_postgresql(server.home)
    assert not orphan.home.exists()


@pytest.mark.postgresql
def test_what_a_server_that_was_killed_with_its_owner_left_is_removed_by_the_next_start() -> None:
    owner = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    orphan = start_postgresql(owner.pid)
    number = orphan.home / "data" / "postmaster.pid"
    lines = number.read_text().splitlines(keepends=True)
    os.kill(int(lines[0]), signal.SIGKILL)
    number.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))  # meanwhile the number went to another process: this one
    owner.kill()
    owner.communicate()
    server = start_postgresql(os.getpid())
    stop_postgresql(server.home)
    assert not orphan.home.exists()


@pytest.mark.postgresql
def test_a_command_gets_the_url_of_a_database_and_keeps_its_exit_code() -> None:
    connect = (
        "import sys, psycopg; psycopg.connect(sys.argv[-1].replace('+psycopg', '')).close(); sys.exit(3 if sys.argv[-2] == '--db' else 4)"
    )
    assert main([sys.executable, "-c", connect]) == 3
