"""Databases for a moment: made empty or as a copy of another one, used, and gone. For scenarios; nothing else makes databases."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import sqlalchemy as sa

from . import turns

if TYPE_CHECKING:
    import psycopg

COPIES_FILES = 150000
"""From this version on PostgreSQL is told how to copy: as files, not block by block through its log."""


def scratch_database(place: Path | str, template: str | None = None) -> str:
    """The address of a new database: a file in the folder `place`, or on the PostgreSQL server whose address it is.

    With `template` it is a copy of that database, which nobody may be using.
    """
    name = f"loom_scratch_{uuid4().hex[:16]}"
    if isinstance(place, Path):
        file = place / f"{name}.db"
        if template is not None:
            shutil.copyfile(str(sa.make_url(template).database), file)
        return f"sqlite:///{file}"
    with _server(place) as server:
        files = " STRATEGY FILE_COPY" if server.info.server_version >= COPIES_FILES else ""
        copied = f' TEMPLATE "{sa.make_url(template).database}"{files}' if template else ""
        server.execute(f'CREATE DATABASE "{name}"{copied}'.encode())
    return sa.make_url(place).set(database=name).render_as_string(hide_password=False)


def drop_scratch(address: str) -> None:
    """Remove a database that `scratch_database` made, whoever still holds a connection. Raises ValueError for any other."""
    url = sa.make_url(address)
    if "loom_scratch_" not in str(url.database):
        raise ValueError("this is no scratch database")
    if url.get_backend_name() == "sqlite":
        for suffix in ("", "-wal", "-shm", *turns.SUFFIXES):
            Path(f"{url.database}{suffix}").unlink(missing_ok=True)
    else:
        with _server(url.set(database="postgres")) as server:
            server.execute(f'DROP DATABASE "{url.database}" WITH (FORCE)'.encode())


def _server(address: str | sa.URL) -> psycopg.Connection[tuple[object, ...]]:
    url = sa.make_url(address).set(drivername="postgresql")
    from psycopg import connect  # noqa: PLC0415 - the driver, which a process on SQLite never needs

    return connect(url.render_as_string(hide_password=False), autocommit=True)
