"""Files of records: a row of the entity `file` per upload, which belongs to the field it was saved in first, or to a comment.

Nobody else's file can be put into a record: a new one must be the actor's own upload, or lie in this field of this record
already. What the definition copies from another record becomes a file of its own, with the same content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial

from engine import jobs, storage
from engine.access import SYSTEM
from engine.errors import Invalid, Invisible, Message, Problem
from engine.files import IMAGES, Kept, Store
from engine.jobs import Job, Work
from engine.metadata import FILE, Entity, Field, ImageField, SignatureField, Value
from engine.unit_of_work import Cause, Ground, UnitOfWork, View, run

from .audience import inside
from .child_rows import narrows, seen_rows
from .draft import Draft, Line, Row, begun, key_of, rows_of
from .fetch import fetch, fetch_if_there
from .find import Query, find, load
from .grants import entity_id
from .printed import read_print
from .rows import fetch_many
from .write import remove, update
from .write_new import insert

SWEEP = "files.sweep"
WAITING = timedelta(days=1)
"""How long an upload waits to be saved in a record."""
PIXELS = 50_000_000
"""The largest picture: what a browser unpacks into 200 MB."""
BOUND = ("entity_number", "field_number", "record_number")
UPLOADED = Cause("upload")
MOST_SAID, LARGEST_SAID = 10, "20 MB"
"""How many files a comment may have, and how large each may be."""


def uploaded(uow: UnitOfWork, name: str, kept: Kept, waiting: timedelta = WAITING) -> int:
    """The id of a new file of the actor, whose content lies in the store; without a record it goes after `waiting`."""
    number = _made(uow, {**_upload(name, kept), "uploaded_by": uow.actor.id})
    jobs.put(uow.connection, Work(SWEEP, uow.now + waiting, {"file": number}, f"{SWEEP}:{number}"))
    return number


def _upload(name: str, kept: Kept) -> Row:
    """What is known of a content that came."""
    found = kept.found
    values: Row = {"name": name, "kind": found.kind or None, "media_type": found.media_type, "size": kept.size, "hash": kept.hash}
    return values if found.pixels is None else {**values, "width": found.pixels[0], "height": found.pixels[1]}


def may_attach(view: View, draft: Draft, holder: Field, file: Row | None) -> bool:
    """Whether the actor may put a file into a field of a record: it is their own upload, or in this field already, as far as they see."""
    if file is None or view.actor.trusted:
        return file is not None
    if file["record_number"] is None:
        return file["uploaded_by"] == view.actor.id
    if draft.old is None or _place(view, draft.entity, holder, key_of(draft.old)) != tuple(file[name] for name in BOUND):
        return False
    rows = view.metadata.entities[holder.entity]
    return rows.document is None or _in_sight(view, seen_rows(view, draft.entity, draft.old), (rows, holder.name), key_of(file))


def holder_of(draft: Draft, line: Line, field: Field) -> Field:
    """The field that a person knows: of a pair that of its record, else itself."""
    return draft.entity.fields[field.name] if line.entity.relation else field


def check_files(uow: UnitOfWork, draft: Draft) -> None:
    """A problem at each field that got a file which is too large, of a kind that it does not take, or not there."""
    chosen = list(_chosen(draft))
    files = fetch_many(uow, FILE, sorted({number for *_, number in chosen}))
    for line, field, number in chosen:
        holder = holder_of(draft, line, field)
        wrong = _fault(holder, files.get(number))
        if wrong is not None:
            draft.problem(line.path(field.name), "value", wrong)


def brings_files(draft: Draft) -> bool:
    """Whether files came into the record with this draft."""
    return any(True for _ in _chosen(draft))


def with_files(uow: UnitOfWork, draft: Draft, write: Callable[[UnitOfWork, Draft], Row]) -> Row:
    """Write a draft; its files are its own then."""
    _own(uow, draft)
    row = write(uow, draft)
    _bind(uow, draft, row)
    return row


def _own(uow: UnitOfWork, draft: Draft) -> None:
    """A file that belongs to another record or field is copied: each file has one place, whose rights are its own."""
    chosen = list(_chosen(draft))
    files = fetch_many(uow, FILE, sorted({number for *_, number in chosen}))
    for line, field, number in chosen:
        file, place = files[number], _place(uow, draft.entity, holder_of(draft, line, field), key_of(draft.old) if draft.old else None)
        if file["record_number"] is not None and tuple(file[name] for name in BOUND) != place:
            kept = {name: value for name, value in file.items() if name not in ("id", "version", *BOUND)}
            line.row[field.name] = _made(uow, kept)


def _bind(uow: UnitOfWork, draft: Draft, row: Row) -> None:
    """The files that came into a record belong to it from now on."""
    chosen = [(holder_of(draft, line, field), number) for line, field, number in _chosen(draft)]
    for holder, number in chosen:
        file = fetch(uow, FILE, number, lock=True)
        if file["record_number"] is None:
            place = _place(uow, draft.entity, holder, key_of(row))
            _changed(uow, file, dict(zip(BOUND, place, strict=True)))


def attachable(uow: UnitOfWork, numbers: Sequence[int]) -> list[Row]:
    """Uploads of the acting person that wait for a record, locked, to go with a comment. Raises Invalid with every problem."""
    wanted = list(dict.fromkeys(numbers))
    if len(wanted) > MOST_SAID:
        raise Invalid([Problem("files", "too_many", Message("A comment has at most {count} files.", {"count": MOST_SAID}))])
    found = fetch_many(uow, FILE, sorted(wanted), lock=True)
    uploads = [found.get(number) for number in wanted]
    own = [file if file and file["record_number"] is None and file["uploaded_by"] == uow.actor.id else None for file in uploads]
    problems = [Problem("files", "value", wrong) for file in own if (wrong := _misfit(file, LARGEST_SAID, ())) is not None]
    if problems:
        raise Invalid(problems)
    return [file for file in own if file is not None]


def attach(uow: UnitOfWork, entity: Entity, record: int, comment: int, files: Sequence[Row]) -> None:
    """Files belong to a comment on a record from now on."""
    for file in files:
        place = (entity_id(uow, entity), None, record)
        _changed(uow, file, {**dict(zip(BOUND, place, strict=True)), "comment_number": comment})


def keep_print(uow: UnitOfWork, number: int, name: str, kept: Kept) -> int:
    """The file of a print, whose content lies in the store; it belongs to the record of the print."""
    row = storage.print_row(uow.connection, number)
    assert row is not None
    values = _upload(name, kept) | {"entity_number": row["entity_id"], "record_number": row["record_id"], "print_number": number}
    with uow.because(UPLOADED, SYSTEM):
        file = _made(uow, values)
    storage.file_print(uow.connection, number, file)
    return file


def readable_file(view: View, number: int) -> tuple[Row, str]:
    """A file that the actor may read, and the entity it belongs to (`file` for one without a record).

    It is their own upload, in a field that they see of its record, of a comment or a print that they read. Raises Invisible.
    """
    file = fetch(view, FILE, number)
    if file["record_number"] is None:
        if view.actor.trusted or (view.actor.id is not None and file["uploaded_by"] == view.actor.id):
            return file, FILE
        raise Invisible
    if file["print_number"] is not None:
        return file, read_print(view, int(str(file["print_number"])))
    if file["comment_number"] is not None:
        return file, _said_about(view, int(str(file["comment_number"])))
    entity, path = _field_at(view, file)
    record = load(view, entity, int(str(file["record_number"])))
    head, _, cell = path.partition(".")
    rows = view.metadata.entities[entity].fields[head].table
    if head not in record.values or not record.sight.readable(path):
        raise Invisible
    if rows is not None and not _in_sight(view, record.values, (rows, cell), number):
        raise Invisible
    return file, entity


def _in_sight(view: View, seen: Mapping[str, Value], at: tuple[Entity, str], file: int) -> bool:
    """Whether a file stands in a row of what the actor sees of a record, where rules of the table leave them but some."""
    rows, cell = at
    table = view.metadata.entities[str(rows.document)].fields[rows.table_name]
    return not narrows(view, table) or any(row.get(cell) == file for row in rows_of(seen, table))


def _said_about(view: View, comment: int) -> str:
    """The entity of the record that a comment is about. Raises Invisible when the actor does not read it."""
    said = storage.comment_at(view.connection, comment)
    entities = (each.name for each in view.metadata.documents if said is not None and entity_id(view, each) == said.entity_id)
    entity = next(entities, None)
    if said is None or entity is None or not (said.for_all or inside(view.actor)):
        raise Invisible
    load(view, entity, said.record_id)
    return entity


def release_files(uow: UnitOfWork, entity: int, record: int) -> None:
    """The files of a record that is gone for ever, and of what was said about it, go too, as soon as this is committed."""
    with uow.because(UPLOADED, SYSTEM):
        condition = f"entity_number = {entity} AND record_number = {record} AND comment_number = null"
        own = [found.id for found in find(uow, Query(FILE, typed=(condition,), limit=500)).records]
        storage.forget_prints(uow.connection, entity, record)
        for number in sorted({*own, *storage.comment_files(uow.connection, entity, record)}):
            _changed(uow, fetch(uow, FILE, number, lock=True), dict.fromkeys(BOUND))
            jobs.put(uow.connection, Work(SWEEP, uow.now, {"file": number}, f"{SWEEP}:{number}:{uow.now.isoformat()}"))


def sweep_handler(ground: Ground, store: Store) -> Callable[[Job], None]:
    """The handler of the jobs that remove files which no record took."""

    def handle(job: Job) -> None:
        digest = run(ground, SYSTEM, partial(_swept, number=int(str(job.payload["file"]))))
        if digest:
            store.remove(digest, lambda: not _used(ground, digest))

    return handle


def _swept(uow: UnitOfWork, number: int) -> str:
    """Remove a file that belongs to no record; the hash of its content, blank where it stays."""
    file = fetch_if_there(uow, FILE, number, lock=True)
    if file is None or file["record_number"] is not None:
        return ""
    entity = uow.metadata.entities[FILE]
    with uow.because(UPLOADED, SYSTEM):
        remove(uow, entity, file)
        storage.erase_values(uow.connection, entity_id(uow, entity), number)
        storage.forget_versions(uow.connection, uow.tables, FILE, number)
    return str(file["hash"])


def _used(ground: Ground, digest: str) -> bool:
    return bool(run(ground, SYSTEM, lambda uow: find(uow, Query(FILE, typed=(f'hash = "{digest}"',), limit=1)).records))


def _chosen(draft: Draft) -> Iterator[tuple[Line, Field, int]]:
    """The files that came into a field with this draft."""
    if not draft.entity.holds_files:
        return
    for line in draft.lines():
        for field in line.entity.links:
            number = line.row.get(field.name)
            if field.link is not None and field.link.entity == FILE and isinstance(number, int) and line.sets(field.name):
                yield line, field, number


def _fault(holder: Field, file: Row | None) -> Message | None:
    """Why a field does not take a file."""
    declared = holder.declared
    pictures = isinstance(declared, ImageField | SignatureField)
    accepted = ("image",) if pictures else tuple(getattr(declared, "accept", ()))
    return _misfit(file, str(getattr(declared, "max_size", "1 MB")), accepted)


def _misfit(file: Row | None, most: str, accepted: Sequence[str]) -> Message | None:
    """Why a file is not taken where none is larger than `most` and all are `accepted` (none named: of any kind)."""
    if file is None:
        return Message("There is no such record, or you may not see it.")
    kind = str(file["kind"] or "")
    if int(str(file["size"])) > bytes_of(most):
        return Message("{name} is larger than {size}.", {"name": str(file["name"]), "size": most})
    if accepted and kind not in accepted and not ("image" in accepted and kind in IMAGES):
        return Message("{name} is none of these: {kinds}.", {"name": str(file["name"]), "kinds": ", ".join(accepted)})
    if kind in IMAGES and (file["width"] is None or int(str(file["width"])) * int(str(file["height"])) > PIXELS):
        return Message("{name} is too large a picture, or damaged.", {"name": str(file["name"])})
    return None


def bytes_of(size: str) -> int:
    """`500 KB` as a number of bytes."""
    return int(size.rstrip(" KMB")) * (1024 if size.endswith("KB") else 1024 * 1024)


def _place(view: View, entity: Entity, holder: Field, record: int | None) -> tuple[Value, ...]:
    return entity_id(view, entity), view.metadata.identity.number(f"field:{holder.entity}.{holder.name}"), record


def _field_at(view: View, file: Row) -> tuple[str, str]:
    """The entity and path of the field that a file belongs to. Raises Invisible when the definition has it no longer."""
    numbers = view.metadata.identity.number
    for entity in view.metadata.documents:
        if numbers(f"entity:{entity.name}") == file["entity_number"]:
            inner = [(t.table, f"{t.name}.") for t in entity.tables if t.table is not None]
            for holder, prefix in [(entity, ""), *inner]:
                for name in holder.fields:
                    if numbers(f"field:{holder.name}.{name}") == file["field_number"]:
                        return entity.name, prefix + name
    raise Invisible


def _made(uow: UnitOfWork, values: Row) -> int:
    entity = uow.metadata.entities[FILE]
    with uow.because(UPLOADED, SYSTEM):
        return key_of(insert(uow, Draft(entity, None, begun(entity, None) | values)))


def _changed(uow: UnitOfWork, file: Row, values: Row) -> None:
    entity = uow.metadata.entities[FILE]
    with uow.because(UPLOADED, SYSTEM):
        update(uow, Draft(entity, file, begun(entity, file) | values))
