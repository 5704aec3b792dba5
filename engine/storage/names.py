"""Names in the database: short enough for PostgreSQL, and apart from the columns that the engine adds."""

from __future__ import annotations

from hashlib import sha256

from engine.metadata import SPELLING

LONGEST = 63
_TAIL = 8

RECORD_COLUMNS = ("id", "version", "created_at", "created_by", "updated_at", "updated_by")
ROW_COLUMNS = ("id", "version", "document_id", "row_no")
PERIOD_COLUMNS = ("current_from", "current_until")
SEALED_VALUES, SEALED_UNTIL = "sealed_values", "sealed_until"
OPTIONAL_COLUMNS = ("state", SEALED_VALUES, SEALED_UNTIL)
RESERVED = frozenset((*RECORD_COLUMNS, *ROW_COLUMNS, *PERIOD_COLUMNS, *OPTIONAL_COLUMNS, "history_id"))
"""Names of columns that no field of a record or row can have."""


def fitting(name: str) -> str:
    """`name`, or where it is longer than PostgreSQL allows, its beginning and a hash of all of it."""
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - _TAIL - 1]}_{sha256(name.encode()).hexdigest()[:_TAIL]}"


def spelling_name(column: str) -> str:
    """The column with what the texts of `column` are put in order by."""
    return fitting(f"{column}{SPELLING}")


def history_name(table: str) -> str:
    """The table that keeps the earlier versions of the rows of `table`."""
    return fitting(f"{table}_history")


def view_name(table: str) -> str:
    """The view that shows `table` to other programs: today's names, numbers with their point."""
    return fitting(f"v_{table}")
