"""Applied definitions and ids for life, as rows."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from engine.frozen import frozen

from .catalog import columns_of
from .database import Connection
from .prepared import Standing
from .system_tables import applying, audit, binned, comment, grant, identity, purged, record_lock, revision


@frozen
class Known:
    """A thing that was ever applied. `physical` is the table or column it lives in, `shape` the type of that column.

    `rule` stands for the formula that a stored field is computed by; `package` brought it; `codes` is the list whose codes the
    column holds. They are empty for others.
    """

    number: int
    kind: str
    name: str
    owner: int | None
    physical: str | None
    shape: str
    rule: str
    born_in: int
    retired_in: int | None = None
    package: str = ""
    codes: str = ""

    @property
    def key(self) -> str:
        """The key of `metadata.identity`, by its present or last name."""
        return f"{self.kind}:{self.name}"


_KNOWN = tuple(field.name for field in fields(Known))


@frozen
class Revision:
    """A definition as it was applied: its files, and the number and physical name of everything they name."""

    number: int
    applied_at: datetime
    applied_by: str
    hash: str
    files: Mapping[str, bytes]
    numbers: Mapping[str, int]
    physical: Mapping[str, str]


_FORGET, _WRITE = Standing(sa.delete(identity)), Standing(sa.insert(identity))
_ADD = Standing(sa.insert(revision))
_REVISION = Standing(sa.select(revision).where(revision.c.number == sa.bindparam("number")))
_UNDERWAY, _DONE = Standing(sa.select(applying)), Standing(sa.delete(applying))


def known_things(connection: Connection) -> list[Known]:
    """Everything that was ever applied, in the order of numbers; also from a table that an earlier engine made."""
    there = columns_of(connection, identity.name)
    names = [name for name in _KNOWN if name in there]
    query = sa.select(*(identity.c[name] for name in names)).order_by(identity.c.number)
    return [Known(**row) for row in connection.execute(query).mappings()]


def write_things(connection: Connection, things: Iterable[Known]) -> None:
    """From now on this is everything that was ever applied."""
    _FORGET.on(connection).count(connection, {})
    _WRITE.on(connection).each(connection, ({name: getattr(thing, name) for name in _KNOWN} for thing in things))


def add_revision(connection: Connection, new: Revision) -> None:
    """Store a definition."""
    texts = {path: content.decode() for path, content in new.files.items()}
    row = {
        "number": new.number,
        "applied_at": new.applied_at,
        "applied_by": new.applied_by,
        "hash": new.hash,
        "sources": zlib.compress(json.dumps(texts).encode()),
        "identity": {"numbers": dict(new.numbers), "physical": dict(new.physical)},
    }
    _ADD.on(connection).count(connection, row)


def revision_of(connection: Connection, number: int) -> Revision:
    """The definition that was applied as `number`. Raises KeyError when there is none."""
    found = _REVISION.on(connection).rows(connection, {"number": number})
    if not found:
        raise KeyError(number)
    row = found[0]
    files = {path: text.encode() for path, text in json.loads(zlib.decompress(row["sources"])).items()}
    ids = row["identity"]
    return Revision(number, row["applied_at"], row["applied_by"], row["hash"], files, ids["numbers"], ids["physical"])


def numbers_once(connection: Connection, keys: Collection[str]) -> dict[str, int]:
    """The numbers of what was called by these keys, in the newest definition that names each."""
    found: dict[str, int] = {}
    query = sa.select(revision.c.identity).order_by(revision.c.number.desc())
    with connection.execute(query.execution_options(yield_per=10)) as rows:
        for ids in rows.scalars():
            numbers = ids["numbers"]
            found |= {key: numbers[key] for key in keys if key not in found and key in numbers}
    return found


@frozen
class Applying:
    """An apply under way, from `base` to sources of this hash; `promised`: shape, name and table of the columns it makes, by key."""

    base: int
    hash: str
    promised: Mapping[str, tuple[str, str, str]]


def applying_now(connection: Connection) -> Applying | None:
    """The apply that is under way or was cut short."""
    rows = _UNDERWAY.on(connection).rows(connection, {}) if columns_of(connection, applying.name) else []
    return next((Applying(row["base"], row["hash"], {key: tuple(made) for key, made in row["promised"].items()}) for row in rows), None)


def note_applying(connection: Connection, now: Applying | None) -> None:
    """Remember the apply that is under way from here on; None when it is done or given up."""
    _DONE.on(connection).count(connection, {})
    if now is not None:
        promised = {key: list(made) for key, made in now.promised.items()}
        connection.execute(sa.insert(applying), {"id": 1, "base": now.base, "hash": now.hash, "promised": promised})


def note_purged(connection: Connection, by: str, at: datetime, names: Mapping[str, int]) -> None:
    """Remember who deleted what for ever: names, and how many rows had something there."""
    if names:
        connection.execute(sa.insert(purged), [{"at": at, "by": by, "name": name, "rows": rows} for name, rows in names.items()])


def forget_entity(connection: Connection, number: int) -> None:
    """What was kept beside the records of an entity goes: comments, rights, the recycle bin, the values in the audit, not its entries."""
    for table in (comment, binned, grant, record_lock):
        connection.execute(sa.delete(table).where(table.c.entity_id == number))
    connection.execute(sa.update(audit).where(audit.c.entity_id == number).values(details=None))
