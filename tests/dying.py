"""Processes that die at a chosen commit or statement: forked, with connections of their own, killed as if the plug was pulled."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.pool import PoolProxiedConnection

from engine.storage import Database, ddl, filling, prepared
from engine.storage.exchange import Exchange
from engine.storage.lending import driver_of
from engine.storage.postgresql import exchange_of

FORK = multiprocessing.get_context("fork")


def die_at_statement(last: int, database: Database) -> None:
    """Die where this process would send its statement of this number to a database, or finish a transaction there."""
    count = 0

    def die(*_: object) -> None:
        nonlocal count
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def dying(connection: sa.Connection) -> object:
        die()
        return driver_of(connection)

    def dying_too(connection: sa.Connection) -> Exchange:
        die()
        return exchange_of(connection)

    for module in (ddl, filling, prepared):
        vars(module)["driver_of"] = dying
    vars(prepared)["exchange_of"] = dying_too
    for engine in {database.writer, database.reader}:
        sa.event.listen(engine, "before_cursor_execute", die)
        sa.event.listen(engine, "commit", die)


@dataclass(frozen=True)
class Death:
    """When a process dies: at its nth commit (0: never), before that commit is written or right after it."""

    at: int = 0
    after: bool = False

    def watch(self, database: Database) -> Callable[[], int]:
        """Count the commits of a database, and die; gives the count so far."""
        count = 0

        def committing(_connection: sa.Connection) -> None:
            nonlocal count
            count += 1
            if count == self.at and not self.after:
                os.kill(os.getpid(), signal.SIGKILL)

        commit = database.writer.dialect.do_commit

        def committed(dbapi_connection: PoolProxiedConnection) -> None:
            commit(dbapi_connection)
            if self.at and count >= self.at:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(database.writer, "commit", committing)
        database.writer.dialect.do_commit = committed  # type: ignore[method-assign]
        return lambda: count


def in_a_process(work: Callable[[], int]) -> int:
    """Do `work` in a process of its own; what it gives, or the negative number of the signal that killed it."""
    reader, writer = FORK.Pipe(duplex=False)

    def run() -> None:
        writer.send(work())
        os._exit(0)  # no clean-up of what belongs to the tests

    process = FORK.Process(target=run)
    process.start()
    writer.close()
    process.join()
    try:
        found: int = reader.recv()
    except EOFError:
        assert process.exitcode is not None
        assert process.exitcode < 0, "it raised what stands above"
        return process.exitcode
    finally:
        reader.close()
    return found
