"""The full-text index of a database: one row per record, written in the transaction of the record.

Each word stands behind the number for life of its field (`12fmuller`), and a question names the fields that its reader may
read; so a value that is hidden from somebody cannot be found by them. FTS5 on SQLite, a `tsvector` on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from engine.storage.database import Connection, Dialect
from engine.storage.filling import Pouring
from engine.storage.prepared import Standing
from engine.storage.types import key_type

from . import usual
from .words import asked_words, words_of

MOST = 20_000
"""Words of one record that are kept."""
NOTHING = "0f"
"""A word that no record has."""
FEW = {"sqlite": 5000, "postgresql": 1000}
"""So many records are looked at one by one; where more fit, a list is walked in its order instead."""
RARE = 100
"""A word that fewer records have tells them apart."""
SOME = 20_000
"""So many records that have a word are gathered for those of a rule to be looked for among them."""
SAMPLE = 200
"""So many of the newest records are asked whether a word is usual."""
USUAL, COMMON = 4, 20
"""A word that more of them have is looked for near the beginning of a list; one that still more have tells no records apart."""
_RECORDS = 2**40
"""On SQLite the key is entity × 2^40 + record: one number, in the order of both."""
SEARCH = sa.MetaData()
_POSTGRESQL = sa.Table(
    "loom_search",
    SEARCH,
    sa.Column("entity_id", key_type(), primary_key=True, autoincrement=False),
    sa.Column("record_id", key_type(), primary_key=True, autoincrement=False),
    sa.Column("words", postgresql.TSVECTOR(), nullable=False),
    comment="The words of the text fields of every record, each behind the number of its field.",
)
sa.Index("loom_search_words", _POSTGRESQL.c.words, postgresql_using="gin")
_MAKE_ON_SQLITE = 'CREATE VIRTUAL TABLE IF NOT EXISTS loom_search USING fts5(words, detail=none, tokenize="unicode61 remove_diacritics 0")'
_PLACE = {"place": sa.BigInteger(), "entity": sa.BigInteger(), "record": sa.BigInteger()}


def _standing(text: str) -> Standing:
    typed = [sa.bindparam(name, type_=kind) for name, kind in _PLACE.items() if f":{name}" in text]
    return Standing(sa.text(text).bindparams(*typed))


_PUT = {
    "sqlite": _standing("INSERT OR REPLACE INTO loom_search (rowid, words) VALUES (:place, :words)"),
    "postgresql": _standing(
        "INSERT INTO loom_search (entity_id, record_id, words) VALUES (:entity, :record, array_to_tsvector(CAST(:words AS text[])))"
        " ON CONFLICT (entity_id, record_id) DO UPDATE SET words = excluded.words"
    ),
}
_FILL = {
    "sqlite": Pouring("loom_search", ["rowid", "words"], "sqlite"),
    "postgresql": Pouring("loom_search", ["entity_id", "record_id", "words"], "postgresql"),
}
_DROP = {
    "sqlite": _standing("DELETE FROM loom_search WHERE rowid = :place"),
    "postgresql": _standing("DELETE FROM loom_search WHERE entity_id = :entity AND record_id = :record"),
}


class Said(NamedTuple):
    """A text of a record: the number of its field, and whether it is short enough to be found by pinyin."""

    field: int
    text: str
    spelled: bool = True


class Near(NamedTuple):
    """How words are looked for in the rows of a list: what is asked of the words of each, whether they are usual, only in very few rows."""

    asked: usual.Asked
    is_usual: bool
    brief: bool = False


class Fitting(NamedTuple):
    """The ids of the records that fit, None where they are many; then whether what is asked is usual."""

    ids: list[int] | None
    is_usual: bool = False


def make_search(connection: Connection) -> None:
    """Make the index where it is missing."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_MAKE_ON_SQLITE)
    else:
        SEARCH.create_all(connection)


def put_words(connection: Connection, entity_id: int, record_id: int, texts: Iterable[Said]) -> None:
    """From now on the record is found by the words of these texts, and by no others."""
    words = _words(texts)
    given = " ".join(words) if connection.dialect.name == "sqlite" else words
    _PUT[connection.dialect.name].on(connection).tell(connection, {**_place(entity_id, record_id), "words": given})


def begin_words(connection: Connection, entity_id: int, said: Iterable[tuple[int, Iterable[Said]]]) -> None:
    """The words of records that are new, by their ids."""
    first = entity_id * _RECORDS
    if connection.dialect.name == "sqlite":
        _FILL["sqlite"].run(connection, [(first + record, " ".join(_words(texts))) for record, texts in said])
    else:  # letters and digits need no more than quotes in the text of a tsvector
        lexemes = ((record, " ".join(f"'{word}'" for word in _words(texts))) for record, texts in said)
        _FILL["postgresql"].run(connection, ((entity_id, record, text) for record, text in lexemes))


