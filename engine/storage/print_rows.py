"""The rows of prints: written once, given their file once, and gone with their record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .database import Connection
from .matching import drop_where, new_row, newly, rows_where, set_where
from .workflow_tables import printed

Row = Mapping[str, Any]
_NEW = new_row(printed, told=True)
_ONE, _LOCKED = rows_where(printed, "id"), rows_where(printed, "id", lock=True)
_OF_RECORD = rows_where(printed, "entity_id", "record_id", order="id")
_FILE = set_where(printed, ("file",), "id")
_FORGET = drop_where(printed, "entity_id", "record_id")


def add_print(connection: Connection, values: Row) -> int:
    """A new row without a file; its id."""
    return int(_NEW.on(connection).rows(connection, newly({**values, "file": None}))[0]["id"])


def print_row(connection: Connection, number: int, *, lock: bool = False) -> Row | None:
    """One print; with `lock` nobody else gives it its file meanwhile."""
    found = (_LOCKED if lock else _ONE).on(connection).rows(connection, {"id": number})
    return found[0] if found else None


def print_rows(connection: Connection, entity_id: int, record_id: int) -> list[Row]:
    """The prints of a record, oldest first."""
    return list(_OF_RECORD.on(connection).rows(connection, {"entity_id": entity_id, "record_id": record_id}))


def file_print(connection: Connection, number: int, file: int) -> None:
    """The file of a print is made."""
    _FILE.on(connection).count(connection, {"id": number, **newly({"file": file})})


def forget_prints(connection: Connection, entity_id: int, record_id: int) -> None:
    """The prints of a record that is gone for ever."""
    _FORGET.on(connection).count(connection, {"entity_id": entity_id, "record_id": record_id})
