"""Records: found, loaded, saved and deleted, always as somebody, always in one unit of work."""

from .accept import RowChanges
from .activity import Difference, Happening, activity, linked, remark
from .always import check_derived
from .delete import delete
from .derive import recompute, settle
from .draft import ChildRow, Draft, Row, rows_of
from .explain import Explanation, Eyes, explain, tried
from .fetch import fetch
from .find import Page, Query, count, find, load
from .frame import RecordFrame, frame_of
from .hold import hold
from .numbers import next_number
from .people import People, person
from .present import Record, present, readable
from .save import Demands, change, conflict, save
from .titles import own_title, titles, titles_of_links
from .trying import preview
from .values import Unfit, plain_value, read_value
from .visible import visible_ids
from .writable import Writable, writable

__all__ = [
    "ChildRow", "Demands", "Difference", "Draft", "Explanation", "Eyes", "Happening", "Page", "People", "Query", "Record",
    "RecordFrame", "Row", "RowChanges", "Unfit", "Writable", "activity", "change", "check_derived", "conflict", "count", "delete",
    "explain", "fetch", "find", "frame_of", "hold", "linked", "load", "next_number", "own_title", "person", "plain_value",
    "present", "preview", "read_value", "readable", "recompute", "remark", "rows_of", "save", "settle", "titles",
    "titles_of_links", "tried", "visible_ids", "writable",
]  # fmt: skip
