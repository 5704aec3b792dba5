"""Records: found, loaded, saved and deleted, always as somebody, always in one unit of work."""

from .accept import RowChanges
from .delete import delete
from .draft import ChildRow, Draft, Row
from .fetch import fetch
from .find import Page, Query, count, find, load
from .frame import RecordFrame, frame_of
from .present import Record
from .save import change, save
from .titles import own_title, titles
from .values import Unfit, plain_value, read_value

__all__ = [
    "ChildRow", "Draft", "Page", "Query", "Record", "RecordFrame", "Row", "RowChanges", "Unfit", "change", "count", "delete", "fetch",
    "find", "frame_of", "load", "own_title", "plain_value", "read_value", "save", "titles",
]  # fmt: skip
