"""Rows of a file that somebody imports, kept beside the data until they have become records (or were told why not).

The rows of part 0 become records, those of the other parts rows of their tables: `key` joins the two. What has happened to a
row is written in the transaction of its record, so that an import that died goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .database import Connection, Dialect
from .filling import StandingFilling
from .later_tables import import_row, imports
from .many import among_texts, listed
from .prepared import Standing

WAITING, GOOD, FAILED, DONE, SAME = "waiting", "good", "failed", "done", "same"
"""What a row is: not looked at, would do, will not do, is a record now, is a record already that says the same."""
_PUT = StandingFilling(import_row, ("import", "part", "line", "key", "cells", "below", "state"))
_ONE = sa.select(imports).where(imports.c.id == sa.bindparam("number", type_=imports.c.id.type))
_IMPORT, _HELD = Standing(_ONE), Standing(_ONE.with_for_update())
_NEXT = Standing(
    sa.select(import_row)
    .where(
        import_row.c["import"] == sa.bindparam("number"),
        import_row.c.part == 0,
        import_row.c.state == sa.bindparam("wanted", type_=import_row.c.state.type),
        import_row.c.id > sa.bindparam("after"),
    )
    .order_by(import_row.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_MARK = Standing(
    sa.update(import_row)
    .where(import_row.c.id == sa.bindparam("row"))
    .values(
        state=sa.bindparam("new_state", type_=import_row.c.state.type),
        record=sa.bindparam("new_record", type_=import_row.c.record.type),
        problems=sa.bindparam("new_problems", type_=import_row.c.problems.type),
    )
)


@dataclass(frozen=True, slots=True)
class Staged:
    """A row to be kept: the part it is of, its line in the file, what joins it, its cells as JSON.

    `below` are lines of the same sheet that hold nothing but rows of its tables: the number of each, and its cells.
    """

    part: int
    line: int
    key: str | None
    cells: Sequence[object]
    below: list[tuple[int, Sequence[object]]] = field(default_factory=list)


def add_import(connection: Connection, values: Mapping[str, Any]) -> int:
    """A new import; its number."""
    return int(connection.execute(sa.insert(imports).values(**values).returning(imports.c.id)).scalar_one())


def import_of(connection: Connection, number: int, *, lock: bool = False) -> dict[str, Any] | None:
    """An import by its number; with `lock` nobody else changes it before the commit."""
    found = (_HELD if lock else _IMPORT).on(connection).rows(connection, {"number": number})
    return found[0] if found else None


def imports_by(connection: Connection, owner: int | None, entity_id: int, limit: int) -> list[dict[str, Any]]:
    """The newest imports of a person into an entity."""
    mine = imports.c.owner.is_(None) if owner is None else imports.c.owner == owner
    query = sa.select(imports).where(mine, imports.c.entity_id == entity_id).order_by(imports.c.id.desc()).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def change_import(connection: Connection, number: int, values: Mapping[str, Any]) -> None:
    """Write something about an import."""
    connection.execute(sa.update(imports).where(imports.c.id == number).values(**values))


def put_staged(connection: Connection, number: int, rows: Iterable[Staged]) -> None:
    """Keep rows of a file; they wait."""
    parts, lines, keys, cells, below = zip(*[(r.part, r.line, r.key, r.cells, r.below or None) for r in rows], strict=True)
    columns = {"part": parts, "line": lines, "key": keys, "cells": cells, "below": below}
    _PUT.on(connection).write(connection, (), columns, {"import": number, "state": WAITING})


def staged_rows(connection: Connection, number: int, state: str, limit: int, after: int = 0) -> list[dict[str, Any]]:
    """The next rows of part 0 in a state, in the order of the file."""
    return _NEXT.on(connection).rows(connection, {"number": number, "wanted": state, "after": after, "most": limit})


def first_staged(connection: Connection, number: int, limit: int, parts: int) -> list[dict[str, Any]]:
    """The first rows of each part."""
    found = []
    for part in range(parts):
        mine = sa.and_(import_row.c["import"] == number, import_row.c.part == part)
        query = sa.select(import_row.c.part, import_row.c.cells).where(mine).order_by(import_row.c.id).limit(limit)
        found += [dict(row) for row in connection.execute(query).mappings()]
    return found


def staged_children(connection: Connection, number: int, keys: Sequence[str], dialect: Dialect) -> list[dict[str, Any]]:
    """The rows of the other parts that these keys join, in the order of the file."""
    if not keys:
        return []
    joined = among_texts(import_row.c.key, dialect, "keys")
    inner = import_row.c.part + 0 > 0  # not by the index of the parts, of which this would be nearly all
    query = sa.select(import_row).where(import_row.c["import"] == number, inner, joined).order_by(import_row.c.id)
    return [dict(row) for row in connection.execute(query, {"keys": listed(keys, dialect)}).mappings()]


def mark_staged(connection: Connection, marks: Iterable[tuple[int, str, int | None, object]]) -> None:
    """Write of rows what became of them: id, state, record, problems."""
    named = ({"row": row, "new_state": state, "new_record": record, "new_problems": problems} for row, state, record, problems in marks)
    _MARK.on(connection).each(connection, named)


def wait_again(connection: Connection, number: int) -> None:
    """Every row that is no record yet waits again."""
    mine = sa.and_(import_row.c["import"] == number, import_row.c.part == 0, import_row.c.state.in_((GOOD, FAILED)))
    connection.execute(sa.update(import_row).where(mine).values(state=WAITING, problems=None))


def staged_counts(connection: Connection, number: int) -> dict[str, int]:
    """How many rows of part 0 are in each state."""
    query = sa.select(import_row.c.state, sa.func.count()).where(import_row.c["import"] == number, import_row.c.part == 0)
    return {row[0]: row[1] for row in connection.execute(query.group_by(import_row.c.state))}


def orphaned(connection: Connection, number: int) -> tuple[int, int] | None:
    """Part and line of the first row of a table that joins no record; None when there is none."""
    main = import_row.alias()
    joined = sa.exists().where(main.c["import"] == number, main.c.part == 0, main.c.key == import_row.c.key)
    lost = sa.and_(import_row.c["import"] == number, import_row.c.part > 0, ~joined)
    found = connection.execute(sa.select(import_row.c.part, import_row.c.line).where(lost).order_by(import_row.c.id).limit(1)).first()
    return None if found is None else (found[0], found[1])


def repeated(connection: Connection, number: int) -> tuple[str, int] | None:
    """A key that stands in several rows of part 0, and the last of their lines; None when there is none."""
    mine = sa.and_(import_row.c["import"] == number, import_row.c.part == 0, import_row.c.key.is_not(None))
    query = sa.select(import_row.c.key, sa.func.max(import_row.c.line)).where(mine).group_by(import_row.c.key)
    found = connection.execute(query.having(sa.func.count() > 1).limit(1)).first()
    return None if found is None else (found[0], found[1])


def forget_import(connection: Connection, number: int) -> None:
    """An import goes, with what is left of its rows."""
    connection.execute(sa.delete(import_row).where(import_row.c["import"] == number))
    connection.execute(sa.delete(imports).where(imports.c.id == number))


def forget_imports(connection: Connection, before: datetime, limit: int = 5) -> None:
    """Imports that began long ago go, with what is left of their rows."""
    old = connection.execute(sa.select(imports.c.id).where(imports.c.at < before).order_by(imports.c.id).limit(limit)).scalars().all()
    for number in old:
        forget_import(connection, number)
