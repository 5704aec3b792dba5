"""Views for other programs (`v_<entity>`): today's field names, and on SQLite numbers with their point instead of scaled integers.

On SQLite a view computes with floating point, so it is for looking at, not for sums that must be exact to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from .blueprint import Column
from .database import Connection
from .ddl import run
from .names import fitting, view_name
from .tables import Tables
from .types import Number


def create_views(connection: Connection, tables: Tables, former: Iterable[str] = ()) -> None:
    """Make the view of every entity and table anew, and drop those of the entities that had the names `former`.

    What no interface shows (credentials) has no view.
    """
    quote = connection.dialect.identifier_preparer.quote
    shown = {view_name(name.replace(".", "__")): name for name, entity in tables.metadata.entities.items() if entity.api}
    gone = {*shown, *(view_name(name.replace(".", "__")) for name in former)}
    dropping = [f"DROP VIEW IF EXISTS {quote(view)}" for view in sorted(gone)]
    making = [f"CREATE VIEW {quote(view)} AS {_query(tables, entity, connection.dialect)}" for view, entity in shown.items()]
    run(connection, [*dropping, *making])


def _query(tables: Tables, entity: str, dialect: sa.Dialect) -> str:
    blueprint, names = tables.blueprint(entity), set(tables.names(entity))
    columns = ", ".join(_shown(column, dialect) for column in blueprint.columns if column.key in names)
    return f"SELECT {columns} FROM {dialect.identifier_preparer.quote(blueprint.name)}"  # noqa: S608 - names of the schema


def _shown(column: Column, dialect: sa.Dialect) -> str:
    quote = dialect.identifier_preparer.quote
    scale = column.kind.scale if dialect.name == "sqlite" and isinstance(column.kind, Number) else 0
    point = f" / 1{'0' * scale}.0" if scale else ""
    return f"{quote(column.name)}{point} AS {quote(fitting(column.key))}"
