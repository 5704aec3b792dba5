"""From raw columns to the rows that a formula's Python reads: own fields by name, paths and collections by themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.sql.type_api import TypeEngine

from engine.formula import Calendar, CollectionPath, Kind, Path, Row, Type, Value
from engine.frozen import frozen
from engine.storage.types import Number

from .arguments import decoder
from .scope import Here, Many, Scope, is_here

DIALECT = sqlite_dialect()
Decode = Callable[[Any], Value]
Key = str | Path | CollectionPath


@frozen
class Brought:
    """A value that is calculated before the row is read: its column, and how its raw value is read; `form` names that way."""

    column: ColumnElement[Any]
    decode: Decode
    form: str


class Needed(Protocol):
    """The paths and collections that the rows of one level must bring."""

    paths: dict[Path, Type]
    brought: Mapping[str, Brought]

    @property
    def collections(self) -> Mapping[CollectionPath, Needed]:
        """The collections behind each row."""


class Reading:
    """The columns that bring what is needed, and how their raw values become a row."""

    def __init__(self, scope: Scope, needs: Needed, *, single: bool) -> None:
        self.columns: list[ColumnElement[Any]] = []
        self._keys: list[tuple[Key, Decode]] = []
        words: list[str] = []
        for path, type_ in needs.paths.items():
            known = needs.brought.get(path.field) if path.entity == "" else None
            column = scope.at(path) if known is None else known.column
            decode = decoded(type_, column.type) if known is None else known.decode
            self._add(column, path if path.hops else path.field, decode)
            words.append(repr(column.type) if known is None else known.form)
        for collection, inner in needs.collections.items():
            rows = _Rows(scope, collection, inner, single=single)
            self._add(rows.column, collection, rows.decode)
            words.append(rows.fingerprint)
        self.fingerprint: str = f"_{'_'.join(words)}"

    def _add(self, column: ColumnElement[Any], key: Key, decode: Decode) -> None:
        self.columns.append(column)
        self._keys.append((key, decode))

    def decode(self, raw: Sequence[Any]) -> dict[Any, Value]:
        """The row; null columns are None, absent collections empty."""
        return {key: decode(value) for (key, decode), value in zip(self._keys, raw, strict=True)}


class _Rows:
    """A collection as one JSON text: per row its place in the order, then what is needed of it."""

    def __init__(self, scope: Scope, path: CollectionPath, needs: Needed, *, single: bool) -> None:
        group = None if single else scope.groups.get(("rows", path))
        many = Here(scope) if is_here(path) else Many(scope, path, copy=False) if group is None else group.rows
        self._reading = Reading(many.rows, needs, single=True)
        order = many.order
        self._order = len(order)
        listed = func.json_group_array(func.json_array(*order, *self._reading.columns))
        if isinstance(many, Here):
            self.column: ColumnElement[Any] = listed
        elif single:
            self.column = many.correlated(listed).scalar_subquery()
        else:
            if group is None:
                group = scope.groups[("rows", path)] = many.group(scope.aliases.group())
            self.column = group.column(listed)
        self.fingerprint: str = f"[{self._reading.fingerprint}]"

    def decode(self, raw: str | None) -> list[Row]:
        """The rows in their order."""
        rows = [] if raw is None else json.loads(raw)
        rows.sort(key=lambda row: row[: self._order])
        return [{"id": row[self._order - 1], **self._reading.decode(row[self._order :])} for row in rows]


def decoded(type_: Type, column: TypeEngine[Any]) -> Decode:
    """How the raw value of a column becomes the value of a field."""
    if type_.kind is Kind.NUMBER and not isinstance(column, Number):
        return lambda raw: None if raw is None else Decimal(raw)
    decode = decoder(column, DIALECT)
    return lambda raw: None if raw is None else decode(raw)


@frozen
class Surroundings:
    """What a formula sees of the application besides its rows."""

    zone: ZoneInfo
    language: str = ""

    @property
    def fingerprint(self) -> str:
        """What distinguishes it in names of functions."""
        return f"_{self.zone.key}_{self.language}"


@dataclass(slots=True)
class Given:
    """The frame inside a database: rows bring their paths and collections along, everything else came as parameters."""

    around: Surroundings
    extra: Row
    now: datetime = datetime(1, 1, 1, tzinfo=UTC)
    today: date = date(1, 1, 1)
    user: Row | None = None
    roles: frozenset[str] = frozenset()
    owner: Row | None = None
    parent: Row | None = None
    old: Row | None = None
    candidate: Row | None = None
    message: Row = field(default_factory=dict)
    parameters: Row = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        return self.around.zone

    @property
    def language(self) -> str:
        return self.around.language

    def follow(self, row: Mapping[Any, Value], path: Path) -> Value:
        return row[path]

    def rows(self, row: Mapping[Any, Any], path: CollectionPath) -> Sequence[Row]:
        found: Sequence[Row] = row[path]
        return found

    def convert(self, amount: Decimal, source: str, target: str, on: date) -> Decimal | None:
        raise LookupError("no rates inside a database")

    def decide(self, table: str, row: Row | int) -> Value:
        raise LookupError("no decision tables inside a database")

    def calendar(self, name: str) -> Calendar:
        raise LookupError("no calendars inside a database")

    def title(self, entity: str, record: int) -> str:
        raise LookupError("no titles inside a database")

    def warn(self, code: str, where: str) -> None:
        """Warnings belong to saving; a list does not collect them."""
