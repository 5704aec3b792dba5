"""What is wrong with the place of a database: it cannot be reached, opened or written into, whatever was asked of it."""

from __future__ import annotations

import sqlite3

from engine.errors import ObjectloomError

_SQLITE = ("SQLITE_FULL", "SQLITE_NOTADB", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_CORRUPT", "SQLITE_IOERR", "SQLITE_PERM")
_SERVER = ("28", "3D", "53", "57")
"""Classes of PostgreSQL's codes: who may come in, which databases there are, no room, no server any more."""


class UnusableAddress(ObjectloomError, ValueError):
    """The address of no database that could be used; `given` is what it is instead."""

    def __init__(self, given: str) -> None:
        super().__init__(f"A database is sqlite:///PATH or postgresql://…, not {given}.")


def fault_of_place(error: BaseException) -> str | None:
    """What the driver or the system says, in its own words; None for any other error."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, OSError):
        return f"{cause.strerror}: {cause.filename}" if cause.filename else None
    if isinstance(cause, sqlite3.Error):
        return str(cause) if getattr(cause, "sqlite_errorname", "").startswith(_SQLITE) else None
    if type(cause).__module__.startswith("psycopg"):
        code = getattr(cause, "sqlstate", None)
        unreachable = code is None and type(cause).__name__ == "OperationalError"
        return str(cause).strip() if unreachable or (code or "").startswith(_SERVER) else None
    return None
