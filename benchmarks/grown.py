"""Databases with so many orders that a list of them is long: copies of one order, made by the database itself.

What is rare is as rare in each of them: fifty orders have an unusual word, fifty are odd, fifty are the keeper's. What is common
grows with the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from engine.storage import Connection
from tests.applications import World, opened
from tests.databases import postgresql_database

RARE = 50
CHUNK = 250_000
SUPPLIERS = 1000
YAML = """
    app: growing
    roles: {buyer: {label: Buyer}, clerk: {label: Clerk}, keeper: {label: Keeper}, agent: {label: Agent}}
    ---
    entity: supplier
    title: name
    fields:
      name: {type: text}
      agent: {type: user}
    access:
      buyer: {read: true, create: true}
      agent: {read: true}
    ---
    entity: order
    number: {pattern: '{0000000}'}
    title: number
    index: [[total], [kind, due], [supplier, total]]
    fields:
      subject: {type: text}
      remark: {type: text}
      kind: {type: choice, of: [small, middle, large, odd]}
      due: {type: date}
      total: {type: decimal, digits: 2}
      supplier: {type: link, to: supplier}
    access:
      buyer: {read: true, create: true}
      clerk: {read: created_by = user}
      keeper: {read: created_by = user OR kind = "odd"}
      agent: {read: supplier.agent = user}
    ---
    list: order
    columns: [number, subject, kind, due, total, supplier]
    sort: -due
    search: [number, subject]
"""
PEOPLE = ("buyer", "clerk", "keeper", "agent")
SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT {begin} UNION ALL SELECT n + 1 FROM series WHERE n < {end})",
    "postgresql": "WITH series(n) AS (SELECT generate_series(CAST({begin} AS bigint), {end}))",
}
DAY = {
    "sqlite": "date('2024-01-01', (n * 7919 % 10007 % 700) || ' days')",
    "postgresql": "date '2024-01-01' + CAST(n * 7919 % 10007 % 700 AS integer)",
}
WORDS = {
    "sqlite": "INSERT INTO loom_search (rowid, words) {series} SELECT {entity} * 1099511627776 + n, {words} FROM series",
    "postgresql": "INSERT INTO loom_search (entity_id, record_id, words) {series} SELECT {entity}, n, array_to_tsvector"
    "(string_to_array({words}, ' ')) FROM series",
}


@contextmanager
def grown(database: str, rows: int, server: str) -> Iterator[World]:
    """The application on a new database with so many orders; `server` is the address of PostgreSQL."""
    with _database(database, server, rows) as url, opened(YAML, url) as world:
        for name in PEOPLE:
            world.person(name, roles=[name])
        supplier = world.save("buyer", "supplier", name="Supplier 1", agent=world.people["buyer"])
        order = {"subject": "Bolts and nuts", "kind": "small", "due": "2025-06-01", "total": "12.50", "supplier": supplier["id"]}
        world.save("buyer", "order", **order)
        with world.app.database.write() as connection:
            _copies(connection, world, "supplier", _supplier(world), range(2, SUPPLIERS + 1))
        for begin in range(2, rows + 1, CHUNK):
            with world.app.database.write() as connection:
                if database == "sqlite":  # indexes are filled in no order of theirs
                    connection.exec_driver_sql("PRAGMA cache_size = -400000")
                span = range(begin, min(begin + CHUNK, rows + 1))
                _copies(connection, world, "order", _order(world, rows), span)
                _index(connection, world, rows, span)
        if database == "postgresql":  # which does so by itself, sooner or later; SQLite never does
            with world.app.database.glance() as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
        yield world


@contextmanager
def _database(kind: str, server: str, rows: int) -> Iterator[str]:
    if kind == "postgresql":
        with postgresql_database(server) as url:
            yield url
        return
    path = Path("var", f"growing_{rows}.db").resolve()
    _remove(path)
    try:
        yield f"sqlite:///{path}"
    finally:
        _remove(path)


def _remove(path: Path) -> None:
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()


def _supplier(world: World) -> Mapping[str, str]:
    """How suppliers differ from the first: ten of them are the agent's."""
    return {"name": "'Supplier ' || n", "agent": f"CASE WHEN n % 100 = 7 THEN {world.people['agent']} ELSE {world.people['buyer']} END"}


def _order(world: World, rows: int) -> Mapping[str, str]:
    """How orders differ from the first, as SQL of both databases."""
    people, every = world.people, rows // RARE
    owner = f"CASE WHEN n % {every} = 13 THEN {people['keeper']} WHEN n % 100 = 0 THEN {people['clerk']} ELSE {people['buyer']} END"
    return {
        "number": "substr('0000000', 1, 7 - length(CAST(n AS text))) || n" if rows < 10**7 else "'N' || n",
        "subject": f"'Bolts and nuts ' || (n % 5000) || CASE WHEN n % {every} = 7 THEN ' unusual' ELSE '' END",
        "kind": f"CASE WHEN n % {every} = 11 THEN 'odd' WHEN n % 3 = 0 THEN 'small' WHEN n % 3 = 1 THEN 'middle' ELSE 'large' END",
        "due": DAY[world.app.database.dialect],
        "total": "CAST(n * 7907 % 1000003 AS integer)",
        "supplier": f"n * 7901 % {SUPPLIERS} + 1",
        "created_by": owner,
    }


def _copies(connection: Connection, world: World, entity: str, varied: Mapping[str, str], ids: range) -> None:
    """Copies of the first record of an entity with these ids."""
    table = world.app.serving.current().tables.table(entity)
    names = [f'"{column.name}"' for column in table.c]
    values = ["n" if c.key == "id" else varied.get(c.key, f'"{c.name}"') for c in table.c]
    text = f'INSERT INTO "{table.name}" ({", ".join(names)}) {_series(connection, ids)}'
    chosen = f'SELECT {", ".join(values)} FROM series, "{table.name}" WHERE id = 1'  # noqa: S608 - names of the schema
    connection.execute(sa.text(f"{text} {chosen}"))


def _index(connection: Connection, world: World, rows: int, ids: range) -> None:
    """The words of orders as the engine would have kept them: two common ones, some of one in a hundred and in ten, an unusual one."""
    entity, number, subject = map(world.metadata.identity.number, ("entity:order", "field:order.number", "field:order.subject"))
    words = f"'{subject}fbolts {subject}fnuts {subject}f' || (n % 5000) || ' {number}f' || n"
    for often, word in ((10, "tenth"), (100, "hundredth"), (rows // RARE, "unusual")):
        words += f" || CASE WHEN n % {often} = 7 THEN ' {subject}f{word}' ELSE '' END"
    text = WORDS[world.app.database.dialect].format(series=_series(connection, ids), entity=entity, words=words)
    connection.execute(sa.text(text))


def _series(connection: Connection, ids: range) -> str:
    return SERIES[connection.dialect.name].format(begin=ids.start, end=ids.stop - 1)
