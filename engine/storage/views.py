"""Views for other programs (`v_<entity>`): today's field names, and on SQLite numbers with their point instead of scaled integers.

On SQLite a view computes with floating point, so it is for looking at, not for sums that must be exact to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from .database import Connection
from .names import fitting, view_name
from .tables import Tables
from .types import Number


def create_views(connection: Connection, tables: Tables, former: Iterable[str] = ()) -> None:
    """Make the view of every entity and table anew, and drop those of the entities that had the names `former`.

    What no interface shows (credentials) has no view.
    """
    quote = connection.dialect.identifier_preparer.quote
    shown = {view_name(name.replace(".", "__")): name for name, entity in tables.metadata.entities.items() if entity.api}
    for view in {*shown, *(view_name(name.replace(".", "__")) for name in former)}:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {quote(view)}")
    for view, entity in shown.items():
        query = sa.select(*(_shown(column, tables.dialect) for column in tables.held(entity)))
        body = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        connection.exec_driver_sql(f"CREATE VIEW {quote(view)} AS {body}")


def _shown(column: sa.Column[Any], dialect: str) -> sa.ColumnElement[Any]:
    name = fitting(str(column.key))
    if dialect == "sqlite" and isinstance(column.type, Number) and column.type.scale:
        return sa.type_coerce(column, sa.Float()).op("/")(sa.literal_column(f"1{'0' * column.type.scale}.0")).label(name)
    return column.label(name)
