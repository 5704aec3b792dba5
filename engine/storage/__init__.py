"""Where data lies: SQLite and PostgreSQL with one behaviour."""

from . import system_tables, workflow_tables
from .codes import holds_any
from .database import Connection, Database, open_database
from .fence import close_fence, fence, serve, served
from .expressions import NotPushable
from .listing import Found, Listing, Lists, Order, Place, Reader
from .rows import Row, delete, delete_rows, fetch, fetch_by, fetch_rows, history, insert, insert_rows, update, update_rows
from .schema import Difference, add_missing, create_schema, differences
from .tables import Dialect, Tables
from .violations import NotUnique, Referenced

__all__ = [
    "Connection", "Database", "Dialect", "Difference", "Found", "Listing", "Lists", "NotPushable", "NotUnique", "Order", "Place", "Reader", "Referenced", "Row", "Tables", "add_missing", "close_fence",
    "create_schema", "delete", "delete_rows", "differences", "fence", "fetch", "fetch_by", "fetch_rows", "history", "holds_any", "insert",
    "insert_rows", "open_database", "serve", "served", "system_tables", "update", "update_rows", "workflow_tables",
]  # fmt: skip
