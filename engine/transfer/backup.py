"""A backup: one archive with every row of a database and every file, written while people work, taken by either database.

`tables/NAME.jsonl` holds the rows of one snapshot, `files/HASH` the contents, `backup.json` (written last) what must be there, with a
hash of every part. The keys of the application are not in it.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine import storage
from engine.errors import Message, Refusal
from engine.frozen import frozen
from engine.storage import Connection, Database, Dumped, Tables

FORMAT = 1
MANIFEST = "backup.json"
SEARCH = "search"
CHUNK = 1 << 20
BROKEN = "This is no complete backup: {reason}"


@frozen
class Part:
    """A table in a backup: its columns, how many rows, the hash of its lines."""

    table: Dumped
    rows: int
    hash: str


@frozen
class Backup:
    """What an archive says is in it."""

    at: str
    revision: int
    parts: tuple[Part, ...]
    search: tuple[int, str]
    files: tuple[str, ...]

    @property
    def rows(self) -> int:
        """All rows together."""
        return sum(part.rows for part in self.parts)


def write_backup(database: Database, tables: Tables, files: Path, target: Path, at: str) -> Backup:
    """Write all of `database` and the contents in the folder `files` into the new archive `target`. Raises Refusal where that is there."""
    if target.exists():
        raise Refusal(Message("{file} is there already.", {"file": str(target)}))
    coming = target.with_name(target.name + ".coming")
    try:
        with zipfile.ZipFile(coming, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
            with database.read() as connection:
                parts = tuple(_write_table(archive, connection, table) for table in storage.dumped_tables(connection, tables))
                search = _write_lines(archive, SEARCH, storage.dump_search(connection))
                revision = storage.served(connection)
            contents = tuple(_write_file(archive, path) for path in _contents(files))
            made = Backup(at, revision, parts, search, contents)
            archive.writestr(MANIFEST, json.dumps(_as_data(made), indent=1))
        coming.replace(target)
    finally:
        coming.unlink(missing_ok=True)
    return made


def read_backup(path: Path) -> Backup:
    """What the archive says is in it, after every part was read and compared with its hash. Raises Refusal for one that is not whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            data = json.loads(archive.read(MANIFEST))
            made = _from_data(data)
            for part in made.parts:
                _compare(archive, f"tables/{part.table.name}.jsonl", part.hash, part.rows)
            _compare(archive, f"tables/{SEARCH}.jsonl", made.search[1], made.search[0])
            for digest in made.files:
                _compare(archive, f"files/{digest}", digest)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as wrong:
        raise Refusal(Message(BROKEN, {"reason": str(wrong) or type(wrong).__name__})) from wrong
    return made


def load_backup(path: Path, made: Backup, database: Database, tables_of: Callable[[Connection], Tables]) -> None:
    """Fill an empty database with a backup that was read, in one transaction; it holds all work outside until it is released.

    `tables_of` gives the tables of the revision that is served, once its row is there. Raises Refusal where there is data already.
    """
    with database.write() as connection, zipfile.ZipFile(path) as archive:
        if storage.is_prepared(connection):
            raise Refusal(Message("This database is not empty. A backup is restored into an empty one."))
        storage.prepare(connection)
        storage.empty(connection)
        settle = storage.defer_references(connection)
        own = [part for part in made.parts if part.table.name.startswith("loom_")]
        for part in own:
            if part.table.name != "loom_meta":
                _fill(connection, archive, part)
        settle()
        storage.create_schema(connection, tables_of(connection))
        others = [part for part in made.parts if part not in own]
        for part in others:
            storage.make_lacking(connection, part.table)
        settle = storage.defer_references(connection)
        for part in others:
            _fill(connection, archive, part)
        storage.fill_search(connection, _lines(archive, SEARCH))
        settle()
        storage.hold_outside(connection, made.at)


def load_files(path: Path, made: Backup, folder: Path) -> int:
    """Put the contents of a backup into the folder of files; how many were not there."""
    count = 0
    with zipfile.ZipFile(path) as archive:
        for digest in made.files:
            target = folder / digest[:2] / digest[2:]
            if target.exists():
                continue
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            coming = target.with_name(target.name + ".coming")
            with archive.open(f"files/{digest}") as source, coming.open("wb") as out:
                while chunk := source.read(CHUNK):
                    out.write(chunk)
            coming.replace(target)
            count += 1
    return count


def _fill(connection: Connection, archive: zipfile.ZipFile, part: Part) -> None:
    count = storage.fill_table(connection, part.table, _lines(archive, part.table.name))
    if count != part.rows:
        raise Refusal(Message(BROKEN, {"reason": f"{part.table.name} has {count} rows, not {part.rows}"}))


def _write_table(archive: zipfile.ZipFile, connection: Connection, table: Dumped) -> Part:
    return Part(table, *_write_lines(archive, table.name, storage.dump_table(connection, table)))


def _write_lines(archive: zipfile.ZipFile, name: str, rows: Iterable[list[object]]) -> tuple[int, str]:
    digest, count = sha256(), 0
    with archive.open(f"tables/{name}.jsonl", "w", force_zip64=True) as out:
        for row in rows:
            line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            out.write(line)
            count += 1
    return count, digest.hexdigest()


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[list[Any]]:
    with archive.open(f"tables/{name}.jsonl") as lines:
        for line in lines:
            yield json.loads(line)


def _contents(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.glob("??/*") if len(path.parent.name + path.name) == 64)


def _write_file(archive: zipfile.ZipFile, path: Path) -> str:
    digest = path.parent.name + path.name
    archive.write(path, f"files/{digest}", zipfile.ZIP_STORED)
    return digest


def _compare(archive: zipfile.ZipFile, name: str, expected: str, rows: int | None = None) -> None:
    """Raises ValueError where a part is not what was written."""
    digest, count = sha256(), 0
    with archive.open(name) as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            count += chunk.count(b"\n")
    if digest.hexdigest() != expected or (rows is not None and count != rows):
        raise ValueError(f"{name} is not what was written")


def _as_data(made: Backup) -> dict[str, object]:
    tables = [
        {"name": p.table.name, "columns": p.table.columns, "last": p.table.last, "rows": p.rows, "sha256": p.hash} for p in made.parts
    ]
    return {
        "format": FORMAT,
        "at": made.at,
        "revision": made.revision,
        "tables": tables,
        "search": {"rows": made.search[0], "sha256": made.search[1]},
        "files": made.files,
    }


def _from_data(data: dict[str, Any]) -> Backup:
    if data["format"] > FORMAT:
        raise ValueError("a later version of Objectloom wrote it")
    parts = tuple(
        Part(Dumped(each["name"], tuple((name, word) for name, word in each["columns"]), each["last"]), each["rows"], each["sha256"])
        for each in data["tables"]
    )
    search = data["search"]
    return Backup(data["at"], data["revision"], parts, (search["rows"], search["sha256"]), tuple(data["files"]))
