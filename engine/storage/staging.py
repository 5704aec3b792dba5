"""Lines of a file that somebody imports, kept beside the data until they have become records (or were told why not).

Lines of part 0 become records, those of the other parts rows of their tables: `key` joins the two. Lines that nothing joins lie together
in pieces, so that a file of many lines has few rows here; all lines of a piece are in one state, and a piece whose lines fare differently
is taken apart. What has happened to a line is written in the transaction of its record, so that an import that died goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.frozen import frozen

from .database import Connection, Dialect
from .filling import StandingFilling
from .later_tables import import_piece, imports
from .many import among_texts, listed
from .prepared import Standing

WAITING, GOOD, FAILED, DONE, SAME = "waiting", "good", "failed", "done", "same"
"""What a line is: not looked at, would do, will not do, is a record now, is a record already that says the same."""
PIECE, PIECE_LINES = 50, 500
"""How many records lie together in a piece at most, and how many lines of the file when it is full."""
_COLUMNS = ("import", "part", "line", "size", "key", "lines", "state", "problems")
_PUT = StandingFilling(import_piece, _COLUMNS)
_ONE = sa.select(imports).where(imports.c.id == sa.bindparam("number", type_=imports.c.id.type))
_IMPORT, _HELD = Standing(_ONE), Standing(_ONE.with_for_update())
_MAIN = sa.and_(import_piece.c["import"] == sa.bindparam("number"), import_piece.c.part == 0)
_NEXT = Standing(
    sa.select(*(import_piece.c[name] for name in ("id", "line", "size", "key", "lines", "problems")))
    .where(
        _MAIN, import_piece.c.state == sa.bindparam("wanted", type_=import_piece.c.state.type), import_piece.c.line > sa.bindparam("after")
    )
    .order_by(import_piece.c.line)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_PROBLEMS = Standing(
    sa.select(import_piece.c.problems)
    .where(_MAIN, import_piece.c.state == FAILED)
    .order_by(import_piece.c.line)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_TOLD = Standing(
    sa.select(import_piece.c.id, import_piece.c.line, import_piece.c.problems)
    .where(_MAIN, import_piece.c.state == FAILED, import_piece.c.line > sa.bindparam("after"))
    .order_by(import_piece.c.line)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_RETELL = Standing(
    sa.update(import_piece)
    .where(import_piece.c.id == sa.bindparam("piece"))
    .values(problems=sa.bindparam("new_problems", type_=import_piece.c.problems.type))
)
_waiting = sa.and_(import_piece.c.id == sa.bindparam("piece"), import_piece.c.state == WAITING)
_MARK = Standing(
    sa.update(import_piece)
    .where(_waiting)
    .values(
        state=sa.bindparam("new_state", type_=import_piece.c.state.type),
        problems=sa.bindparam("new_problems", type_=import_piece.c.problems.type),
    )
)
_TAKE = Standing(sa.delete(import_piece).where(_waiting))


@frozen
class Staged:
    """A line to be kept: the part it is of, its number in the file, what joins it, its cells as JSON.

    `below` are lines of the same sheet that hold nothing but rows of its tables: the number of each, and its cells.
    """

    part: int
    line: int
    key: str | None
    cells: Sequence[object]
    below: list[tuple[int, Sequence[object]]] = field(default_factory=list)


class Kept(NamedTuple):
    """A line of part 0 as it lies there."""

    line: int
    cells: Sequence[Any]
    below: Sequence[tuple[int, Sequence[Any]]]


class Piece(NamedTuple):
    """Lines of part 0 that lie together, as they were read; a failed one has its problems."""

    id: int
    line: int
    size: int
    key: str | None
    lines: Sequence[Kept]
    problems: Any


class Fate(NamedTuple):
    """What became of a line: its state, and what is wrong with it as JSON."""

    state: str
    problems: object = None


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


def all_imports(connection: Connection) -> list[dict[str, Any]]:
    """What the columns of all imports mean: number, entity, `meanings`, `options`."""
    query = sa.select(imports.c.id, imports.c.entity_id, imports.c.meanings, imports.c.options).order_by(imports.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def change_import(connection: Connection, number: int, values: Mapping[str, Any]) -> None:
    """Write something about an import."""
    connection.execute(sa.update(imports).where(imports.c.id == number).values(**values))


def pieces_of(rows: Iterable[Staged]) -> Iterator[Sequence[Staged]]:
    """Lines in pieces: those that nothing joins together, others alone."""
    piece: list[Staged] = []
    size = 0
    for row in rows:
        piece.append(row)
        size += 1 + len(row.below)
        if row.key is not None or row.part or len(piece) == PIECE or size >= PIECE_LINES:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def put_staged(connection: Connection, number: int, pieces: Sequence[Sequence[Staged]]) -> None:
    """Keep lines of a file; they wait."""
    firsts = [piece[0] for piece in pieces]
    columns: dict[str, Sequence[Any]] = {
        "part": [row.part for row in firsts],
        "line": [row.line for row in firsts],
        "size": list(map(len, pieces)),
        "key": [row.key for row in firsts],
        "lines": [[(row.line, row.cells, row.below) for row in piece] for piece in pieces],
    }
    _PUT.on(connection).write(connection, (), columns, {"import": number, "state": WAITING, "problems": None})


def staged_pieces(connection: Connection, number: int, state: str, limit: int, after: int = 0) -> list[Piece]:
    """The next pieces of part 0 in a state, in the order of the file, until they hold as many lines as the limit says."""
    found: list[Piece] = []
    missing, each = limit, PIECE
    while missing > 0:
        most = -(-missing // each)
        rows = _NEXT.on(connection).tuples(connection, {"number": number, "wanted": state, "after": after, "most": most})
        found += [Piece(*row) for row in rows]
        if len(rows) < most:
            break
        count, after = sum(row[2] for row in rows), rows[-1][1]
        missing, each = missing - count, max(1, count // len(rows))
    return found


def staged_problems(connection: Connection, number: int, limit: int) -> list[dict[str, Any]]:
    """What is wrong with the first lines that failed."""
    found = _PROBLEMS.on(connection).tuples(connection, {"number": number, "most": limit})
    return [problem for (problems,) in found for problem in problems or ()]


def retell_staged(connection: Connection, number: int, paths: Mapping[str, str]) -> None:
    """What is wrong with the lines that failed stands at the paths of today, where those are others: `paths` says which."""
    after: int | None = 0
    while after is not None:
        found = _TOLD.on(connection).tuples(connection, {"number": number, "after": after, "most": PIECE_LINES})
        after = found[-1][1] if found else None
        turned = ((piece, kept, [{**one, "path": paths.get(one["path"], one["path"])} for one in kept or ()]) for piece, _, kept in found)
        _RETELL.on(connection).each(
            connection, [{"piece": piece, "new_problems": new} for piece, kept, new in turned if kept and new != kept]
        )


def first_staged(connection: Connection, number: int, limit: int, parts: int) -> list[tuple[int, Sequence[Any]]]:
    """The cells of the first lines of each part, with its number."""
    found: list[tuple[int, Sequence[Any]]] = []
    for part in range(parts):
        mine = sa.and_(import_piece.c["import"] == number, import_piece.c.part == part)
        pieces = connection.execute(sa.select(import_piece.c.lines).where(mine).order_by(import_piece.c.line).limit(limit)).scalars()
        found += [(part, cells) for _, cells, _ in [line for lines in pieces for line in lines][:limit]]
    return found


def staged_children(connection: Connection, number: int, keys: Sequence[str], dialect: Dialect) -> list[dict[str, Any]]:
    """The lines of the other parts that these keys join, in the order of the file."""
    if not keys:
        return []
    joined = among_texts(import_piece.c.key, dialect, "keys")
    inner = import_piece.c.part + 0 > 0  # not by the index of the parts, of which this would be nearly all
    own = import_piece.c
    query = sa.select(own.part, own.key, own.lines).where(own["import"] == number, inner, joined).order_by(own.part, own.line)
    found = connection.execute(query, {"keys": listed(keys, dialect)})
    return [{"part": part, "key": key, "line": lines[0][0], "cells": lines[0][1]} for part, key, lines in found]


def mark_staged(connection: Connection, number: int, pieces: Iterable[Piece], fates: Mapping[int, Fate]) -> None:
    """Write of waiting lines what became of them, by their numbers; the others of their pieces go on waiting."""
    whole: list[dict[str, object]] = []
    for piece in pieces:
        runs = list(_runs(piece, fates))
        if len(runs) == 1:
            whole.append({"piece": piece.id, "new_state": runs[0][0].state, "new_problems": runs[0][0].problems})
        elif _TAKE.on(connection).count(connection, {"piece": piece.id}):
            _put_apart(connection, number, piece, runs)
    _MARK.on(connection).each(connection, whole)


def _runs(piece: Piece, fates: Mapping[int, Fate]) -> Iterator[tuple[Fate, list[Kept]]]:
    """The lines of a piece that follow each other and fare alike; one that failed is alone with what is wrong with it."""
    waits = Fate(WAITING)
    told = [(fates.get(line[0], waits), line) for line in piece.lines]
    for (fate, _), run in groupby(told, lambda each: (each[0], each[1][0] if each[0].state == FAILED else 0)):
        yield fate, [line for _, line in run]


def _put_apart(connection: Connection, number: int, piece: Piece, runs: Sequence[tuple[Fate, Sequence[Kept]]]) -> None:
    columns: dict[str, Sequence[Any]] = {
        "line": [lines[0][0] for _, lines in runs],
        "size": [len(lines) for _, lines in runs],
        "lines": [lines for _, lines in runs],
        "state": [fate.state for fate, _ in runs],
        "problems": [fate.problems for fate, _ in runs],
    }
    _PUT.on(connection).write(connection, (), columns, {"import": number, "part": 0, "key": piece.key})


def wait_again(connection: Connection, number: int) -> None:
    """Every line that is no record yet waits again."""
    mine = sa.and_(import_piece.c["import"] == number, import_piece.c.part == 0, import_piece.c.state.in_((GOOD, FAILED)))
    connection.execute(sa.update(import_piece).where(mine).values(state=WAITING, problems=None))


def staged_counts(connection: Connection, number: int) -> dict[str, int]:
    """How many lines of part 0 are in each state."""
    query = sa.select(import_piece.c.state, sa.func.sum(import_piece.c.size)).where(
        import_piece.c["import"] == number, import_piece.c.part == 0
    )
    return {row[0]: int(row[1]) for row in connection.execute(query.group_by(import_piece.c.state))}


def orphaned(connection: Connection, number: int) -> tuple[int, int] | None:
    """Part and line of the first line of a table that joins no record; None when there is none."""
    main = import_piece.alias()
    joined = sa.exists().where(main.c["import"] == number, main.c.part == 0, main.c.key == import_piece.c.key)
    lost = sa.and_(import_piece.c["import"] == number, import_piece.c.part > 0, ~joined)
    found = connection.execute(
        sa.select(import_piece.c.part, import_piece.c.line).where(lost).order_by(import_piece.c.part, import_piece.c.line).limit(1)
    ).first()
    return None if found is None else (found[0], found[1])


def repeated(connection: Connection, number: int) -> tuple[str, int] | None:
    """A key that stands in several lines of part 0, and the last of their lines; None when there is none."""
    mine = sa.and_(import_piece.c["import"] == number, import_piece.c.part == 0, import_piece.c.key.is_not(None))
    query = sa.select(import_piece.c.key, sa.func.max(import_piece.c.line)).where(mine).group_by(import_piece.c.key)
    found = connection.execute(query.having(sa.func.count() > 1).limit(1)).first()
    return None if found is None else (found[0], found[1])


def forget_import(connection: Connection, number: int) -> None:
    """An import goes, with what is left of its lines."""
    connection.execute(sa.delete(import_piece).where(import_piece.c["import"] == number))
    connection.execute(sa.delete(imports).where(imports.c.id == number))


def forget_imports(connection: Connection, before: datetime, limit: int = 5) -> None:
    """Imports that began long ago go, with what is left of their lines."""
    old = connection.execute(sa.select(imports.c.id).where(imports.c.at < before).order_by(imports.c.id).limit(limit)).scalars().all()
    for number in old:
        forget_import(connection, number)
