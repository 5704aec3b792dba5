"""What lies in the database that a change of the definition would touch: numbers of rows, values and duplicates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from .blueprint import Index
from .canonical import canonical_json
from .catalog import Catalogue
from .codes import holds_any
from .database import Connection, Dialect
from .expressions.small import Small
from .names import SEALED_VALUES, history_name
from .system_tables import grant
from .tellers import Teller
from .types import Codes, Json, Text
from .workflow_tables import instance

MOST_EXAMPLES = 5
STREAMED = {"yield_per": 1000}
Period = tuple[int, date, date | None, date | None]
"""A row, the first and the last day on which it holds, and until when another holds that began before."""
_BETWEEN = "~"
"""Stands before the new name of a workflow until all are renamed."""


class Survey:
    """Counts in the tables as they are; a table or column that is not there has nothing in it. All names are physical."""

    def __init__(self, connection: Connection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect: Dialect = dialect
        self.catalogue = Catalogue(connection)

    def again(self) -> Survey:
        """The database as it is now."""
        return Survey(self._connection, self._dialect)

    def has(self, table: str, *columns: str) -> bool:
        """Whether the table is there with these columns."""
        there = self.catalogue.columns.get(table)
        return there is not None and there.issuperset(columns)

    def rows(self, table: str) -> int:
        """The rows of a table."""
        return self._count(_table(table)) if self.has(table) else 0

    def values(self, table: str, column: str) -> int:
        """The rows that have a value in a column."""
        return self._count(_table(table, column), _column(column).is_not(None)) if self.has(table, column) else 0

    def sealed(self, table: str, field: str) -> int:
        """The rows in which a value of a field is sealed."""
        return sum(1 for envelopes, _ in self.column(table, SEALED_VALUES, Json()) if field in envelopes)

    def with_code(self, table: str, column: str, code: str, *, several: bool = False) -> int:
        """The rows that hold a code, in a column of one code or of several."""
        if not self.has(table, column):
            return 0
        held = sa.column(column, Codes() if several else Text())
        return self._count(_table(table, column), holds_any(held, [code], self._dialect) if several else held == code)

    def columns(self, table: str) -> frozenset[str]:
        """The columns of a table, whoever made them."""
        return self.catalogue.columns.get(table, frozenset())

    def lacking(self, table: str, column: str) -> tuple[int, list[int]]:
        """The rows without a value in a column, and the ids of the first of them."""
        if not self.has(table):
            return 0, []
        empty = _column(column).is_(None) if self.has(table, column) else sa.true()
        first = sa.select(_column("id")).select_from(_table(table)).where(empty).order_by(_column("id")).limit(MOST_EXAMPLES)
        return self._count(_table(table), empty), list(self._connection.execute(first).scalars())

    def of_others(self, records: str, told_by: str, kinds: Collection[str], holding: tuple[str, str]) -> tuple[int, list[int]]:
        """Records of another kind than these, which the column `told_by` tells, that have a value in a column, or rows in a table below.

        `holding` is the table and the column, that of the record where it is a table below. How many, and the ids of the first.
        """
        table, column = holding
        if not self.has(records, told_by) or not self.has(table, column):
            return 0, []
        own, key = sa.table(records, _column("id"), _column(told_by), _column(column)), _column("id")
        other = sa.or_(own.c[told_by].is_(None), own.c[told_by].not_in(kinds))
        below = sa.table(table, _column(column))
        holds = own.c[column].is_not(None) if table == records else sa.exists().where(below.c[column] == own.c.id)
        some = sa.select(own.c.id).where(other, holds).order_by(key).limit(MOST_EXAMPLES)
        return self._count(own, other, holds), [int(number) for number in self._connection.execute(some).scalars()]

    def of_another(self, table: str, column: str, was: Teller, now: Teller) -> tuple[int, list[int]]:
        """Rows with a value in a column and a code of which `was` and `now` tell different ones; how many, and the ids of the first."""
        if not self.has(table, column):
            return 0, []
        begins = {teller.hops[0][0] if teller.hops else teller.column for teller in (was, now)} - {"", "id", column}
        own = sa.table(table, _column("id"), _column(column), *(sa.column(name) for name in begins))
        before, after = was.told(own), now.told(own)
        where = (own.c[column].is_not(None), before.is_not(None), sa.or_(after.is_(None), after != before))
        some = sa.select(own.c.id).where(*where).order_by(own.c.id).limit(MOST_EXAMPLES)
        return self._count(own, *where), [int(number) for number in self._connection.execute(some).scalars()]

    def column(self, table: str, column: str, kind: sa.types.TypeEngine[Any] | None) -> Iterator[tuple[Any, int]]:
        """The value and the id of every row that has one."""
        if not self.has(table, column):
            return
        held = sa.column(column, kind) if kind is not None else _column(column)
        query = sa.select(held, _column("id")).select_from(_table(table)).where(held.is_not(None)).order_by(_column("id"))
        with self._connection.execute(query, execution_options=STREAMED) as found:
            for value, number in found:
                yield value, int(number)

    def each_value(self, table: str, column: str, kind: sa.types.TypeEngine[Any]) -> Iterator[tuple[Any, int, int]]:
        """Every value of a column: the value, how many rows have it, and the id of the first of them."""
        if not self.has(table, column):
            return
        held, key = sa.column(column, kind), _column("id")
        query = sa.select(held, sa.func.count(), sa.func.min(key)).select_from(_table(table, column)).where(held.is_not(None))
        query = query.group_by(held).order_by(sa.func.min(key))
        with self._connection.execute(query, execution_options=STREAMED) as found:
            for value, rows, first in found:
                yield value, int(rows), int(first)

    def each_row(self, table: str, columns: Sequence[tuple[str, sa.types.TypeEngine[Any] | None]]) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Every row: its id, and what stands in these columns; nothing in one that is not there."""
        if not self.has(table):
            return
        there = self.columns(table)
        held = [(sa.column(name, kind) if kind is not None else _column(name)) if name in there else sa.null() for name, kind in columns]
        query = sa.select(_column("id"), *held).select_from(_table(table)).order_by(_column("id"))
        with self._connection.execute(query, execution_options=STREAMED) as found:
            for number, *values in found:
                yield int(number), tuple(values)

    def duplicates(self, table: str, index: Index) -> tuple[int, list[list[int]]]:
        """How many groups of rows share their values in all that an index holds, and the first two rows of some of them."""
        if not self.has(table, *index.columns):
            return 0, []
        found, key = [Small(sa.column(name, Text())) if name in index.small else _column(name) for name in index.columns], _column("id")
        shared = sa.select(sa.func.min(key).label("one"), sa.func.max(key).label("other"))
        shared = shared.select_from(_table(table, *index.columns)).where(*(c.is_not(None) for c in found))
        groups = shared.group_by(*found).having(sa.func.count() > 1).subquery()
        count = int(self._connection.execute(sa.select(sa.func.count()).select_from(groups)).scalar_one())
        some = sa.select(groups.c.one, groups.c.other).order_by(groups.c.one).limit(MOST_EXAMPLES)
        return count, [[int(one), int(other)] for one, other in self._connection.execute(some)]

    def overlapping(self, table: sa.Table, key: Sequence[sa.ColumnElement[Any]]) -> tuple[int, list[Period]]:
        """The rows that begin while another with the same values in `key` holds, or end before they begin; how many, and the first."""
        begins, ends = table.c["valid_from"], table.c["valid_to"]
        if not self.has(table.name, "id", *(_name(part) for part in (begins, ends, *key))):
            return 0, []
        until = sa.func.max(ends).over(partition_by=list(key), order_by=[begins, table.c.id], rows=(None, -1))
        each = sa.select(table.c.id, begins.label("begins"), ends.label("ends"), until.label("until"))
        periods = each.where(begins.is_not(None), *(part.is_not(None) for part in key)).subquery()
        wrong = sa.or_(periods.c.until >= periods.c.begins, periods.c.ends < periods.c.begins)
        some = sa.select(periods).where(wrong).order_by(periods.c.id).limit(MOST_EXAMPLES)
        return self._count(periods, wrong), [tuple(row) for row in self._connection.execute(some)]

    def running(self, workflow: str, step: str | None = None) -> int:
        """The instances of a workflow that have not come to an end; those in one step."""
        if not self.has(instance.name):
            return 0
        where = [instance.c.workflow == workflow, instance.c.open.is_(sa.true())]
        return self._count(instance, *where, *([instance.c.state == step] if step is not None else []))

    def running_revisions(self) -> list[tuple[str, int, int]]:
        """What has not come to an end: workflow, the revision it began under, and how many instances."""
        if not self.has(instance.name):
            return []
        query = sa.select(instance.c.workflow, instance.c.revision, sa.func.count()).where(instance.c.open.is_(sa.true()))
        grouped = query.group_by(instance.c.workflow, instance.c.revision).order_by(instance.c.workflow, instance.c.revision)
        return [(str(name), int(revision), int(rows)) for name, revision, rows in self._connection.execute(grouped)]

    def running_on(self, entity_id: int) -> int:
        """The instances on records of an entity that have not come to an end."""
        if not self.has(instance.name):
            return 0
        return self._count(instance, instance.c.entity_id == entity_id, instance.c.open.is_(sa.true()))

    def rename_code(self, table: str, column: str, old: str, new: str, *, several: bool = False) -> None:
        """Rows that hold the code `old`, now and in their history, hold `new`."""
        for name in (table, history_name(table)):
            if self.has(name, column):
                self._rename_code(name, column, (old, new), several=several)

    def instances(self, workflow: str) -> int:
        """All instances that a workflow ever had."""
        return self._count(instance, instance.c.workflow == workflow) if self.has(instance.name) else 0

    def rename_workflows(self, called: Mapping[str, str]) -> None:
        """Instances of each workflow are those of the one that it is called now; names that are exchanged do not meet on the way."""
        for mark_old, mark_new in (("", _BETWEEN), (_BETWEEN, "")):
            for old, new in called.items():
                was = mark_old + (new if mark_old else old)
                self._connection.execute(sa.update(instance).where(instance.c.workflow == was).values(workflow=mark_new + new))

    def rename_granted(self, old: str, new: str) -> None:
        """Rights to single records that were given to the role `old` are those of `new`."""
        self._connection.execute(sa.update(grant).where(grant.c.role == old).values(role=new))

    def texts(self, table: str, columns: Sequence[str]) -> list[tuple[int, tuple[str | None, ...]]]:
        """The id of every row of a table with some of its texts; nothing where a column is missing."""
        if not self.has(table, *columns):
            return []
        query = sa.select(_column("id"), *(sa.column(name, Text()) for name in columns)).select_from(_table(table)).order_by(_column("id"))
        return [(int(number), tuple(texts)) for number, *texts in self._connection.execute(query)]

    def write_texts(self, table: str, number: int, texts: Mapping[str, str | None]) -> None:
        """Write some texts of a row."""
        target = sa.table(table, _column("id"), *(sa.column(name, Text()) for name in texts))
        self._connection.execute(sa.update(target).where(target.c.id == number).values(dict(texts)))

    def fill(self, table: str, column: str, value: Any, kind: sa.types.TypeEngine[Any]) -> None:
        """Rows without a value in a column get this one."""
        target = sa.table(table, sa.column(column, kind))
        self._connection.execute(sa.update(target).where(target.c[column].is_(None)).values({column: value}))

    def _rename_code(self, table: str, column: str, codes: tuple[str, str], *, several: bool) -> None:
        old, new = codes
        target = sa.table(table, sa.column(column, Codes() if several else Text()))
        held = target.c[column]
        if not several:
            self._connection.execute(sa.update(target).where(held == old).values({column: new}))
            return
        one = sa.case((holds_any(held, [new], self._dialect), self._without(held, old)), else_=self._replaced(held, old, new))
        self._connection.execute(sa.update(target).where(holds_any(held, [old], self._dialect)).values({column: one}))

    def _replaced(self, held: sa.ColumnElement[Any], old: str, new: str) -> sa.ColumnElement[Any]:
        """The codes of a row with one in the place of another."""
        if self._dialect == "postgresql":
            return sa.func.array_replace(held, old, new)
        return sa.func.replace(sa.type_coerce(held, sa.Text), canonical_json(old), canonical_json(new))

    def _without(self, held: sa.ColumnElement[Any], code: str) -> sa.ColumnElement[Any]:
        """The codes of a row, of which there are others, without one."""
        if self._dialect == "postgresql":
            return sa.func.array_remove(held, code)
        spelled, text = canonical_json(code), sa.type_coerce(held, sa.Text)
        return sa.func.replace(sa.func.replace(text, f"{spelled},", ""), f",{spelled}", "")

    def _count(self, table: sa.FromClause, *where: sa.ColumnElement[bool]) -> int:
        return int(self._connection.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar_one())


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns))


def _name(part: Any) -> str:
    return str(part.text.name if isinstance(part, Small) else part.name)


def _column(name: str) -> sa.ColumnClause[Any]:
    return sa.column(name)