def _words(texts: Iterable[Said]) -> list[str]:
    found: set[str] = set()
    for said in texts:
        prefix = f"{said.field}f"
        found.update([prefix + word for word in words_of(said.text, spelled=said.spelled)])
    return sorted(found)[:MOST]


def drop_words(connection: Connection, entity_id: int, record_id: int) -> None:
    """The record is not found any more."""
    _DROP[connection.dialect.name].on(connection).tell(connection, _place(entity_id, record_id))


def question(text: str, fields: Iterable[int], dialect: Dialect) -> str:
    """`text` as the index of `dialect` is asked for it in these fields; without a word or a field nothing fits."""
    numbers = sorted(fields)
    words = asked_words(text) if numbers else []
    if dialect == "sqlite":
        parts = [" OR ".join(f'"{number}f{word}"*' for number in numbers) for word in words]
        return " AND ".join(f"({part})" for part in parts) or f'"{NOTHING}"'
    parts = [" | ".join(f"'{number}f{word}':*" for number in numbers) for word in words]
    return " & ".join(f"({part})" for part in parts) or f"'{NOTHING}'"


def rare_question(connection: Connection, entity_id: int, field: int, text: str) -> str:
    """Which records have one of the words of `text` that few others have, by their beginnings; without rare words, all of them."""
    dialect: Dialect = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    words = [f"{field}f{word[: max(3, len(word) * 2 // 3)]}" for word in asked_words(text)]
    asked = [f'"{word}"*' if dialect == "sqlite" else f"'{word}':*" for word in words]
    rare = [each for each in asked if _how_many(connection, entity_id, each) < RARE]
    return (" OR " if dialect == "sqlite" else " | ").join(rare) or question(text, [field], dialect)


def fitting_ids(dialect: Dialect) -> sa.Select[Any]:
    """The ids of the records of one entity that fit a question; its parameters are those of `asking`."""
    if dialect == "postgresql":
        mine = _POSTGRESQL.c.entity_id == sa.bindparam("search_entity", type_=sa.BigInteger)
        return sa.select(_POSTGRESQL.c.record_id).where(mine, _fits())
    asked = sa.bindparam("search_words", type_=sa.Text)
    place: sa.ColumnClause[int] = sa.column("rowid", sa.BigInteger)
    first = sa.bindparam("search_first", type_=sa.BigInteger)
    fits = sa.column("loom_search").op("MATCH", is_comparison=True)(asked)
    within = place.between(first, first + (_RECORDS - 1))
    return sa.select((place - first).label("record_id")).select_from(sa.table("loom_search")).where(fits, within)


def near_of(words: str, dialect: Dialect, *, is_usual: bool) -> Near:
    """How words are looked for in records that many have."""
    return Near(usual.asked_of(words) if dialect == "sqlite" else (), is_usual)


def fits(own: sa.ColumnElement[Any], asked: usual.Asked, dialect: Dialect) -> sa.ColumnElement[bool]:
    """Whether the words of the record of this id fit, asked of this record alone; its parameters are those of `asking`."""
    if dialect == "sqlite":
        return usual.fits(own, asked)
    here = _POSTGRESQL.c.entity_id == sa.bindparam("search_entity", type_=sa.BigInteger)
    return sa.select(_fits()).where(here, _POSTGRESQL.c.record_id == own).scalar_subquery()


def fits_among(own: sa.ColumnElement[Any], asked: usual.Asked, dialect: Dialect) -> sa.ColumnElement[bool]:
    """The same where many records are asked: all that fit are gathered first, unless they are too many."""
    some = _some(dialect, SOME)
    too_many = sa.select(sa.func.count() > sa.literal_column(str(SOME))).select_from(some).scalar_subquery()
    return sa.case((too_many, fits(own, asked, dialect)), else_=own.in_(sa.select(some.c.record_id)))


@lru_cache(maxsize=4)
def _some(dialect: Dialect, most: int) -> sa.CTE:
    """The ids that fit, one more than `most` at most; found without a limit, which would mislead PostgreSQL."""
    every = fitting_ids(dialect)
    if dialect == "postgresql":
        every = sa.select(every.cte("fitting").prefix_with("MATERIALIZED").c.record_id)
    return every.limit(sa.literal_column(str(most + 1))).cte("some").prefix_with("MATERIALIZED")


