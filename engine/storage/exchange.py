"""Statements over one connection to PostgreSQL, without the cursors of its driver.

Making a cursor, and a loop of waiting, is most of what a small statement costs there. Values become text, and text values, as everywhere
in the driver. What is only told (`tell`) travels with the next question, or with the COMMIT, in one trip.
"""

from __future__ import annotations

import select
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.pq.abc import PGresult

USES = 5
"""A statement that is sent more often is prepared: one that is seldom sent would need a trip for it, and gets a better plan without."""
MOST = 400
"""So many statements a connection remembers; each that is prepared takes some 20 kB in the server."""
_IDLE, _BAD = 0, 1
"""What libpq calls a connection without a transaction, and one that is broken."""
_COMMAND, _TUPLES = 1, 2
"""What it calls the results of statements that give no rows, and that give some."""
_STALE = "0A000"
"""The type of a column has changed since the statement was prepared."""
_BEGIN = b"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
Value = Any


@dataclass(slots=True)
class _Statement:
    name: bytes
    text: bytes
    uses: int = 0
    prepared: bool = False


class _Said(NamedTuple):
    statement: _Statement
    values: Sequence[Any] | None
    types: Sequence[int] | None
    formats: Sequence[Any] | None


class Exchange:
    """What is said to a server over a connection of psycopg, one thing after the other. Raises psycopg.Error.

    `stale` says that it must not be used any more: it has prepared what does not fit the tables now.
    """

    def __init__(self, driver: Connection[Any]) -> None:
        from psycopg.adapt import Transformer  # noqa: PLC0415 - the driver, which is there by now

        self.stale = False
        self._driver = driver
        self._server = driver.pgconn
        self._values = Transformer(driver)
        self._known: OrderedDict[tuple[str, Sequence[int] | None], _Statement] = OrderedDict()
        self._named = 0
        self._told: list[_Said] = []

    def rows(self, text: str, values: Sequence[Value]) -> list[tuple[Any, ...]]:
        """The rows that a statement gives; `$1` … stand for `values`."""
        return self._rows(self._asked(text, values))

    def rows_of_each(self, asked: Sequence[tuple[str, Sequence[Value]]]) -> list[list[tuple[Any, ...]]]:
        """The rows that each of several statements gives, in one trip."""
        return [self._rows(result) for result in self._together([self._said(*one) for one in asked])]

    def count(self, text: str, values: Sequence[Value]) -> int:
        """How many rows a statement concerned."""
        return self._asked(text, values).command_tuples or 0

    def each(self, text: str, many: Iterable[Sequence[Value]]) -> int:
        """Say a statement for each of these values, in one trip; how many rows it concerned."""
        said = [self._said(text, values) for values in many]
        return sum(result.command_tuples or 0 for result in self._together(said)) if said else 0

    def tell(self, text: str, values: Sequence[Value]) -> None:
        """Say a statement that gives nothing back: it is sent before whatever is said next, which raises what is wrong with it."""
        if self._driver.autocommit:
            self._asked(text, values)
        else:
            self._told.append(self._said(text, values))

    def settle(self) -> None:
        """Send what was told."""
        if self._told:
            self._together(())

    def forget(self) -> None:
        """What was told and not sent was never said."""
        self._told.clear()

    def commit(self) -> None:
        """End the transaction; what was told goes with it."""
        if self._told:
            self._together([_Said(_COMMIT, None, None, None)])
        elif self._server.transaction_status != _IDLE:
            self._checked(self._server.exec_(_COMMIT.text))

    def _asked(self, text: str, values: Sequence[Value]) -> PGresult:
        """What the server answers to one statement."""
        said = self._said(text, values)
        if self._told:
            return self._together([said])[-1]
        self._begin()
        if said.statement.prepared:
            return self._checked(self._server.exec_prepared(said.statement.name, said.values, said.formats, 0))
        return self._checked(self._server.exec_params(said.statement.text, said.values, said.types, said.formats, 0))

    def _together(self, said: Sequence[_Said]) -> list[PGresult]:
        """What the server answers to these after what was told, in one trip. After a mistake it does nothing of what follows."""
        self._begin()
        every, self._told = [*self._told, *said], []
        self.stale, before = True, self.stale  # until all answers are there
        self._server.enter_pipeline_mode()
        for each in every:
            self._send(each)
        self._server.pipeline_sync()
        answers = self._answers(len(every))
        self._server.exit_pipeline_mode()
        self.stale = before
        return [self._checked(answer) for answer in answers][len(every) - len(said) :]

    def _send(self, said: _Said) -> None:
        if said.statement.prepared:
            self._server.send_query_prepared(said.statement.name, said.values, said.formats, 0)
        else:
            self._server.send_query_params(said.statement.text, said.values, said.types, said.formats, 0)

    def _answers(self, count: int) -> list[PGresult]:
        """The results of so many statements and the mark after them; reading while there is still something to send."""
        poll = select.poll()
        poll.register(self._server.socket, select.POLLIN | select.POLLOUT)
        while self._server.flush():
            if any(event & ~select.POLLOUT for _, event in poll.poll()):
                self._server.consume_input()
        poll.modify(self._server.socket, select.POLLIN)
        found: list[PGresult] = []
        while len(found) <= count:
            while self._server.is_busy():
                poll.poll()
                self._server.consume_input()
            if (result := self._server.get_result()) is not None:
                found.append(result)
        return found[:count]

    def _said(self, text: str, values: Sequence[Value]) -> _Said:
        """A statement with its values as the server takes them."""
        given = self._values.dump_sequence(values, _formats(len(values)))
        types, formats = self._values.types, self._values.formats
        key = (text, types)
        statement = self._known.get(key)
        if statement is None:
            statement = self._known[key] = self._new(text)
        self._known.move_to_end(key)
        statement.uses += 1
        if statement.uses > USES and not statement.prepared:
            self._begin()
            self._checked(self._server.prepare(statement.name, statement.text, types))
            statement.prepared = True
        return _Said(statement, given, types, formats)

    def _new(self, text: str) -> _Statement:
        if len(self._known) >= MOST:
            _, old = self._known.popitem(last=False)
            if old.prepared:
                self._checked(self._server.exec_(b"DEALLOCATE " + old.name))
        self._named += 1
        return _Statement(f"loom_{self._named}".encode(), text.encode())

    def _begin(self) -> None:
        if not self._driver.autocommit and self._server.transaction_status == _IDLE:
            self._checked(self._server.exec_(_BEGIN))

    def _rows(self, result: PGresult) -> list[tuple[Any, ...]]:
        self._values.set_pgresult(result)
        return self._values.load_rows(0, result.ntuples, tuple)

    def _checked(self, result: PGresult) -> PGresult:
        if result.status in (_COMMAND, _TUPLES):
            return result
        from psycopg.errors import OperationalError, error_from_result  # noqa: PLC0415 - the driver, which is there by now

        if self._server.status == _BAD:
            self.stale = True
            raise OperationalError(result.get_error_message("utf-8"))
        error = error_from_result(result, encoding="utf-8")
        self.stale = self.stale or error.sqlstate == _STALE
        raise error


_COMMIT = _Statement(b"", b"COMMIT")


@lru_cache(maxsize=256)
def _formats(count: int) -> Sequence[Any]:
    from psycopg.adapt import PyFormat  # noqa: PLC0415 - the driver, which is there by now

    return (PyFormat.AUTO,) * count
