"""Records found by what people write for them: a number, a unique text, or the text that is their title."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from engine import storage
from engine.errors import Invalid
from engine.formula import Read, Root
from engine.metadata import ARCHIVED, Entity, Field
from engine.unit_of_work import View

from .paths import path_formula
from .veil import always_readable, veil
from .visible import visible_ids, visible_rows

TEXTS = frozenset({"text", "email", "phone", "url", "tax_number", "bank", "barcode"})
SEVERAL = 2


@lru_cache(maxsize=1024)
def naming_fields(entity: Entity) -> tuple[Field, ...]:
    """The fields by which a record can be named, the most certain first."""
    texts = [field for field in entity.columns if field.kind in TEXTS]
    certain = [field for field in texts if field.unique or (field.name == "number" and entity.number) or (field.name,) in entity.unique]
    tree = entity.title.tree
    called = [
        field
        for field in texts
        if isinstance(tree, Read) and tree.path.root is Root.ROW and not tree.path.hops and tree.path.field == field.name
    ]
    return tuple(dict.fromkeys([*certain, *called]))


def _always_readable(view: View, entity: Entity, name: str) -> bool:
    """Whether the actor may read a field on every record, or a cell in every row, that they see."""
    if entity.document is None:
        return always_readable(view, entity, name)
    value = path_formula(view.metadata, entity, name)
    try:
        return veil(view, entity, value) is value
    except Invalid:
        return False


def ids_by(view: View, entity: Entity, field: Field, texts: Iterable[str]) -> Mapping[str, list[int]]:
    """The records that the actor may see and whose field holds one of these texts; a field that they cannot always read finds nothing."""
    said: dict[str, list[str]] = {}
    for text in texts:
        said.setdefault(field.type.compared(text), []).append(text)
    wanted = sorted(said)
    if not wanted or not _always_readable(view, entity, field.name):
        return {}
    rows = storage.ids_by_text(view.connection, view.tables, entity.name, field.name, wanted)
    seen = visible_ids(view, entity.name, [row["id"] for row in rows]) if rows else set()
    found: dict[str, list[int]] = {}
    for row in rows:
        if row["id"] in seen:
            for text in set(said[row["text"]]):
                found.setdefault(text, []).append(row["id"])
    return found


def preferred(view: View, entity: Entity, ids: Sequence[int]) -> Sequence[int]:
    """Of several records that a text names those that are not archived, where there are any."""
    if len(ids) < SEVERAL or not entity.archives:
        return ids
    rows = visible_rows(view, entity, sorted(ids))
    return [number for number in ids if number in rows and rows[number].get(ARCHIVED) is None] or ids
