"""Who did what: one entry per change of a record, each sealed with the one before it, so that a later edit shows (DESIGN section 4).

An entry is a header and its details. The header holds a salted hash of every changed value and
`hash` = HMAC(key, hash of the record's previous entry ‖ canonical header); the key is no part of the database. The details (values and
salts) are in no hash, so that erasing a person can blank them and the chain still verifies; so it is with the name of who acted.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from typing import Any

import sqlalchemy as sa

from engine.frozen import frozen

from .canonical import Written, canonical_json
from .database import Connection
from .filling import StandingFilling
from .prepared import Standing
from .system_tables import audit

SALT_BYTES = 16
_UNHASHED = sha256()
_HEADER = tuple(str(column.name) for column in audit.c if column.name not in {"id", "details", "hash", "actor_name"})
_SAID = tuple((f"{canonical_json(name)}:", name) for name in sorted(_HEADER))
ACTOR = "_actor"
"""Beside the fields: the salted hash of the name of who acted, so that it can be erased like a value."""
_NEW = tuple(column for column in audit.c if column.name != "id")
_of_record = sa.and_(audit.c.entity_id == sa.bindparam("entity"), audit.c.record_id == sa.bindparam("record"))
_HEAD = Standing(sa.select(audit.c.seq, audit.c.hash).where(_of_record).order_by(audit.c.seq.desc()).limit(1))
_ADD = Standing(sa.insert(audit).values({c: sa.bindparam(f"new_{c.name}", type_=c.type) for c in _NEW}))
_FILL = StandingFilling(audit, [column.name for column in _NEW])
_NEWEST = Standing(sa.select(audit).where(_of_record).order_by(audit.c.seq.desc()).limit(sa.bindparam("most", type_=sa.Integer)))
_BLANK = Standing(sa.update(audit).where(_of_record).values(details=None))


Changes = Mapping[str, tuple[object, object]]
"""Fields with their values before and after, as plain data."""
Said = Mapping[str, str]
"""The same as canonical JSON: both values with a comma between."""


@frozen
class Entry:
    """What happened to one record; in `changes` its fields."""

    entity_id: int
    record_id: int
    at: datetime
    actor: int | None
    actor_name: str
    on_behalf_of: int | None
    cause: str
    action: str
    revision: int
    request: str
    changes: Changes


@frozen
class Break:
    """An entry that is not what was written: the record it belongs to, its place there, and what does not fit."""

    entity_id: int
    record_id: int
    seq: int
    reason: str


@frozen
class Head:
    """The newest entry of a record: the next one continues from here."""

    seq: int = 0
    hash: str = ""


def append_entry(connection: Connection, key: bytes, entry: Entry, head: Head | None = None) -> None:
    """Add `entry` to the chain of its record, which the caller has locked; without `head` it is looked up."""
    said = {name: _values(*pair) for name, pair in entry.changes.items()}
    _add(connection, key, entry, said, _head(connection, entry) if head is None else head)


def _add(connection: Connection, key: bytes, entry: Entry, said: Said, last: Head) -> None:
    row = _sealed(key, entry, said, last)
    _ADD.on(connection).tell(connection, {f"new_{name}": value for name, value in row.items()})


def begin_entries(connection: Connection, key: bytes, like: Entry, made: Sequence[tuple[int, Said]]) -> None:
    """The first entries of records that were made together, by their ids: `like` says all that they have in common."""
    if len(made) == 1:
        _add(connection, key, like, made[0][1], Head())
        return
    before, between, after = _template(like)
    fields, details, hashes, name = [], [], [], _values(None, like.actor_name)
    salts, at = _salts(sum([len(said) + 1 for _, said in made])), 0
    for record, said in made:
        end = at + len(said) + 1
        hashed, detail = _salted(said, name, salts[at:end])
        at = end
        fields.append(hashed)
        details.append(detail)
        hashes.append(_signed(key, "", f"{before}{hashed}{between}{record}{after}"))
    shared = {name: getattr(like, name, None) for name in _HEADER} | {"seq": 1, "actor_name": like.actor_name}
    told: dict[str, Sequence[Any]] = {"record_id": [record for record, _ in made], "fields": fields, "details": details, "hash": hashes}
    _FILL.on(connection).write(connection, (), told, shared)


def _template(like: Entry) -> Sequence[str]:
    """The canonical header of a first entry, cut where its fields and its record stand."""
    fields, record = Written("\0fields\0"), Written("\0record\0")
    said = _said({**{name: getattr(like, name, None) for name in _HEADER}, "seq": 1, "fields": fields, "record_id": record})
    before, rest = said.split(fields)
    return (before, *rest.split(record))


def _sealed(key: bytes, entry: Entry, said: Said, last: Head) -> dict[str, Any]:
    """The row of an entry that follows `last`."""
    fields, details = _salted(said, _values(None, entry.actor_name), _salts(len(said) + 1))
    header = {name: getattr(entry, name, None) for name in _HEADER} | {"seq": last.seq + 1, "fields": fields}
    return {**header, "details": details, "actor_name": entry.actor_name, "hash": _seal(key, last.hash, header)}


def _salts(count: int) -> list[str]:
    """So many salts, which the system is asked for once."""
    every, size = secrets.token_hex(SALT_BYTES * count), 2 * SALT_BYTES
    return [every[at : at + size] for at in range(0, len(every), size)]


def _salted(said: Said, actor: str, salts: Sequence[str]) -> tuple[Written, Written]:
    """The hash of every value, and the values with their salts: one for each field, and one for the name of who acted (`actor`)."""
    names, fields, details = _forms(tuple(said))
    values = [said.get(name, actor) for name in names]
    hashes = list(map(_hashed, salts, values))
    return Written(fields % tuple(hashes)), Written(details % tuple(chain.from_iterable(zip(salts, values, strict=True))))


@lru_cache(maxsize=4096)
def _forms(names: tuple[str, ...]) -> tuple[tuple[str, ...], str, str]:
    """Fields and the name of who acted in the order of canonical JSON; their hashes with a gap for each, and their salts and values.

    The name itself is not said there: its gap leaves it out.
    """
    ordered = tuple(sorted((ACTOR, *names)))
    keys = [canonical_json(name).replace("%", "%%") for name in ordered]
    details = (f'{key}:["%s"%.0s]' if name == ACTOR else f'{key}:["%s",%s]' for name, key in zip(ordered, keys, strict=True))
    return ordered, _object(f'{key}:"%s"' for key in keys), _object(details)


def _object(parts: Iterable[str]) -> Written:
    """An object of keys with values that are JSON already, in the order of its keys."""
    return Written("{" + ",".join(parts) + "}")


def entries(connection: Connection, entity_id: int, record_id: int, limit: int = 50) -> list[Entry]:
    """The newest entries of a record, newest first; erased values are missing from `changes`."""
    rows = _NEWEST.on(connection).rows(connection, {"entity": entity_id, "record": record_id, "most": limit})
    return [_entry(row) for row in rows]


def erase_values(connection: Connection, entity_id: int, record_id: int) -> None:
    """Blank the values and salts of a record's entries; who did what and when stays, and still verifies."""
    _BLANK.on(connection).count(connection, {"entity": entity_id, "record": record_id})


