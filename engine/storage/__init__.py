"""Where data lies: SQLite and PostgreSQL with one behaviour."""

from . import job_rows, system_tables, workflow_tables
from .answers import Answered, claim_answer, keep_answer
from .audit import Break, Entry, append_entry, entries, erase_values, verify
from .codes import holds_any
from .comments import Comment, add_comment, comments_of
from .counters import next_value
from .database import Connection, Database, open_database
from .expressions import NotPushable
from .fence import close_fence, fence, serve, served
from .grants import Grant, add_grant, grants_of, locks_of, remove_grants
from .listing import Asking, Found, Listing, Lists, Order, Place, Reader
from .rows import Row, delete, delete_rows, fetch, fetch_by, fetch_rows, history, insert, insert_rows, update, update_rows
from .schema import Difference, add_missing, create_schema, differences
from .tables import Dialect, Tables
from .violations import NotUnique, Referenced

__all__ = [
    "Answered", "Asking", "Found", "Listing", "Lists", "NotPushable", "Order", "Place", "Reader",
    "Break", "Comment", "Connection", "Database", "Dialect", "Difference", "Entry", "Grant", "NotUnique", "Referenced", "Row", "Tables",
    "add_comment", "add_grant", "add_missing", "append_entry", "claim_answer", "close_fence", "comments_of", "create_schema", "delete", "delete_rows",
    "differences", "entries", "erase_values", "fence", "fetch", "fetch_by", "fetch_rows", "grants_of", "history", "holds_any", "insert",
    "insert_rows", "job_rows", "keep_answer", "locks_of", "next_value", "open_database", "remove_grants", "serve", "served", "system_tables", "update",
    "update_rows", "verify", "workflow_tables",
]  # fmt: skip