def _fits() -> sa.ColumnElement[bool]:
    """Whether a row of PostgreSQL fits the question."""
    asked = sa.cast(sa.bindparam("search_words", type_=sa.Text), postgresql.TSQUERY)
    return _POSTGRESQL.c.words.op("@@", is_comparison=True)(asked)


def _first(dialect: str, most: int, often: int) -> sa.sql.expression.ClauseElement:
    """The first ids that fit; on PostgreSQL a blank one alone where many fit (more than `often` of the newest).

    PostgreSQL knows little of how many records a beginning of a word fits, and reads all of them to find a few, or finds all by the
    index to give the first. So the newest records are asked whether the word is usual, and if not, the index without the limit.
    """
    limit: sa.ColumnClause[int] = sa.literal_column(str(most))
    if dialect == "sqlite":
        return fitting_ids("sqlite").limit(limit)
    own, entity = _POSTGRESQL.c, sa.bindparam("search_entity", type_=sa.BigInteger)
    newest = sa.select(_fits().label("fits")).where(own.entity_id == entity).order_by(own.record_id.desc())
    sample = newest.limit(sa.literal_column(str(SAMPLE))).subquery("newest")
    many = sa.select(sa.func.count() > sa.literal_column(str(often))).select_from(sample).where(sample.c.fits).scalar_subquery()
    found = fitting_ids("postgresql").where(sa.not_(many)).cte("fitting").prefix_with("MATERIALIZED")
    nothing = sa.select(sa.cast(sa.null(), sa.BigInteger).label("record_id")).where(many)
    return sa.union_all(nothing, sa.select(found.c.record_id)).limit(limit)


_FEW = Standing(lambda dialect: _first(dialect, FEW[dialect] + 1, USUAL))
_RARE = Standing(lambda dialect: _first(dialect, RARE, COMMON))


def few_ids(connection: Connection, words: str, entity_id: int) -> Fitting:
    """The records that fit, where they are few."""
    first = entity_id * _RECORDS
    if connection.dialect.name == "sqlite" and usual.is_usual(connection, words, range(first, first + _RECORDS)):
        return Fitting(None, is_usual=True)
    found = _ids(connection, _FEW, words, entity_id)
    return Fitting(None if found is None or len(found) > FEW[connection.dialect.name] else found, is_usual=found is None)


def _how_many(connection: Connection, entity_id: int, asked: str) -> int:
    found = _ids(connection, _RARE, asked, entity_id)
    return RARE if found is None else len(found)


def _ids(connection: Connection, first: Standing, asked: str, entity_id: int) -> list[int] | None:
    dialect: Dialect = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    found = [row[0] for row in first.on(connection).tuples(connection, asking(asked, entity_id, dialect))]
    return None if None in found else found


def asking(words: str, entity_id: int, dialect: Dialect) -> Mapping[str, Any]:
    """The parameters of `fitting_ids`."""
    if dialect == "postgresql":
        return {"search_words": words, "search_entity": entity_id}
    return {"search_words": words, "search_first": entity_id * _RECORDS, **usual.forms_of(words)}


def _place(entity_id: int, record_id: int) -> dict[str, int]:
    return {"place": entity_id * _RECORDS + record_id, "entity": entity_id, "record": record_id}


SEARCH_TABLE = "loom_search"


def search_rows(connection: Connection) -> Iterator[list[object]]:
    """The words of every record: entity, record, words."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(sa.text("SELECT rowid, words FROM loom_search ORDER BY rowid").execution_options(yield_per=1000))
        yield from ([place // _RECORDS, place % _RECORDS, words.split(" ") if words else []] for place, words in found)
        return
    table = _POSTGRESQL
    words = sa.func.tsvector_to_array(table.c.words)
    query = sa.select(table.c.entity_id, table.c.record_id, words).order_by(table.c.entity_id, table.c.record_id)
    yield from ([row[0], row[1], list(row[2])] for row in connection.execute(query.execution_options(yield_per=1000)))


def write_search_rows(connection: Connection, rows: Iterable[Sequence[Any]]) -> int:
    """Write what `search_rows` gave; how many there were."""
    put, count = _PUT[connection.dialect.name].on(connection), 0
    sqlite = connection.dialect.name == "sqlite"
    for entity, record, found in rows:
        words = [word for word in found if word]  # earlier backups of SQLite have a blank one where there are none
        put.count(connection, {**_place(entity, record), "words": " ".join(words) if sqlite else words})
        count += 1
    return count
