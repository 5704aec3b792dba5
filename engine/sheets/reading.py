"""Reading a file that somebody uploaded, whatever it is called.

What cannot be read completely and exactly is refused with the reason, before its first row is used.
"""

from __future__ import annotations

from pathlib import Path

from engine.errors import Message

from .csv_reading import CsvFile
from .sheet import Book, unreadable
from .xlsx_reading import XlsxFile


def open_book(path: Path) -> Book:
    """The file at `path`, by what it holds and not by its name. Raises Invalid with one problem at `file`."""
    with path.open("rb") as file:
        first = file.read(8)
    if first.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return XlsxFile(path)
    if first.startswith(b"\xd0\xcf\x11\xe0"):
        raise unreadable("old_format", Message("This file is protected by a password, or of the old XLS format. Please save it as XLSX."))
    return CsvFile(path)