def erase_name(connection: Connection, person: int, word: str) -> int:
    """Who acted as this person is called `word` from now on, in all entries; how many there are."""
    without = {
        "sqlite": sa.func.json_remove(audit.c.details, f"$.{ACTOR}"),
        "postgresql": sa.text(f"(details::jsonb - '{ACTOR}')::text"),
    }[connection.dialect.name]
    theirs = sa.update(audit).where(audit.c.actor == person).values(actor_name=word, details=without)
    return connection.execute(theirs).rowcount


def verify(connection: Connection, key: bytes | None) -> Iterator[Break]:
    """Every entry that was changed, is missing before a later one, or whose values are not those that were hashed.

    Without a key nothing is said of seals.
    """
    for previous, seq, row in _chained(connection):
        for reason in _faults(key, previous, seq, row):
            yield Break(row["entity_id"], row["record_id"], row["seq"], reason)


def is_sealed_with(connection: Connection, key: bytes | None) -> bool:
    """Whether this key sealed any entry of the audit; a key that sealed none is another one. True where there are no entries."""
    some = False
    with closing(_chained(connection)) as chained:
        for previous, _, row in chained:
            if key is not None and hmac.compare_digest(row["hash"], _seal(key, previous, row)):
                return True
            some = True
    return not some


def _chained(connection: Connection) -> Generator[tuple[str, int, dict[str, Any]]]:
    """All entries, record by record, each with the hash and the place of the one before it."""
    query = sa.select(audit).order_by(audit.c.entity_id, audit.c.record_id, audit.c.seq).execution_options(yield_per=1000)
    record, seq, previous = None, 0, ""
    with connection.execute(query) as found:
        for row in found.mappings():
            if (row["entity_id"], row["record_id"]) != record:
                record, seq, previous = (row["entity_id"], row["record_id"]), 0, ""
            yield previous, seq, dict(row)
            seq, previous = row["seq"], row["hash"]


