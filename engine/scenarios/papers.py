"""Files in scenarios: any text stands for a file of that name, which the person has just uploaded; what is inside is never asked."""

from __future__ import annotations

from hashlib import sha256

from engine.files import IMAGES, TYPES, Found, Kept
from engine.metadata import FILE, Field, Value
from engine.records import ids_of, uploaded
from engine.storage import fetch
from engine.unit_of_work import UnitOfWork, View


def is_paper(field: Field) -> bool:
    """Whether a field holds files."""
    return field.link is not None and field.link.entity == FILE


def upload(uow: UnitOfWork, field: Field, written: object) -> object:
    """The ids of files called as written; of the kind that their ending says, or else one that the field takes."""
    if isinstance(written, list):
        return [upload(uow, field, each) for each in written]
    if not isinstance(written, str):
        return written
    content = written.encode()
    return uploaded(uow, written, Kept(sha256(content).hexdigest(), len(content), _found(field, written)))


def names(view: View, field: Field, value: Value) -> list[str]:
    """What the files of a field are called."""
    ids = (ids_of(field, value) or ()) if field.relation is not None else (value,) if isinstance(value, int) else ()
    files = fetch(view.connection, view.tables, FILE, list(ids)) if ids else {}
    return [str(files[number]["name"]) for number in ids if number in files]


def written_names(written: object) -> list[str]:
    """The names that an expectation gives; none for null."""
    return [str(each) for each in (written if isinstance(written, list) else [written]) if each is not None]


def _found(field: Field, name: str) -> Found:
    accepted = ("png",) if field.kind in ("image", "signature") else tuple(getattr(field.declared, "accept", ()))
    kind = name.rpartition(".")[2].lower()
    if kind not in TYPES or (field.kind in ("image", "signature") and kind not in IMAGES):
        kind = "png" if "image" in accepted else next(iter(accepted), "txt")
    return Found(kind, TYPES[kind], (1, 1) if kind in IMAGES else None)
