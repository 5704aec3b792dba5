"""Applied definitions and ids for life, as rows."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from .database import Connection
from .system_tables import applying, audit, binned, comment, grant, identity, purged, record_lock, revision


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Revision:
    """A definition as it was applied: its files, and the number and physical name of everything they name."""

    number: int
    applied_at: datetime
    applied_by: str
    hash: str
    files: Mapping[str, bytes]
    numbers: Mapping[str, int]
    physical: Mapping[str, str]


def known_things(connection: Connection) -> list[Known]:
    """Everything that was ever applied, in the order of numbers; also from a table that an earlier engine made."""
    there = {str(column["name"]) for column in sa.inspect(connection).get_columns(identity.name)}
    names = [field.name for field in fields(Known) if field.name in there]
    query = sa.select(*(identity.c[name] for name in names)).order_by(identity.c.number)
    return [Known(**row) for row in connection.execute(query).mappings()]


def write_things(connection: Connection, things: Iterable[Known]) -> None:
    """From now on this is everything that was ever applied."""
    connection.execute(sa.delete(identity))
    rows = [asdict(thing) for thing in things]
    if rows:
        connection.execute(sa.insert(identity), rows)


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
    connection.execute(sa.insert(revision), row)


def revision_of(connection: Connection, number: int) -> Revision:
    """The definition that was applied as `number`. Raises KeyError when there is none."""
    row = connection.execute(sa.select(revision).where(revision.c.number == number)).mappings().first()
    if row is None:
        raise KeyError(number)
    files = {path: text.encode() for path, text in json.loads(zlib.decompress(row["sources"])).items()}
    ids = row["identity"]
    return Revision(number, row["applied_at"], row["applied_by"], row["hash"], files, ids["numbers"], ids["physical"])


@dataclass(frozen=True, slots=True)
class Applying:
    """An apply under way, from `base` to sources of this hash; `promised`: shape, name and table of the columns it makes, by key."""

    base: int
    hash: str
    promised: Mapping[str, tuple[str, str, str]]


def applying_now(connection: Connection) -> Applying | None:
    """The apply that is under way or was cut short."""
    if not sa.inspect(connection).has_table(applying.name):
        return None
    row = connection.execute(sa.select(applying)).mappings().first()
    return Applying(row["base"], row["hash"], {key: tuple(made) for key, made in row["promised"].items()}) if row else None


def note_applying(connection: Connection, now: Applying | None) -> None:
    """Remember the apply that is under way from here on; None when it is done or given up."""
    connection.execute(sa.delete(applying))
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