def _faults(key: bytes | None, previous: str, seq: int, row: Mapping[str, Any]) -> Iterator[str]:
    if row["seq"] != seq + 1:
        yield "an entry before this one is missing"
    elif key is not None and not hmac.compare_digest(row["hash"], _seal(key, previous, row)):
        yield "the entry was changed"
    details: Mapping[str, list[Any]] = row["details"] or {}
    if ACTOR in details:
        details = {**details, ACTOR: [details[ACTOR][0], None, row["actor_name"]]}
    if any(row["fields"].get(name) != _value_hash(*detail) for name, detail in details.items()):
        yield "the values were changed"


def _head(connection: Connection, entry: Entry) -> Head:
    found = _HEAD.on(connection).rows(connection, {"entity": entry.entity_id, "record": entry.record_id})
    return Head(**found[0]) if found else Head()


def head_of(entity_id: int | None, record: sa.BindParameter[int]) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    """`seq` and `hash` of the newest entry of a record, as parts of a statement that writes it."""
    newest = sa.select(audit).where(audit.c.entity_id == entity_id, audit.c.record_id == record).order_by(audit.c.seq.desc()).limit(1)
    seq, sealed = (newest.with_only_columns(column).scalar_subquery() for column in (audit.c.seq, audit.c.hash))
    return seq.label("seq"), sealed.label("hash")


def _seal(key: bytes, previous: str, header: Mapping[str, Any]) -> str:
    return _signed(key, previous, _said(header))


def _said(header: Mapping[str, Any]) -> str:
    return _object([begin + canonical_json(header[name]) for begin, name in _SAID])


def _signed(key: bytes, previous: str, said: str) -> str:
    seal = _keyed(key).copy()
    seal.update(f"{previous}\n{said}".encode())
    return seal.hexdigest()


@lru_cache(maxsize=4)
def _keyed(key: bytes) -> hmac.HMAC:
    """What seals with a key; to begin anew each time takes as long as the rest."""
    return hmac.new(key, digestmod="sha256")


def _value_hash(salt: object, old: object, new: object) -> str:
    return _hashed(salt, _values(old, new))


def _values(old: object, new: object) -> str:
    before = "null" if old is None else canonical_json(old)
    return f"{before},{canonical_json(new)}"


def _hashed(salt: object, values: str) -> str:
    hashed = _UNHASHED.copy()  # two thirds of the time of a new one
    hashed.update(f"{salt}\n[{values}]".encode())
    return hashed.hexdigest()


def _entry(row: Mapping[str, Any]) -> Entry:
    changes = {name: (detail[1], detail[2]) for name, detail in (row["details"] or {}).items() if name != ACTOR}
    names = (name for name in Entry.__dataclass_fields__ if name != "changes")
    return Entry(**{name: row[name] for name in names}, changes=changes)
