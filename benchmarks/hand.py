"""The application written by hand with Flask and SQLAlchemy Core: what the engine is measured against.

It does the same work, and nothing that the engine does not: bearer token, row rule in the query, required fields and checks
with a problem per field, exact amounts, number series, version check, history, audit, keyset paging, tasks of two people.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.pool import QueuePool

from benchmarks.hand_approval import Approvals
from benchmarks.hand_checks import Wrong
from benchmarks.hand_orders import Orders, Site, answer
from benchmarks.hand_tables import METADATA


def open_engine(url: str) -> sa.Engine:
    """The engine of a database, with the settings that everybody uses."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_size=16)
    engine = sa.create_engine(url, poolclass=QueuePool, pool_size=16, connect_args={"isolation_level": None, "timeout": 30})

    def prepare(connection: Any, record: object) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "cache_size = -16000"):
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN")

    sa.event.listen(engine, "connect", prepare)
    sa.event.listen(engine, "begin", begin)
    return engine


def make_hand(url: str) -> Flask:
    """The application on the database at `url`; its tables are made where they are missing."""
    flask = Flask("hand", static_folder=None)
    engine = open_engine(url)
    METADATA.create_all(engine)
    site = Site(engine)
    Orders(site).register(flask)
    Approvals(site).register(flask)
    flask.register_error_handler(Wrong, lambda wrong: answer({"status": 422, "errors": wrong.problems}, 422))
    return flask
