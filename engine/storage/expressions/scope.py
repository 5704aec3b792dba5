"""The rows that names are read from: an alias with its LEFT JOINs, shared by everything that reads the same path."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Label, Select, select

from engine.formula import CollectionPath, Hop, Path, Via

from .filled import Filled
from .lookup import DOCUMENT, TableLookup, column_of, join_condition, owner_key
from .rates import RatePath, rate_column


class Aliases:
    """Names of aliases in one statement: t, t1, t2 …"""

    def __init__(self, tables: TableLookup, first: int = 0) -> None:
        self.tables = tables
        self._numbers = count(first)

    def next(self, entity: str) -> FromClause:
        """The table of an entity under a new name."""
        number = next(self._numbers)
        return self.tables.table(entity).alias(f"t{number or ''}")

    def group(self) -> str:
        """A new name for a grouped sub-select."""
        return f"g{next(self._numbers)}"


@dataclass
class Group:
    """One grouped sub-select over a collection: `columns` are its aggregates, each calculated once per owner."""

    name: str
    on: ColumnElement[bool]
    rows: Many
    columns: list[ColumnElement[Any]] = field(default_factory=list)

    def column(self, aggregate: ColumnElement[Any]) -> ColumnElement[Any]:
        """The value of an aggregate in the row of the owner; null where it has no rows."""
        at = next((at for at, each in enumerate(self.columns) if each.compare(aggregate)), len(self.columns))
        if at == len(self.columns):
            self.columns.append(aggregate)
        return Filled(f"{self.name}.a{at}", (), aggregate.type)


class Scope:
    """An alias of an entity's table and what is joined to it."""

    def __init__(self, aliases: Aliases, entity: str, source: FromClause | None = None) -> None:
        self.aliases, self.entity = aliases, entity
        self.source = aliases.next(entity) if source is None else source
        self._joins: dict[tuple[Hop, ...], FromClause] = {}
        self._on: list[tuple[FromClause, ColumnElement[bool]]] = []
        self.groups: dict[object, Group] = {}

    def column(self, name: str) -> ColumnElement[Any]:
        """A column of the rows themselves."""
        return column_of(self.aliases.tables, self.source, self.entity, name)

    def read(self, hops: tuple[Hop, ...], name: str) -> ColumnElement[Any]:
        """The column at the end of a to-one path. The id of a linked record is the link itself and needs no join."""
        if hops and name == "id":
            last = hops[-1]
            return self.read(hops[:-1], last.name if last.via is Via.LINK else DOCUMENT)
        entity = hops[-1].target if hops else self.entity
        return column_of(self.aliases.tables, self.reach(hops), entity, name)

    def at(self, path: Path) -> ColumnElement[Any]:
        """The column of a path that begins at these rows, or the rate that belongs to them."""
        if isinstance(path, RatePath):
            return rate_column(self, path)
        return self.read(path.hops, path.field)

    def reach(self, hops: tuple[Hop, ...]) -> FromClause:
        """The alias at the end of to-one hops."""
        if not hops:
            return self.source
        if hops not in self._joins:
            near, far = self.reach(hops[:-1]), self.aliases.next(hops[-1].target)
            self._joins[hops] = far
            self._on.append((far, join_condition(self.aliases.tables, near, far, hops[-1])))
        return self._joins[hops]

    def from_clause(self, start: FromClause | None = None) -> FromClause:
        """The alias, or `start` in which it stands, with everything joined to it, the grouped sub-selects last."""
        joined = self.source if start is None else start
        for far, on in self._on:
            joined = joined.outerjoin(far, on)
        for group in self.groups.values():
            joined = joined.outerjoin(group.rows.grouped(group.columns).subquery(group.name), group.on)
        return joined

    @property
    def names(self) -> tuple[FromClause, ...]:
        """The aliases that belong to this scope."""
        return (self.source, *self._joins.values())


class Many:
    """The rows behind a collection path: as a sub-select for one owner, or grouped for all owners at once.

    With `copy` the owner's table stands in the grouped sub-select too, for arguments that read the owner (`parent.rate`).
    """

    def __init__(self, owner: Scope, path: CollectionPath, *, copy: bool) -> None:
        self.copy = Scope(owner.aliases, owner.entity) if copy else None
        self.owner, self.path = owner, path
        at = next(at for at, hop in enumerate(path.hops) if hop.via not in (Via.LINK, Via.DOCUMENT))
        self.lead, self.first, more = path.hops[:at], path.hops[at], path.hops[at + 1 :]
        tables = owner.aliases.tables
        self._aliases = [owner.aliases.next(self.first.target)]
        self._on: list[ColumnElement[bool]] = []
        for hop in more:
            near, far = self._aliases[-1], owner.aliases.next(hop.target)
            self._on.append(join_condition(tables, near, far, hop))
            self._aliases.append(far)
        self.key = owner_key(tables, self._aliases[0], self.first)
        self.rows = Scope(owner.aliases, path.target, self._aliases[-1])
        self.where: list[ColumnElement[bool]] = []

    @property
    def order(self) -> list[ColumnElement[Any]]:
        """The columns that give the rows their order: positions in tables, ids elsewhere."""
        tables, many = self.owner.aliases.tables, (self.first, *self.path.hops[len(self.lead) + 1 :])
        pairs = [(hop, alias) for hop, alias in zip(many, self._aliases, strict=True) if hop.via not in (Via.LINK, Via.DOCUMENT)]
        found = []
        for hop, alias in pairs:
            if hop.via is Via.TABLE:
                found.append(column_of(tables, alias, hop.target, "row_no"))
            found.append(column_of(tables, alias, hop.target, "id"))
        return found

    def owner_id(self, owner: Scope) -> ColumnElement[Any]:
        """The id that the rows' key must be, read from a row of the owner."""
        return owner.read(self.lead, "id")

    def correlated(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """Aggregates over the rows of one owner: a select that reads the owner's row from around it."""
        inner = self._from(self._aliases[0])
        chosen = select(*columns).select_from(inner).where(self.key == self.owner_id(self.owner), *self.where)
        return chosen.correlate_except(*self._aliases, *self.rows.names)

    def grouped(self, columns: list[ColumnElement[Any]]) -> Select[Any]:
        """Aggregates over the rows of every owner, one row per owner."""
        inner, key = self._aliases[0], self.key
        if self.copy is not None:
            on = self.key == self.owner_id(self.copy)
            inner, key = self.copy.from_clause().join(inner, on), self.copy.column("id")
        labels: list[Label[Any]] = [key.label("k"), *(column.label(f"a{at}") for at, column in enumerate(columns))]
        return select(*labels).select_from(self._from(inner)).where(*self.where).group_by(key)

    def group(self, name: str) -> Group:
        """The sub-select as a join to the owner."""
        key = self.owner.column("id") if self.copy is not None else self.owner_id(self.owner)
        return Group(name, Filled(f"{name}.k = {{0}}", (key,)), self)

    def _from(self, start: FromClause) -> FromClause:
        joined = start
        for far, on in zip(self._aliases[1:], self._on, strict=True):
            joined = joined.join(far, on)
        return self.rows.from_clause(joined)


class Here:
    """The rows of the statement itself, which a report groups: what `rows` means in a measure."""

    def __init__(self, scope: Scope) -> None:
        self.rows = scope

    @property
    def order(self) -> list[ColumnElement[Any]]:
        """The columns that give the rows their order."""
        return [self.rows.column("id")]


def is_here(path: CollectionPath) -> bool:
    """Whether a path means the rows of the statement itself."""
    return not path.hops
