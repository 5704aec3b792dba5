"""Where data lies: SQLite and PostgreSQL with one behaviour."""

from .database import Connection, Database, open_database
from .fence import close_fence, fence, serve, served
from .schema import Difference, add_missing, create_schema, differences
from .tables import Dialect, Tables

__all__ = [
    "Connection", "Database", "Dialect", "Difference", "Tables", "add_missing", "close_fence", "create_schema", "differences", "fence",
    "open_database", "serve", "served",
]  # fmt: skip
