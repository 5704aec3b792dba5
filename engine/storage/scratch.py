"""Databases for a moment: made empty or as a copy of another one, used, and gone. For scenarios; nothing else makes databases."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa


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
    copied = f' TEMPLATE "{sa.make_url(template).database}"' if template else ""
    _on_server(place, f'CREATE DATABASE "{name}"{copied}')
    return sa.make_url(place).set(database=name).render_as_string(hide_password=False)


def drop_scratch(address: str) -> None:
    """Remove a database that `scratch_database` made, whoever still holds a connection. Raises ValueError for any other."""
    url = sa.make_url(address)
    if "loom_scratch_" not in str(url.database):
        raise ValueError("this is no scratch database")
    if url.get_backend_name() == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(f"{url.database}{suffix}").unlink(missing_ok=True)
    else:
        _on_server(url.set(database="postgres").render_as_string(hide_password=False), f'DROP DATABASE "{url.database}" WITH (FORCE)')


def _on_server(address: str, statement: str) -> None:
    engine = sa.create_engine(sa.make_url(address).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
