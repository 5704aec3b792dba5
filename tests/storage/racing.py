"""What several threads or processes do at once: `python -m tests.storage.racing URL TIMES` adds one to the same record TIMES times."""

import sys
from datetime import UTC, datetime
from decimal import Decimal

from engine import storage
from engine.storage import Database, Tables
from tests.storage.samples import shop

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def add_ones(database: Database, times: int) -> None:
    """Read the record, add one in Python, write it back; each in its own transaction, again where the database asks for it."""
    tables = Tables(shop(), database.dialect)
    for _ in range(times):
        while not _added(database, tables):
            pass


def _added(database: Database, tables: Tables) -> bool:
    try:
        with database.write() as connection:
            storage.fence(connection)
            row = storage.fetch(connection, tables, "supplier", [1], lock=True)[1]
            values = {"id": 1, "version": row["version"], "credit": row["credit"] + Decimal(1), "updated_at": NOW}
            assert storage.update(connection, tables, "supplier", values, NOW)
            storage.next_value(connection, "added")
    except Exception as error:
        if database.is_transient(error):
            return False
        raise
    return True


if __name__ == "__main__":
    add_ones(storage.open_database(sys.argv[1]), int(sys.argv[2]))
